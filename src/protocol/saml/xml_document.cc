#include "protocol/saml/xml_document.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include <utility>

#include "protocol/saml/xmlsec_library.h"

namespace doorward::saml {
namespace {

struct FreeParser {
  void operator()(xmlParserCtxt* parser) const { xmlFreeParserCtxt(parser); }
};

// xmlsec1 finds an element by its ID through libxml2's table of them. libxml2 fills in xml:id by itself; the gate has
// no DTD that could add another.
constexpr int kOptions = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;

}  // namespace

void XmlDocument::Free::operator()(_xmlDoc* doc) const { xmlFreeDoc(doc); }

_xmlNode* XmlDocument::root() const { return xmlDocGetRootElement(doc_.get()); }

Result<XmlDocument> XmlDocument::parse(std::string_view xml, const XmlRules& rules) {
  DOORWARD_CHECK(check_bytes(xml, rules));
  start_xmlsec();
  const QuietXml quiet;
  const std::unique_ptr<xmlParserCtxt, FreeParser> parser(xmlNewParserCtxt());
  if (parser == nullptr) throw std::bad_alloc();
  parser->sax->comment = nullptr;
  XmlDocument document(
      xmlCtxtReadMemory(parser.get(), xml.data(), static_cast<int>(xml.size()), nullptr, "UTF-8", kOptions));
  // Names that break Namespaces in XML leave a tree behind, with prefixes that mean nothing.
  if (document.doc_ == nullptr || parser->wellFormed == 0 || parser->nsWellFormed == 0 || document.root() == nullptr) {
    std::string words = parser->lastError.message != nullptr ? parser->lastError.message : "";
    while (words.ends_with('\n')) words.pop_back();
    return tl::unexpected(make_error(Reason::kNotWellformed, "The message is not well-formed XML.", std::move(words)));
  }
  return document;
}

}  // namespace doorward::saml
