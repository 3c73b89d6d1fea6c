#include "protocol/saml/xml_nodes.h"

#include <libxml/tree.h>

#include "base/trim.h"

namespace doorward::saml {
namespace {

constexpr std::string_view kWhiteSpace = "\t\n\r ";

std::string_view view_of(const xmlChar* text) {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}

_xmlNode* element_from(_xmlNode* node) {
  while (node != nullptr && node->type != XML_ELEMENT_NODE) node = node->next;
  return node;
}

// nullopt with anything but text among them.
std::optional<std::string> joined(const _xmlNode* node) {
  std::string text;
  for (; node != nullptr; node = node->next) {
    if (node->type != XML_TEXT_NODE && node->type != XML_CDATA_SECTION_NODE) return std::nullopt;
    text += view_of(node->content);
  }
  return text;
}

}  // namespace

std::string_view local_name(const _xmlNode& node) {
  return node.type == XML_ELEMENT_NODE ? view_of(node.name) : std::string_view();
}

std::string_view namespace_of(const _xmlNode& node) {
  return node.type == XML_ELEMENT_NODE && node.ns != nullptr ? view_of(node.ns->href) : std::string_view();
}

bool is_element(const _xmlNode& node, std::string_view ns, std::string_view local) {
  return node.type == XML_ELEMENT_NODE && local_name(node) == local && namespace_of(node) == ns;
}

_xmlNode* first_element(const _xmlNode& parent) { return element_from(parent.children); }
_xmlNode* next_element(const _xmlNode& node) { return element_from(node.next); }

_xmlNode* find_child(const _xmlNode& parent, std::string_view ns, std::string_view local) {
  for (_xmlNode& child : elements_of(parent)) {
    if (is_element(child, ns, local)) return &child;
  }
  return nullptr;
}

_xmlNode* next_in_document(const _xmlNode& node, const _xmlNode& top) {
  if (_xmlNode* child = first_element(node)) return child;
  for (const _xmlNode* at = &node; at != &top; at = at->parent) {
    if (_xmlNode* sibling = next_element(*at)) return sibling;
  }
  return nullptr;
}

std::optional<std::string> attribute(const _xmlNode& element, std::string_view name) {
  if (element.type != XML_ELEMENT_NODE) return std::nullopt;
  for (const xmlAttr* at = element.properties; at != nullptr; at = at->next) {
    if (at->ns == nullptr && view_of(at->name) == name) return joined(at->children);
  }
  return std::nullopt;
}

std::optional<std::string> text_of(const _xmlNode& element) { return joined(element.children); }

bool has_only_elements(const _xmlNode& element) {
  for (const _xmlNode* child = element.children; child != nullptr; child = child->next) {
    if (child->type == XML_ELEMENT_NODE) continue;
    if (child->type != XML_TEXT_NODE || !trimmed(view_of(child->content)).empty()) return false;
  }
  return true;
}

std::string_view trimmed(std::string_view text) { return doorward::trimmed(text, kWhiteSpace); }

}  // namespace doorward::saml
