#include "protocol/saml/signature_shape.h"

#include <libxml/tree.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "base/encoding.h"
#include "protocol/oidc/mismatch.h"
#include "protocol/saml/names.h"
#include "protocol/saml/xml_nodes.h"

namespace doorward::saml {
namespace {

// Of an algorithm that only SamlSettings::allow_sha1 permits.
struct Algorithm {
  std::string_view uri;
  bool sha1 = false;
};

constexpr auto kSignatureAlgorithms = std::to_array<Algorithm>(
    {{kRsaSha256}, {kRsaSha384}, {kRsaSha512}, {kEcdsaSha256}, {kEcdsaSha384}, {kEcdsaSha512}, {kRsaSha1, true}});
constexpr auto kDigestAlgorithms =
    std::to_array<Algorithm>({{kDigestSha256}, {kDigestSha384}, {kDigestSha512}, {kDigestSha1, true}});

tl::unexpected<Error> refused(Reason reason, const char* message, std::string detail) {
  return tl::unexpected(make_error(reason, message, std::move(detail)));
}

tl::unexpected<Error> misshapen(const char* detail) {
  return refused(Reason::kSignatureShape, "A signature of the message is not of the form that SAML has.", detail);
}

bool is_base64(std::string_view text) {
  const std::string_view value = trimmed(text);
  return !value.empty() && std::ranges::all_of(value, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
           c == '=' || c == '\n' || c == '\r' || c == '\t' || c == ' ';
  });
}

bool holds_base64(const _xmlNode& element) {
  const std::optional<std::string> text = text_of(element);
  return text && is_base64(*text);
}

std::vector<const _xmlNode*> children_of(const _xmlNode& parent) {
  std::vector<const _xmlNode*> children;
  for (const _xmlNode& child : elements_of(parent)) children.push_back(&child);
  return children;
}

bool is_empty(const _xmlNode& element) { return first_element(element) == nullptr && has_only_elements(element); }

// Exclusive canonicalization without comments, whose one parameter is a list of prefixes: each costs a search for every
// element, so the list is short.
bool is_exclusive_c14n(const _xmlNode& method) {
  if (attribute(method, "Algorithm") != kExclusiveC14n || !has_only_elements(method)) return false;
  const std::vector<const _xmlNode*> children = children_of(method);
  if (children.empty()) return true;
  if (children.size() > 1 || !is_element(*children[0], kExclusiveC14nNs, "InclusiveNamespaces")) return false;
  const std::optional<std::string> prefixes = attribute(*children[0], "PrefixList");
  return is_empty(*children[0]) && prefixes && prefixes->size() <= kMostPrefixListBytes;
}

Result<void> check_algorithm(const _xmlNode& method, std::span<const Algorithm> allowed, bool allow_sha1) {
  const std::string uri = attribute(method, "Algorithm").value_or("");
  const auto found = std::ranges::find(allowed, uri, &Algorithm::uri);
  // A parameter would be one that nobody here has thought of: a truncated HMAC, a mask of RSA-PSS.
  if (found == allowed.end() || (found->sha1 && !allow_sha1) || !is_empty(method)) {
    return refused(Reason::kAlgForbidden, "The message is signed with an algorithm that is not accepted.",
                   oidc::mismatch("SHA-256, SHA-384 or SHA-512 with RSA or ECDSA", uri));
  }
  return {};
}

Result<void> check_transforms(const _xmlNode& transforms) {
  const std::vector<const _xmlNode*> children = children_of(transforms);
  const bool fits = has_only_elements(transforms) && children.size() == 2 &&
                    is_element(*children[0], kSignatureNs, "Transform") &&
                    is_element(*children[1], kSignatureNs, "Transform") &&
                    attribute(*children[0], "Algorithm") == kEnvelopedTransform && is_empty(*children[0]) &&
                    is_exclusive_c14n(*children[1]);
  if (fits) return {};
  return refused(Reason::kTransformForbidden, "A signature of the message transforms what it signs in a forbidden way.",
                 "expected enveloped-signature, then exclusive canonicalization");
}

Result<void> check_reference(const _xmlNode& reference, std::string_view parent_id, bool allow_sha1) {
  const std::string uri = attribute(reference, "URI").value_or("");
  if (!is_plain_id(parent_id) || uri != "#" + std::string(parent_id)) {
    return refused(Reason::kReferenceUri, "A signature of the message is not over the element that holds it.",
                   oidc::mismatch("#" + std::string(parent_id), uri));
  }
  const std::vector<const _xmlNode*> children = children_of(reference);
  if (!has_only_elements(reference) || children.empty()) return misshapen("Reference");
  if (!is_element(*children[0], kSignatureNs, "Transforms")) {
    return refused(Reason::kTransformForbidden, "A signature of the message does not say how its element is read.",
                   "expected enveloped-signature, then exclusive canonicalization");
  }
  if (children.size() != 3 || !is_element(*children[1], kSignatureNs, "DigestMethod") ||
      !is_element(*children[2], kSignatureNs, "DigestValue") || !holds_base64(*children[2])) {
    return misshapen("Reference");
  }
  DOORWARD_CHECK(check_algorithm(*children[1], kDigestAlgorithms, allow_sha1));
  return check_transforms(*children[0]);
}

// ID and what other readers of XML take for one: SAML 1.1 has AssertionID, ResponseID and RequestID, XML Signature Id,
// XML itself xml:id.
bool is_id_name(std::string_view name) {
  const std::string lower = ascii_lower(name);
  return lower == "id" || lower == "assertionid" || lower == "responseid" || lower == "requestid";
}

}  // namespace

