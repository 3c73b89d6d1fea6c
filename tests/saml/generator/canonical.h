// Private to the .cc files of this folder: documents by libxml2 without the gate, and their canonical form.
#pragma once

#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::saml::test {

struct FreeDocument {
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};
using Document = std::unique_ptr<xmlDoc, FreeDocument>;

inline Document parsed(std::string_view xml) {
  return Document(xmlReadMemory(xml.data(), static_cast<int>(xml.size()), nullptr, nullptr,
                                XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
}

inline std::string attribute_of(const xmlNode* element, const char* name) {
  xmlChar* value = xmlGetNoNsProp(element, reinterpret_cast<const xmlChar*>(name));
  std::string text = value == nullptr ? std::string() : reinterpret_cast<const char*>(value);
  xmlFree(value);
  return text;
}

inline std::string content_of(const xmlNode* node) {
  xmlChar* value = xmlNodeGetContent(node);
  std::string text = value == nullptr ? std::string() : reinterpret_cast<const char*>(value);
  xmlFree(value);
  return text;
}

// Depth first; nullptr: there is none.
inline xmlNode* element_with_id(xmlNode* node, std::string_view id) {
  for (; node != nullptr; node = node->next) {
    if (node->type != XML_ELEMENT_NODE) continue;
    if (attribute_of(node, "ID") == id) return node;
    if (xmlNode* found = element_with_id(node->children, id)) return found;
  }
  return nullptr;
}

inline xmlNode* child_named(const xmlNode* parent, std::string_view name) {
  for (xmlNode* node = parent == nullptr ? nullptr : parent->children; node != nullptr; node = node->next) {
    if (node->type == XML_ELEMENT_NODE && reinterpret_cast<const char*>(node->name) == name) return node;
  }
  return nullptr;
}

struct Canonicalization {
  bool inclusive = false;
  bool with_comments = false;
  std::string prefixes;  // PrefixList

  static Canonicalization named(std::string_view uri, std::string_view prefixes) {
    return {.inclusive = uri.find("exc-c14n") == std::string_view::npos,
            .with_comments = uri.ends_with("WithComments"),
            .prefixes = std::string(prefixes)};
  }
};

// Of `top` and all below it but `without`; empty where there is none. By a node set, as the standard words it, and not
// by a copy of the tree.
std::string canonical(xmlDoc* document, xmlNode* top, const xmlNode* without, const Canonicalization& how);

}  // namespace doorward::saml::test
