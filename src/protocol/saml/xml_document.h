// XML that a stranger sent, parsed behind a gate: the bytes are judged before libxml2 sees them, and libxml2 is the one
// parser. No DTD, no entity, no network, no file.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct _xmlDoc;
struct _xmlNode;

namespace doorward::saml {

inline constexpr std::size_t kMostXmlBytes = std::size_t{512} * 1024;
inline constexpr std::size_t kMostXmlDepth = 64;
inline constexpr std::size_t kMostXmlAttributes = 64;  // of one tag, namespace declarations among them
// Declarations in scope at a time: for each name libxml2 looks through them one by one.
inline constexpr std::size_t kMostXmlNamespaces = 64;
// Elements and attributes of a message: a Response with all the values that it may have (response_check.h), each with a
// type and two namespaces, as some write them, and to spare. Half a megabyte of `<a/>` is 50 ms of libxml2's time.
inline constexpr std::size_t kMostXmlNodes = std::size_t{16} * 1024;

struct XmlRules {
  // Comments are dropped, and text around them is one text. Otherwise they are refused.
  bool allow_comments = false;
  std::size_t most_bytes = kMostXmlBytes;
  std::size_t most_nodes = kMostXmlNodes;
};

// The gate alone, without allocation; linear. kTooLarge, then kNotUtf8 (an octet sequence that is not UTF-8, a
// character that XML 1.0 forbids, another encoding declared), then whichever comes first in the text: kDtdForbidden
// (`<!` that is neither comment nor CDATA), kCommentForbidden, kCdataForbidden, kPiForbidden (any `<?` but the
// declaration at the start), kTooDeep, kTooManyAttributes (or namespaces), kTooLarge (too many nodes), kNotWellformed.
Result<void> check_bytes(std::string_view xml, const XmlRules& rules = {});

// One element and all below it, with its namespaces. Not thread-safe; movable.
class XmlDocument {
 public:
  // Those of check_bytes; kNotWellformed, with the parser's words in the detail.
  static Result<XmlDocument> parse(std::string_view xml, const XmlRules& rules = {});

  _xmlDoc* doc() const { return doc_.get(); }
  _xmlNode* root() const;  // never nullptr

 private:
  struct Free {
    void operator()(_xmlDoc* doc) const;
  };
  explicit XmlDocument(_xmlDoc* doc) : doc_(doc) {}

  std::unique_ptr<_xmlDoc, Free> doc_;
};

}  // namespace doorward::saml
