// XML signatures of identity providers (XML Signature Syntax and Processing, SAML core section 5), by xmlsec1 in a
// fence: a structure check before it, and what was signed is parsed again after it. Whatever is believed comes from
// SignedElement, which nothing else makes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/time.h"
#include "domain/saml_settings.h"
#include "protocol/saml/xml_document.h"

namespace doorward::saml {

// Namespace names that canonicalization may repeat for the elements and attributes of one signed element: it writes a
// name again wherever a sibling uses it, so a small message could become a huge one.
inline constexpr std::size_t kMostNamespaceBytes = std::size_t{2} * 1024 * 1024;

// What a signature is checked against.
struct SignatureTrust {
  std::span<const PinnedCertificate> certificates;
  bool allow_sha1 = false;
  bool allow_expired_certificates = false;
  Timestamp now;
};

// An element with all below it, exactly as signed: the digested octets, parsed again behind the same gate.
class SignedElement {
 public:
  const XmlDocument& document() const { return document_; }
  const std::string& certificate_id() const { return certificate_id_; }  // of the pinned certificate that fits

 private:
  friend Result<SignedElement> check_signature(const XmlDocument&, _xmlNode&, const SignatureTrust&, const XmlRules&);
  SignedElement(XmlDocument document, std::string certificate_id)
      : document_(std::move(document)), certificate_id_(std::move(certificate_id)) {}

  XmlDocument document_;
  std::string certificate_id_;
};

// The structure of the whole document, before any cryptography (S-20 to S-34): kDuplicateId (any two ID-like attributes
// alike: ID, Id, id, AssertionID, xml:id), kSignatureMisplaced (a ds:Signature anywhere but where the schema of its
// parent has it: of the root, of an assertion, and in metadata of an entity; first, or after the Issuer),
// kSignatureCount (more than one of a parent).
Result<void> check_signature_places(const XmlDocument& document);

// nullptr: `parent` is not signed.
_xmlNode* signature_of(const _xmlNode& parent);

// The enveloped signature that is a child of `parent`, after check_signature_places of the document. In this order:
// kUnsigned (there is none), kSignatureShape, kC14nForbidden, kAlgForbidden, kReferenceCount, kReferenceUri (it is not
// "#" + the parent's ID), kTransformForbidden, kTooLarge (kMostNamespaceBytes, or octets beyond `rules`), kC14nFailed,
// kSignatureInvalid, kCertificateExpired (the one that fits is, or is not valid yet).
// Tries the pinned certificates one by one, each at about 0.1 ms. KeyInfo is never read.
Result<SignedElement> check_signature(const XmlDocument& document, _xmlNode& parent, const SignatureTrust& trust,
                                      const XmlRules& rules = {});

// For the log, never for trust: the id (see PinnedCertificate) of the certificate that the signature of `parent` says
// it was made with. Empty: it names none.
std::string named_certificate_id(const _xmlNode& parent);

}  // namespace doorward::saml
