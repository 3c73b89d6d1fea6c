#include <libxml/tree.h>

#include <string_view>

#include "protocol/saml/names.h"
#include "protocol/saml/signature_check.h"
#include "protocol/saml/signature_shape.h"
#include "protocol/saml/xml_nodes.h"

namespace doorward::saml {
namespace {

bool is_signature(const _xmlNode& node) { return is_element(node, kSignatureNs, "Signature"); }

// SAML core 2.3.3, 3.2.1, 3.2.2; metadata 2.3.1, 2.3.2.
bool is_signable(const _xmlNode& element, const _xmlNode& root) {
  if (&element == &root) return true;
  if (is_element(element, kAssertionNs, "Assertion")) return true;
  return namespace_of(root) == kMetadataNs && (is_element(element, kMetadataNs, "EntityDescriptor") ||
                                               is_element(element, kMetadataNs, "EntitiesDescriptor"));
}

// Behind the Issuer, or first: a signature further down could be read as one over what stands before it.
bool is_in_place(const _xmlNode& signature) {
  const _xmlNode& first = *first_element(*signature.parent);
  if (&first == &signature) return true;
  return is_element(first, kAssertionNs, "Issuer") && next_element(first) == &signature;
}

}  // namespace

_xmlNode* signature_of(const _xmlNode& parent) { return find_child(parent, kSignatureNs, "Signature"); }

Result<void> check_signature_places(const XmlDocument& document) {
  DOORWARD_CHECK(check_unique_ids(document));
  const _xmlNode& root = *document.root();
  for (const _xmlNode* node = &root; node != nullptr; node = next_in_document(*node, root)) {
    if (!is_signature(*node)) continue;
    if (node == &root || !is_signable(*node->parent, root)) {
      return failure(Reason::kSignatureMisplaced, "The message holds a signature where SAML has none.");
    }
    const _xmlNode* first = signature_of(*node->parent);
    if (first != node)
      return failure(Reason::kSignatureCount, "An element of the message has more than one signature.");
    if (!is_in_place(*node)) {
      return failure(Reason::kSignatureMisplaced, "The message holds a signature where SAML has none.");
    }
  }
  return {};
}

}  // namespace doorward::saml
