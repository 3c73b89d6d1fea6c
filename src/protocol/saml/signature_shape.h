// What a ds:Signature may look like before any cryptography: one way of signing, the one that SAML profiles (SAML core
// 5.4), and closed lists of algorithms.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "protocol/saml/xml_document.h"

namespace doorward::saml {

inline constexpr std::size_t kMostXmlIdBytes = 256;
inline constexpr std::size_t kMostPrefixListBytes = 512;  // of exclusive canonicalization

// Letters, digits, '_', '-', '.', ':', at most kMostXmlIdBytes: what can be named in a Reference without quoting.
bool is_plain_id(std::string_view id);

// kDuplicateId: two attributes that some reader takes for an ID (ID, Id, id, AssertionID, …, of whatever namespace)
// hold the same value.
Result<void> check_unique_ids(const XmlDocument& document);

// Of `signature` over the element whose ID is `parent_id`: kSignatureShape, kC14nForbidden, kAlgForbidden,
// kReferenceCount, kReferenceUri, kTransformForbidden. ds:KeyInfo may be there and is not looked at.
Result<void> check_signature_shape(const _xmlNode& signature, std::string_view parent_id, bool allow_sha1);

}  // namespace doorward::saml
