// XML that Doorward writes: a tree of elements whose text is its own exclusive canonical form (Exclusive XML
// Canonicalization 1.0, without comments), so that what is signed and what is sent are the same bytes.
//
// Whatever a person or a provider gave may be put into it: it comes out as text (S-104). Not meant for input: reading
// is in xml_document.h.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace doorward::saml {

class XmlElement {
 public:
  // `name` is prefix:local, and the prefix one of saml, samlp, md, ds, xenc: their namespaces declare themselves.
  explicit XmlElement(std::string_view name);

  // Attributes have no namespace. The second value of one name is a bug and throws std::invalid_argument.
  XmlElement& set(std::string_view name, std::string_view value);
  // Nothing where the value is empty.
  XmlElement& set_if(std::string_view name, std::string_view value);
  XmlElement& text(std::string_view text);
  XmlElement& add(XmlElement child);
  // As the child at `index`.
  XmlElement& insert(std::size_t index, XmlElement child);

  const std::string& name() const { return name_; }
  std::string_view attribute(std::string_view name) const;  // empty: not there
  std::size_t child_count() const { return children_.size(); }
  const XmlElement* child(std::size_t index) const;  // nullptr: text, or out of range

  // A whole document, without XML declaration. Bytes that are not UTF-8 and characters that XML 1.0 cannot hold come
  // out as U+FFFD: nothing that is put in can make a message unreadable.
  std::string to_xml() const;

 private:
  friend class XmlWriter;
  std::string name_;
  std::vector<std::pair<std::string, std::string>> attributes_;
  std::vector<std::variant<XmlElement, std::string>> children_;
};

}  // namespace doorward::saml
