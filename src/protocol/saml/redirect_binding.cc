#include "protocol/saml/redirect_binding.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/encoding.h"
#include "crypto/certificate.h"
#include "protocol/saml/deflate.h"
#include "protocol/saml/names.h"
#include "protocol/saml/response_check.h"

namespace doorward::saml {
namespace {

// SAML bindings 3.4.4.1: the one encoding there is, and what a message without SAMLEncoding has.
constexpr std::string_view kDeflateEncoding = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE";

struct Parameter {
  std::string_view name;
  std::string_view value;  // as received
  std::size_t place = 0;   // in the query
};

struct Query {
  std::optional<Parameter> request;
  std::optional<Parameter> response;
  std::optional<Parameter> relay_state;
  std::optional<Parameter> encoding;
  std::optional<Parameter> algorithm;
  std::optional<Parameter> signature;

  std::optional<Parameter>* find(std::string_view name) {
    if (name == "SAMLRequest") return &request;
    if (name == "SAMLResponse") return &response;
    if (name == "RelayState") return &relay_state;
    if (name == "SAMLEncoding") return &encoding;
    if (name == "SigAlg") return &algorithm;
    return name == "Signature" ? &signature : nullptr;
  }

  const Parameter& message() const { return request ? *request : *response; }
};

tl::unexpected<Error> malformed(std::string detail) {
  return tl::unexpected(
      make_error(Reason::kMalformedRequest, "The address is not one of SAML's redirect binding.", std::move(detail)));
}

// Foreign parameters are nobody's business; those of the binding come once and are spelt plainly, so that what is
// signed and what is read cannot be two things.
Result<Query> parse(std::string_view text) {
  if (text.size() > kMostRedirectQueryBytes) return failure(Reason::kTooLarge, "The message is too large.");
  Query query;
  std::size_t place = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view name = pair.substr(0, equals);
    const auto decoded = percent_decode(name, true);
    if (!decoded) return malformed("a name is not percent-encoded");
    std::optional<Parameter>* const slot = query.find(*decoded);
    if (slot == nullptr) continue;
    if (name != *decoded) return malformed("a name is percent-encoded that needs not be");
    if (*slot) return failure(Reason::kDuplicateParam, "The address has a parameter twice: " + *decoded + ".");
    *slot = Parameter{.name = name, .value = pair.substr(std::min(equals + 1, pair.size())), .place = place++};
  }
  if (query.request && query.response) {
    return failure(Reason::kDuplicateParam, "The address has both a request and a response.");
  }
  if (!query.request && !query.response) return malformed("no message");
  return query;
}

// Base64 of a parameter. A '+' that was not encoded is one: base64 has no spaces that it could stand for.
Result<std::string> decode_base64(const Parameter& parameter) {
  const auto text = percent_decode(parameter.value, false);
  if (!text) return malformed("a value is not percent-encoded");
  return decode_post_message(*text);
}

Result<std::string> decode_text(const std::optional<Parameter>& parameter) {
  if (!parameter) return std::string();
  auto text = percent_decode(parameter->value, true);
  if (!text || !is_valid_utf8(*text)) return malformed("a value is not percent-encoded UTF-8");
  return *std::move(text);
}

struct SignatureAlgorithm {
  std::string_view uri;
  crypto::Certificate::KeyKind key_kind;
  crypto::Digest digest;
};

using KeyKind = crypto::Certificate::KeyKind;
constexpr auto kAlgorithms = std::to_array<SignatureAlgorithm>({
    {kRsaSha256, KeyKind::kRsa, crypto::Digest::kSha256},
    {kRsaSha384, KeyKind::kRsa, crypto::Digest::kSha384},
    {kRsaSha512, KeyKind::kRsa, crypto::Digest::kSha512},
    {kEcdsaSha256, KeyKind::kEc, crypto::Digest::kSha256},
    {kEcdsaSha384, KeyKind::kEc, crypto::Digest::kSha384},
    {kEcdsaSha512, KeyKind::kEc, crypto::Digest::kSha512},
    {kRsaSha1, KeyKind::kRsa, crypto::Digest::kSha1},
});

const SignatureAlgorithm* find_algorithm(std::string_view uri, bool allow_sha1) {
  const auto* found = std::ranges::find(kAlgorithms, uri, &SignatureAlgorithm::uri);
  const bool allowed = found != kAlgorithms.end() && (found->digest != crypto::Digest::kSha1 || allow_sha1);
  return allowed ? found : nullptr;
}

tl::unexpected<Error> bad_signature(std::string detail) {
  return tl::unexpected(
      make_error(Reason::kRedirectSignature, "The signature of the message is not right.", std::move(detail)));
}

void append(std::string& octets, const Parameter& parameter) {
  if (!octets.empty()) octets += '&';
  octets.append(parameter.name).append(1, '=').append(parameter.value);
}

// SAML bindings 3.4.4.1: the parameters in this order and in the sender's own encoding. A query in another order was
// put together by somebody else than its signer.
Result<std::string> signed_octets(const Query& query) {
  std::string octets;
  std::size_t last = 0;
  for (const Parameter* parameter :
       {&query.message(), query.relay_state ? &*query.relay_state : nullptr, &*query.algorithm}) {
    if (parameter == nullptr) continue;
    if (!octets.empty() && parameter->place < last) return bad_signature("the parameters are in another order");
    last = parameter->place;
    append(octets, *parameter);
  }
  return octets;
}

}  // namespace

