// Reading elements of a parsed document. Names are compared with their namespace, values are those of the parser:
// nothing here follows a reference or leaves the tree. Text that is handed out as a view lives as long as the document.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct _xmlNode;

namespace doorward::saml {

std::string_view local_name(const _xmlNode& element);
std::string_view namespace_of(const _xmlNode& element);  // empty: none
bool is_element(const _xmlNode& node, std::string_view ns, std::string_view name);

// Elements among the children, in order.
std::vector<_xmlNode*> elements_of(const _xmlNode& parent);
std::vector<_xmlNode*> elements_of(const _xmlNode& parent, std::string_view ns, std::string_view name);
// The first of this name; nullptr: there is none.
_xmlNode* find_element(const _xmlNode& parent, std::string_view ns, std::string_view name);

// Of an attribute without namespace. nullopt: it is not there.
std::optional<std::string> attribute_of(const _xmlNode& element, std::string_view name);
// The same, empty where it is not there.
std::string attribute_or_empty(const _xmlNode& element, std::string_view name);

// Text and nothing else inside: never the part before a child. nullopt: there is a child element or anything but text.
std::optional<std::string> text_of(const _xmlNode& element);

// Without the XML white space around it.
std::string_view trimmed(std::string_view text);

}  // namespace doorward::saml
