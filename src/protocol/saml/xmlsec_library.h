// Private to the .cc files of this folder: xmlsec1 and libxml2 set up once, and quiet. Safe from any thread.
#pragma once

#include <libxml/xmlerror.h>

#include <string>

namespace doorward::saml {

// Before the first use of xmlsec1. It can open neither file nor connection afterwards. Throws std::runtime_error when
// the library cannot start, which is a broken installation.
void start_xmlsec();

// libxml2 writes nothing to standard error while this lives, on this thread.
class QuietXml {
 public:
  QuietXml();
  ~QuietXml();
  QuietXml(const QuietXml&) = delete;
  QuietXml& operator=(const QuietXml&) = delete;

  bool canonicalization_failed() const { return canonicalization_failed_; }
  const std::string& words() const { return words_; }  // of the first complaint, one line

  void note(int domain, const char* message);

 private:
  xmlStructuredErrorFunc outer_;
  void* outer_context_;
  bool canonicalization_failed_ = false;
  std::string words_;
};

}  // namespace doorward::saml
