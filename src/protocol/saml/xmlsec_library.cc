#include "protocol/saml/xmlsec_library.h"

#include <libxml/globals.h>
#include <libxml/parser.h>
#include <xmlsec/crypto.h>
#include <xmlsec/errors.h>
#include <xmlsec/io.h>
#include <xmlsec/xmlsec.h>

#include <stdexcept>
#include <string_view>

namespace doorward::saml {
namespace {

void ignore_xmlsec_error(const char*, int, const char*, const char*, const char*, int, const char*) {}

bool set_up() {
  xmlInitParser();
  if (xmlSecInit() < 0 || xmlSecCheckVersion() != 1) throw std::runtime_error("xmlsec1 does not start");
  if (xmlSecCryptoAppInit(nullptr) < 0 || xmlSecCryptoInit() < 0) {
    throw std::runtime_error("the OpenSSL side of xmlsec1 does not start");
  }
  // After that: the OpenSSL side sets one of its own, which prints.
  xmlSecErrorsSetCallback(ignore_xmlsec_error);
  // Without callbacks no URI of a message can be opened, whatever else went wrong.
  xmlSecIOCleanupCallbacks();
  return true;
}

void note_error(void* quiet, xmlErrorPtr error) {
  if (error != nullptr) static_cast<QuietXml*>(quiet)->note(error->domain, error->message);
}

}  // namespace

void start_xmlsec() { [[maybe_unused]] static const bool started = set_up(); }

QuietXml::QuietXml() : outer_(xmlStructuredError), outer_context_(xmlStructuredErrorContext) {
  xmlSetStructuredErrorFunc(this, note_error);
}

QuietXml::~QuietXml() {
  xmlSetStructuredErrorFunc(outer_context_, outer_);
  xmlResetLastError();
}

void QuietXml::note(int domain, const char* message) {
  if (domain == XML_FROM_C14N) canonicalization_failed_ = true;
  if (!words_.empty() || message == nullptr) return;
  words_ = std::string_view(message).substr(0, std::string_view(message).find('\n'));
}

}  // namespace doorward::saml
