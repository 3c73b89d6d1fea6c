#include "protocol/saml/redaction.h"

#include <fmt/format.h>
#include <libxml/tree.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "protocol/saml/names.h"
#include "protocol/saml/xml_document.h"
#include "protocol/saml/xml_nodes.h"

namespace doorward::saml {
namespace {

// A certificate fits.
constexpr std::size_t kMostShownValueBytes = std::size_t{4} * 1024;

// Elements of these standards whose text says how the message was made.
constexpr auto kShownTexts = std::to_array<std::string_view>(
    {"Audience", "AuthenticatingAuthority", "AuthnContextClassRef", "Issuer", "X509Certificate"});

// Attributes of their elements that do; not InResponseTo, which is the handle of a login, nor SessionIndex.
constexpr auto kShownAttributes = std::to_array<std::string_view>({"Algorithm",
                                                                   "AuthnInstant",
                                                                   "Consent",
                                                                   "Destination",
                                                                   "Format",
                                                                   "FriendlyName",
                                                                   "ID",
                                                                   "Id",
                                                                   "IssueInstant",
                                                                   "Method",
                                                                   "Name",
                                                                   "NameFormat",
                                                                   "NameQualifier",
                                                                   "NotBefore",
                                                                   "NotOnOrAfter",
                                                                   "Reason",
                                                                   "Recipient",
                                                                   "SPNameQualifier",
                                                                   "SessionNotOnOrAfter",
                                                                   "Type",
                                                                   "URI",
                                                                   "Value",
                                                                   "Version",
                                                                   "type"});

// xenc 1.1 is where newer key transports declare their parameters.
constexpr auto kNamespaces = std::to_array<std::string_view>(
    {kAssertionNs, kProtocolNs, kSignatureNs, kEncryptionNs, "http://www.w3.org/2009/xmlenc11#"});

bool is_known(const xmlNode& element) { return std::ranges::count(kNamespaces, namespace_of(element)) != 0; }

std::string_view text_of(const xmlChar* text) {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out;
}

std::string hidden(std::string_view value) { return fmt::format("[{} bytes]", value.size()); }

std::string shown(std::string_view value, bool is_shown) {
  return is_shown && value.size() <= kMostShownValueBytes ? escaped(value) : hidden(value);
}

std::string qualified(const xmlNs* ns, const xmlChar* name) {
  const std::string_view prefix = ns == nullptr ? std::string_view() : text_of(ns->prefix);
  return prefix.empty() ? std::string(text_of(name)) : fmt::format("{}:{}", prefix, text_of(name));
}

class Redactor {
 public:
  void write(const xmlNode& element, std::size_t depth) {
    if (is_full()) return;
    const std::string indent(2 * depth, ' ');
    const std::string name = qualified(element.ns, element.name);
    out_ += indent + "<" + name;
    write_attributes(element);
    if (first_element(element) != nullptr) {
      out_ += ">\n";
      for (const xmlNode& child : elements_of(element)) write(child, depth + 1);
      out_ += indent + "</" + name + ">\n";
      return;
    }
    const std::string text = saml::text_of(element).value_or(std::string());
    if (text.empty()) {
      out_ += "/>\n";
      return;
    }
    const bool is_shown = is_known(element) && std::ranges::count(kShownTexts, local_name(element)) != 0;
    out_ += ">" + shown(text, is_shown) + "</" + name + ">\n";
  }

  std::string take() {
    if (!is_full()) return std::move(out_);
    // Between lines, and so between characters.
    out_.resize(out_.rfind('\n', kMostRedactedBytes - kCut.size() - 1) + 1);
    return std::move(out_ += kCut);
  }

 private:
  static constexpr std::string_view kCut = "…\n";

  bool is_full() const { return out_.size() > kMostRedactedBytes; }

  void write_attributes(const xmlNode& element) {
    for (const xmlNs* ns = element.nsDef; ns != nullptr; ns = ns->next) {
      const std::string_view prefix = text_of(ns->prefix);
      out_ += fmt::format(" xmlns{}{}=\"{}\"", prefix.empty() ? "" : ":", prefix, shown(text_of(ns->href), true));
    }
    for (const xmlAttr* attribute = element.properties; attribute != nullptr; attribute = attribute->next) {
      const xmlNode* value = attribute->children;
      const std::string_view text = value == nullptr ? std::string_view() : text_of(value->content);
      const bool is_shown = is_known(element) && std::ranges::count(kShownAttributes, text_of(attribute->name)) != 0;
      out_ += fmt::format(" {}=\"{}\"", qualified(attribute->ns, attribute->name), shown(text, is_shown));
    }
  }

  std::string out_;
};

}  // namespace

std::string redacted_message(std::string_view xml) {
  const auto document = XmlDocument::parse(xml, {.allow_comments = true});
  if (!document) return fmt::format("[{} bytes: {}]\n", xml.size(), reason_name(document.error().reason));
  Redactor redactor;
  redactor.write(*document->root(), 0);
  return redactor.take();
}

}  // namespace doorward::saml
