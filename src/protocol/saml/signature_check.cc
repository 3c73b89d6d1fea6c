#include "protocol/saml/signature_check.h"

#include <libxml/tree.h>
#include <libxml/valid.h>
#include <xmlsec/openssl/crypto.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>

#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <vector>

#include "base/encoding.h"
#include "domain/certificate_id.h"
#include "protocol/oidc/mismatch.h"
#include "protocol/saml/names.h"
#include "protocol/saml/pinned_keys.h"
#include "protocol/saml/signature_shape.h"
#include "protocol/saml/xml_nodes.h"
#include "protocol/saml/xmlsec_library.h"

namespace doorward::saml {
namespace {

struct FreeContext {
  void operator()(xmlSecDSigCtx* context) const { xmlSecDSigCtxDestroy(context); }
};
using OwnedContext = std::unique_ptr<xmlSecDSigCtx, FreeContext>;

void demand(bool ok) {
  if (!ok) throw std::bad_alloc();  // the one reason for which these calls fail
}

// The second fence behind check_signature_shape: what xmlsec1 itself would run.
void enable(xmlSecDSigCtx& context, bool allow_sha1) {
  const auto reference = [&](xmlSecTransformId id) {
    demand(xmlSecDSigCtxEnableReferenceTransform(&context, id) >= 0);
  };
  const auto signature = [&](xmlSecTransformId id) {
    demand(xmlSecDSigCtxEnableSignatureTransform(&context, id) >= 0);
  };
  reference(xmlSecTransformEnvelopedId);
  reference(xmlSecTransformExclC14NId);
  reference(xmlSecOpenSSLTransformSha256Id);
  reference(xmlSecOpenSSLTransformSha384Id);
  reference(xmlSecOpenSSLTransformSha512Id);
  signature(xmlSecTransformExclC14NId);
  signature(xmlSecOpenSSLTransformRsaSha256Id);
  signature(xmlSecOpenSSLTransformRsaSha384Id);
  signature(xmlSecOpenSSLTransformRsaSha512Id);
  signature(xmlSecOpenSSLTransformEcdsaSha256Id);
  signature(xmlSecOpenSSLTransformEcdsaSha384Id);
  signature(xmlSecOpenSSLTransformEcdsaSha512Id);
  if (!allow_sha1) return;
  reference(xmlSecOpenSSLTransformSha1Id);
  signature(xmlSecOpenSSLTransformRsaSha1Id);
}

// With a key set, xmlsec1 looks neither at KeyInfo nor for another one.
OwnedContext context_for(const PinnedCertificate& certificate, bool allow_sha1) {
  OwnedContext context(xmlSecDSigCtxCreate(nullptr));
  demand(context != nullptr);
  context->signKey = key_of_certificate(certificate.der).release();
  if (context->signKey == nullptr) return nullptr;
  context->flags = XMLSEC_DSIG_FLAGS_STORE_SIGNEDINFO_REFERENCES | XMLSEC_DSIG_FLAGS_IGNORE_MANIFESTS;
  context->enabledReferenceUris = xmlSecTransformUriTypeSameDocument;
  enable(*context, allow_sha1);
  return context;
}

// Makes `element` the one that its ID names, for as long as this lives.
class NamedElement {
 public:
  NamedElement(const XmlDocument& document, _xmlNode& element) : doc_(document.doc()) {
    attribute_ = xmlHasProp(&element, reinterpret_cast<const xmlChar*>("ID"));
    if (attribute_ == nullptr) return;
    const std::optional<std::string> id = attribute(element, "ID");
    if (!id || xmlAddID(nullptr, doc_, reinterpret_cast<const xmlChar*>(id->c_str()), attribute_) == nullptr) {
      attribute_ = nullptr;
    }
  }
  ~NamedElement() {
    if (attribute_ != nullptr) xmlRemoveID(doc_, attribute_);
  }
  NamedElement(const NamedElement&) = delete;
  NamedElement& operator=(const NamedElement&) = delete;

  bool named() const { return attribute_ != nullptr; }

