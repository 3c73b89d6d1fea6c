#include "protocol/saml/xml_node.h"

#include <libxml/tree.h>

#include <cstddef>

namespace doorward::saml {
namespace {

std::string_view view(const xmlChar* text) {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}

bool is_text(const xmlNode& node) { return node.type == XML_TEXT_NODE || node.type == XML_CDATA_SECTION_NODE; }

}  // namespace

std::string_view local_name(const xmlNode& element) { return view(element.name); }

std::string_view namespace_of(const xmlNode& element) {
  return element.ns == nullptr ? std::string_view() : view(element.ns->href);
}

bool is_element(const xmlNode& node, std::string_view ns, std::string_view name) {
  return node.type == XML_ELEMENT_NODE && local_name(node) == name && namespace_of(node) == ns;
}

std::vector<xmlNode*> elements_of(const xmlNode& parent) {
  std::vector<xmlNode*> found;
  for (xmlNode* node = parent.children; node != nullptr; node = node->next) {
    if (node->type == XML_ELEMENT_NODE) found.push_back(node);
  }
  return found;
}

std::vector<xmlNode*> elements_of(const xmlNode& parent, std::string_view ns, std::string_view name) {
  std::vector<xmlNode*> found;
  for (xmlNode* node = parent.children; node != nullptr; node = node->next) {
    if (is_element(*node, ns, name)) found.push_back(node);
  }
  return found;
}

xmlNode* find_element(const xmlNode& parent, std::string_view ns, std::string_view name) {
  for (xmlNode* node = parent.children; node != nullptr; node = node->next) {
    if (is_element(*node, ns, name)) return node;
  }
  return nullptr;
}

std::optional<std::string> attribute_of(const xmlNode& element, std::string_view name) {
  for (const xmlAttr* attribute = element.properties; attribute != nullptr; attribute = attribute->next) {
    if (attribute->ns != nullptr || view(attribute->name) != name) continue;
    std::string value;
    for (const xmlNode* part = attribute->children; part != nullptr; part = part->next) value += view(part->content);
    return value;
  }
  return std::nullopt;
}

std::string attribute_or_empty(const xmlNode& element, std::string_view name) {
  return attribute_of(element, name).value_or(std::string());
}

std::optional<std::string> text_of(const xmlNode& element) {
  std::string text;
  for (const xmlNode* node = element.children; node != nullptr; node = node->next) {
    if (!is_text(*node)) return std::nullopt;
    text += view(node->content);
  }
  return text;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kWhiteSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

}  // namespace doorward::saml
