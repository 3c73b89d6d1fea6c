#include "protocol/saml/xml_element.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>

#include "protocol/saml/names.h"

namespace doorward::saml {
namespace {

struct Namespace {
  std::string_view prefix;
  std::string_view uri;
};

constexpr auto kNamespaces = std::to_array<Namespace>({
    {"ds", kSignatureNs},
    {"md", kMetadataNs},
    {"saml", kAssertionNs},
    {"samlp", kProtocolNs},
    {"xenc", kEncryptionNs},
});

const Namespace* find_namespace(std::string_view name) {
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos) return nullptr;
  const auto* found = std::ranges::find(kNamespaces, name.substr(0, colon), &Namespace::prefix);
  return found == kNamespaces.end() ? nullptr : found;
}

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// The first character of `text`: its length, or 0 where it is no UTF-8 that XML 1.0 can hold (section 2.2).
std::size_t character_bytes(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = at(0);
  if (lead < 0x80) return lead >= 0x20 || lead == '\t' || lead == '\n' || lead == '\r' ? 1 : 0;
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return 0;
  std::uint32_t code = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((at(i) & 0xC0U) != 0x80U) return 0;
    code = (code << 6U) | (at(i) & 0x3FU);
  }
  const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return overlong || surrogate || code == 0xFFFE || code == 0xFFFF || code > 0x10FFFF ? 0 : size;
}

// Canonical XML 1.0 section 2.3. Empty: as it is.
std::string_view text_escape(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '\r':
      return "&#xD;";
    default:
      return {};
  }
}

std::string_view attribute_escape(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '"':
      return "&quot;";
    case '\t':
      return "&#x9;";
    case '\n':
      return "&#xA;";
    case '\r':
      return "&#xD;";
    default:
      return {};
  }
}

template <class Escape>
void append_escaped(std::string& out, std::string_view text, Escape escape) {
  while (!text.empty()) {
    const std::size_t size = character_bytes(text);
    if (size == 0) {
      out += kReplacement;
      text.remove_prefix(1);
      continue;
    }
    const std::string_view escaped = size == 1 ? escape(text.front()) : std::string_view();
    out += escaped.empty() ? text.substr(0, size) : escaped;
    text.remove_prefix(size);
  }
}

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
  out += ' ';
  out += name;
  out += "=\"";
  append_escaped(out, value, attribute_escape);
  out += '"';
}

}  // namespace

// Renders a namespace where it is first used and no ancestor has rendered it (Exclusive XML Canonicalization section
// 3); as prefixes mean the same everywhere, the prefixes of the ancestors are all there is to remember.
class XmlWriter {
 public:
  explicit XmlWriter(std::string& out) : out_(out) {}

  void write(const XmlElement& element) {
    const Namespace& used = *find_namespace(element.name_);
    const bool first_use = std::ranges::find(declared_, used.prefix) == declared_.end();
    if (first_use) declared_.push_back(used.prefix);
    out_ += '<';
    out_ += element.name_;
    if (first_use) append_attribute(out_, "xmlns:" + std::string(used.prefix), used.uri);
    for (const auto& [name, value] : element.attributes_) append_attribute(out_, name, value);
    out_ += '>';
    for (const auto& child : element.children_) {
      if (const auto* text = std::get_if<std::string>(&child)) {
        append_escaped(out_, *text, text_escape);
      } else {
        write(std::get<XmlElement>(child));
      }
    }
    out_ += "</";
    out_ += element.name_;
    out_ += '>';
    if (first_use) declared_.pop_back();
  }

 private:
  std::string& out_;
  std::vector<std::string_view> declared_;
};

XmlElement::XmlElement(std::string_view name) : name_(name) {
  if (find_namespace(name) == nullptr) throw std::invalid_argument("no such namespace prefix: " + name_);
}

XmlElement& XmlElement::set(std::string_view name, std::string_view value) {
  // In the order of canonical form: by name, as none has a namespace.
  const auto place =
      std::ranges::lower_bound(attributes_, name, {}, [](const auto& a) -> std::string_view { return a.first; });
  if (place != attributes_.end() && place->first == name) {
    throw std::invalid_argument("attribute set twice: " + std::string(name));
  }
  attributes_.emplace(place, name, value);
  return *this;
}

XmlElement& XmlElement::set_if(std::string_view name, std::string_view value) {
  return value.empty() ? *this : set(name, value);
}

XmlElement& XmlElement::text(std::string_view text) {
  children_.emplace_back(std::string(text));
  return *this;
}

XmlElement& XmlElement::add(XmlElement child) {
  children_.emplace_back(std::move(child));
  return *this;
}

XmlElement& XmlElement::insert(std::size_t index, XmlElement child) {
  children_.emplace(children_.begin() + static_cast<std::ptrdiff_t>(index), std::move(child));
  return *this;
}

std::string_view XmlElement::attribute(std::string_view name) const {
  const auto found = std::ranges::find(attributes_, name, [](const auto& a) -> std::string_view { return a.first; });
  return found == attributes_.end() ? std::string_view() : std::string_view(found->second);
}

const XmlElement* XmlElement::child(std::size_t index) const {
  return index < children_.size() ? std::get_if<XmlElement>(&children_[index]) : nullptr;
}

std::string XmlElement::to_xml() const {
  std::string out;
  XmlWriter(out).write(*this);
  return out;
}

}  // namespace doorward::saml