 private:
  xmlDoc* doc_;
  xmlAttr* attribute_ = nullptr;
};

enum class Verdict : std::uint8_t { kFits, kOtherKey, kOtherContent, kNotCanonical };

struct Verification {
  Verdict verdict = Verdict::kOtherKey;
  std::string octets;  // what was digested; only of kFits
};

Verification verify(_xmlNode& signature, const PinnedCertificate& certificate, bool allow_sha1) {
  const QuietXml quiet;
  const OwnedContext context = context_for(certificate, allow_sha1);
  if (context == nullptr) return {};
  const bool ran = xmlSecDSigCtxVerify(context.get(), &signature) >= 0;
  if (quiet.canonicalization_failed()) return {.verdict = Verdict::kNotCanonical};
  if (xmlSecPtrListGetSize(&context->signedInfoReferences) != 1) return {};
  auto* reference = static_cast<xmlSecDSigReferenceCtx*>(xmlSecPtrListGetItem(&context->signedInfoReferences, 0));
  if (reference == nullptr) return {};
  if (reference->status == xmlSecDSigStatusInvalid) return {.verdict = Verdict::kOtherContent};
  if (!ran || context->status != xmlSecDSigStatusSucceeded || reference->status != xmlSecDSigStatusSucceeded) return {};
  xmlSecBuffer* buffer = xmlSecDSigReferenceCtxGetPreDigestBuffer(reference);
  if (buffer == nullptr || xmlSecBufferGetSize(buffer) == 0) return {.verdict = Verdict::kNotCanonical};
  std::string octets(reinterpret_cast<const char*>(xmlSecBufferGetData(buffer)), xmlSecBufferGetSize(buffer));
  // An element in canonical form begins with its tag. Digested nothing, or something else: void canonicalization.
  if (!octets.starts_with('<')) return {.verdict = Verdict::kNotCanonical};
  return {.verdict = Verdict::kFits, .octets = std::move(octets)};
}

bool is_valid_at(const PinnedCertificate& certificate, Timestamp now) {
  return certificate.not_before <= now && now <= certificate.not_after;
}

// Those that are valid now first: an expired one is tried for the sake of the reason.
std::vector<const PinnedCertificate*> in_order(const SignatureTrust& trust) {
  std::vector<const PinnedCertificate*> certificates;
  for (const bool valid : {true, false}) {
    for (const PinnedCertificate& certificate : trust.certificates) {
      if (is_valid_at(certificate, trust.now) == valid) certificates.push_back(&certificate);
    }
  }
  return certificates;
}

std::size_t namespace_bytes(const xmlNs* ns) {
  return ns == nullptr || ns->href == nullptr ? 0 : std::string_view(reinterpret_cast<const char*>(ns->href)).size();
}

bool is_small_in_canonical_form(const _xmlNode& top) {
  std::size_t bytes = 0;
  for (const _xmlNode* node = &top; node != nullptr; node = next_in_document(*node, top)) {
    bytes += namespace_bytes(node->ns);
    for (const xmlAttr* at = node->properties; at != nullptr; at = at->next) bytes += namespace_bytes(at->ns);
    if (bytes > kMostNamespaceBytes) return false;
  }
  return true;
}

tl::unexpected<Error> not_canonical() {
  return failure(Reason::kC14nFailed, "The signed part of the message has no canonical form.");
}

}  // namespace

std::string named_certificate_id(const _xmlNode& parent) {
  const _xmlNode* node = signature_of(parent);
  for (const std::string_view name : {"KeyInfo", "X509Data", "X509Certificate"}) {
    node = node == nullptr ? nullptr : find_child(*node, kSignatureNs, name);
  }
  std::string text = node == nullptr ? std::string() : text_of(*node).value_or("");
  std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
  const std::optional<std::string> der = base64_decode(text);
  return der ? certificate_id(*der) : std::string();
}

Result<SignedElement> check_signature(const XmlDocument& document, _xmlNode& parent, const SignatureTrust& trust,
                                      const XmlRules& rules) {
  _xmlNode* signature = signature_of(parent);
  if (signature == nullptr) return failure(Reason::kUnsigned, "The message is not signed.");
  const std::string id = attribute(parent, "ID").value_or("");
  DOORWARD_CHECK(check_signature_shape(*signature, id, trust.allow_sha1));
  if (!is_small_in_canonical_form(parent)) return failure(Reason::kTooLarge, "The message is too large.");
  start_xmlsec();
  const NamedElement named(document, parent);
  if (!named.named()) return failure(Reason::kDuplicateId, "Two elements of the message have the same ID.");
  for (const PinnedCertificate* certificate : in_order(trust)) {
    const Verification verification = verify(*signature, *certificate, trust.allow_sha1);
    if (verification.verdict == Verdict::kNotCanonical) return not_canonical();
    if (verification.verdict == Verdict::kOtherContent) break;  // whoever signed: not this
    if (verification.verdict != Verdict::kFits) continue;
    if (!trust.allow_expired_certificates && !is_valid_at(*certificate, trust.now)) {
      return tl::unexpected(make_error(
          Reason::kCertificateExpired, "The certificate that the message is signed with is not valid at this time.",
          oidc::mismatch(to_rfc3339(trust.now),
                         to_rfc3339(certificate->not_before) + " to " + to_rfc3339(certificate->not_after))));
    }
    DOORWARD_TRY(XmlDocument octets, XmlDocument::parse(verification.octets, rules));
    return SignedElement(std::move(octets), certificate->id);
  }
  return failure(Reason::kSignatureInvalid, "The signature of the message fits none of the provider's certificates.");
}

}  // namespace doorward::saml