std::string_view parameter_name(MessageKind kind) {
  return kind == MessageKind::kRequest ? "SAMLRequest" : "SAMLResponse";
}

std::string redirect_url(std::string_view endpoint, MessageKind kind, std::string_view xml,
                         std::string_view relay_state, const MessageSigner* signer) {
  std::string query(parameter_name(kind));
  query += '=' + percent_encode(base64_encode(deflate(xml)));
  if (!relay_state.empty()) query += "&RelayState=" + percent_encode(relay_state);
  if (signer != nullptr) {
    query += "&SigAlg=" + percent_encode(signer->algorithm());
    const std::string signature = base64_encode(signer->sign(query));
    query += "&Signature=" + percent_encode(signature);
  }
  std::string url(endpoint.substr(0, endpoint.find('#')));
  url += url.find('?') == std::string::npos ? '?' : '&';
  return url + query;
}

Result<RedirectMessage> read_redirect(std::string_view text) {
  DOORWARD_TRY(const Query query, parse(text));
  RedirectMessage message;
  message.kind = query.request ? MessageKind::kRequest : MessageKind::kResponse;
  DOORWARD_TRY(const std::string encoding, decode_text(query.encoding));
  if (query.encoding && encoding != kDeflateEncoding) return malformed("an encoding other than DEFLATE");
  DOORWARD_TRY(message.relay_state, decode_text(query.relay_state));
  if (message.relay_state.size() > kMostReceivedRelayStateBytes) {
    return failure(Reason::kTooLarge, "The RelayState of the message is too long.");
  }
  DOORWARD_TRY(const std::string deflated, decode_base64(query.message()));
  DOORWARD_TRY(message.xml, inflate(deflated, kMostInflatedBytes));
  message.is_signed = query.signature.has_value();
  return message;
}

Result<std::string> check_redirect_signature(std::string_view text, const SignatureTrust& trust) {
  DOORWARD_TRY(const Query query, parse(text));
  if (!query.signature) return failure(Reason::kUnsigned, "The message is not signed.");
  DOORWARD_TRY(const std::string uri, decode_text(query.algorithm));
  const SignatureAlgorithm* algorithm = find_algorithm(uri, trust.allow_sha1);
  if (algorithm == nullptr) {
    return failure(
        make_error(Reason::kAlgForbidden, "The message is signed by an algorithm that is not accepted.", uri));
  }
  const auto signature = decode_base64(*query.signature);
  if (!signature) return bad_signature("the signature is no base64");
  DOORWARD_TRY(const std::string octets, signed_octets(query));
  bool fits_expired = false;  // the same key may be pinned again, by a certificate that is in force
  for (const PinnedCertificate& pinned : trust.certificates) {
    const auto certificate = crypto::Certificate::parse(pinned.der);
    if (!certificate || certificate->key_kind() != algorithm->key_kind ||
        !certificate->verify(algorithm->digest, octets, *signature)) {
      continue;
    }
    const bool in_force = pinned.not_before <= trust.now && trust.now < pinned.not_after;
    if (in_force || trust.allow_expired_certificates) return pinned.id;
    fits_expired = true;
  }
  if (fits_expired) {
    return failure(Reason::kCertificateExpired, "The certificate that the message is signed with is not in force.");
  }
  return bad_signature("no pinned certificate fits");
}

}  // namespace doorward::saml