bool is_plain_id(std::string_view id) {
  return !id.empty() && id.size() <= kMostXmlIdBytes && std::ranges::all_of(id, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.' || c == ':';
  });
}

Result<void> check_unique_ids(const XmlDocument& document) {
  std::vector<std::string> ids;
  const _xmlNode& root = *document.root();
  for (const _xmlNode* node = &root; node != nullptr; node = next_in_document(*node, root)) {
    for (const xmlAttr* at = node->properties; at != nullptr; at = at->next) {
      if (!is_id_name(reinterpret_cast<const char*>(at->name))) continue;
      std::string& id = ids.emplace_back();
      for (const _xmlNode* part = at->children; part != nullptr; part = part->next) {
        if (part->content != nullptr) id += reinterpret_cast<const char*>(part->content);
      }
    }
  }
  std::ranges::sort(ids);
  const auto twice = std::ranges::adjacent_find(ids);
  if (twice == ids.end()) return {};
  return refused(Reason::kDuplicateId, "Two elements of the message have the same ID.", oidc::shortened(*twice));
}

Result<void> check_signature_shape(const _xmlNode& signature, std::string_view parent_id, bool allow_sha1) {
  const std::vector<const _xmlNode*> children = children_of(signature);
  const bool has_key_info = children.size() == 3 && is_element(*children[2], kSignatureNs, "KeyInfo");
  if (!has_only_elements(signature) || (children.size() != 2 && !has_key_info) ||
      !is_element(*children[0], kSignatureNs, "SignedInfo") ||
      !is_element(*children[1], kSignatureNs, "SignatureValue") || !holds_base64(*children[1])) {
    return misshapen("Signature");
  }
  const std::vector<const _xmlNode*> parts = children_of(*children[0]);
  if (!has_only_elements(*children[0]) || parts.size() < 2 ||
      !is_element(*parts[0], kSignatureNs, "CanonicalizationMethod") ||
      !is_element(*parts[1], kSignatureNs, "SignatureMethod") ||
      !std::all_of(parts.begin() + 2, parts.end(),
                   [](const _xmlNode* part) { return is_element(*part, kSignatureNs, "Reference"); })) {
    return misshapen("SignedInfo");
  }
  if (!is_exclusive_c14n(*parts[0])) {
    return refused(Reason::kC14nForbidden, "A signature of the message is canonicalized in a forbidden way.",
                   oidc::mismatch(kExclusiveC14n, attribute(*parts[0], "Algorithm").value_or("")));
  }
  DOORWARD_CHECK(check_algorithm(*parts[1], kSignatureAlgorithms, allow_sha1));
  if (parts.size() != 3) {
    return refused(Reason::kReferenceCount, "A signature of the message is not over exactly one element.",
                   std::to_string(parts.size() - 2) + " references");
  }
  return check_reference(*parts[2], parent_id, allow_sha1);
}

}  // namespace doorward::saml
