#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "protocol/oidc/mismatch.h"
#include "protocol/saml/logout.h"
#include "protocol/saml/names.h"
#include "protocol/saml/saml_time.h"
#include "protocol/saml/signature_check.h"
#include "protocol/saml/xml_nodes.h"

namespace doorward::saml {
namespace {

constexpr std::size_t kMostIdBytes = 256;
constexpr std::size_t kMostNameIdBytes = 4 * kMostNameIdCharacters;

tl::unexpected<Error> refuse(Reason reason, const char* message, std::string_view expected = {},
                             std::string_view received = {}) {
  return tl::unexpected(make_error(
      reason, message, expected.empty() && received.empty() ? std::string() : oidc::mismatch(expected, received)));
}

std::chrono::seconds skew_of(const LogoutCheckInput& input) {
  return std::clamp(input.settings.clock_skew, std::chrono::seconds(0), kMostSamlClockSkew);
}

XmlRules rules_of(const SamlSettings& settings) { return {.allow_comments = settings.allow_comments}; }

// What is signed, and nothing else: by form the digested octets, by redirect the message of the very query whose
// signature holds.
class Signed {
 public:
  explicit Signed(SignedElement element) : held_(std::move(element)) {}
  explicit Signed(XmlDocument document) : held_(std::move(document)) {}

  const _xmlNode& root() const {
    const auto* element = std::get_if<SignedElement>(&held_);
    return *(element != nullptr ? element->document() : std::get<XmlDocument>(held_)).root();
  }

 private:
  std::variant<SignedElement, XmlDocument> held_;
};

Result<void> check_root(const XmlDocument& document, std::string_view root) {
  if (!is_element(*document.root(), kProtocolNs, root)) {
    return refuse(Reason::kWrongRoot, "The message is of another kind than is received here.", root,
                  local_name(*document.root()));
  }
  const std::string version = attribute(*document.root(), "Version").value_or("");
  if (version != kVersion) {
    return refuse(Reason::kBadVersion, "The message is of another version of SAML.", kVersion, version);
  }
  return {};
}

Result<Signed> check_signed(const ReceivedMessage& message, const LogoutCheckInput& input, MessageKind kind,
                            std::string_view root) {
  const SamlSettings& settings = input.settings;
  const SignatureTrust trust{.certificates = settings.provider.certificates,
                             .allow_sha1 = settings.allow_sha1,
                             .allow_expired_certificates = settings.allow_expired_certificates,
                             .now = input.now};
  const XmlRules rules = rules_of(settings);
  if (message.binding != SamlBinding::kHttpPost) {
    DOORWARD_TRY(const RedirectMessage read, read_redirect(message.query));
    if (read.kind != kind) {
      return refuse(Reason::kWrongRoot, "The message is of another kind than is received here.", parameter_name(kind),
                    parameter_name(read.kind));
    }
    DOORWARD_TRY(XmlDocument document, XmlDocument::parse(read.xml, rules));
    DOORWARD_CHECK(check_root(document, root));
    DOORWARD_CHECK(check_redirect_signature(message.query, trust));
    return Signed(std::move(document));
  }
  DOORWARD_TRY(const XmlDocument document, XmlDocument::parse(message.xml, rules));
  DOORWARD_CHECK(check_root(document, root));
  DOORWARD_CHECK(check_signature_places(document));
  DOORWARD_TRY(SignedElement element, check_signature(document, *document.root(), trust, rules));
  return Signed(std::move(element));
}

Result<void> check_issuer(const _xmlNode& message, const LogoutCheckInput& input) {
  const _xmlNode* issuer = find_child(message, kAssertionNs, "Issuer");
  const std::optional<std::string> text = issuer == nullptr ? std::nullopt : text_of(*issuer);
  const std::string_view name = text ? trimmed(*text) : std::string_view();
  if (name.empty() || name != input.settings.provider.entity_id) {
    return refuse(Reason::kIssuerMismatch, "The message is not from the identity provider of this connection.",
                  input.settings.provider.entity_id, name);
  }
  return {};
}

// SAML bindings 3.4.5.2 and 3.5.5.2: a signed message says where it goes. Without this, one that the provider sent to
// another application would log people out here.
Result<void> check_destination(const _xmlNode& message, const LogoutCheckInput& input) {
  const std::string destination = attribute(message, "Destination").value_or("");
  if (std::ranges::count(input.slo_urls, destination) != 0) return {};
  return refuse(Reason::kDestination, "The message is destined to another address.",
                input.slo_urls.empty() ? std::string_view() : std::string_view(input.slo_urls.front()), destination);
}

Result<std::optional<Timestamp>> time_at(const _xmlNode& element, std::string_view name) {
  const std::optional<std::string> text = attribute(element, name);
  if (!text) return std::optional<Timestamp>();
  const std::optional<Timestamp> time = parse_saml_time(*text);
  if (!time) return refuse(Reason::kBadTime, "The message has a time that is none of SAML.", name, *text);
  return time;
}

Result<Timestamp> issue_instant_of(const _xmlNode& message, const LogoutCheckInput& input) {
  DOORWARD_TRY(const auto issued, time_at(message, "IssueInstant"));
  if (!issued) return refuse(Reason::kSamlShape, "The message does not say when it was issued.");
  if (*issued > input.now + skew_of(input)) {
    return refuse(Reason::kTimeWindow, "The message is from the future.", to_rfc3339(input.now), to_rfc3339(*issued));
  }
  return *issued;
}

bool is_id(std::string_view text) {
  // xs:NCName, as far as it is ASCII: what goes into an answer must be a name there, too.
  const auto is_name_start = [](char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
  };
  const auto is_name = [&](char c) { return is_name_start(c) || c == '-' || c == '.' || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= kMostIdBytes && is_name_start(text.front()) &&
         std::ranges::all_of(text, is_name);
}

Result<std::string> id_of(const _xmlNode& message) {
  std::string id = attribute(message, "ID").value_or("");
  if (!is_id(id)) return refuse(Reason::kSamlShape, "The message has no ID.");
  return id;
}

// What requests and responses have alike; SAML core 3.2.
template <class Message>
Result<Message> read_head(const _xmlNode& root, const LogoutCheckInput& input) {
  Message message;
  DOORWARD_CHECK(check_issuer(root, input));
  DOORWARD_CHECK(check_destination(root, input));
  DOORWARD_TRY(message.issue_instant, issue_instant_of(root, input));
  DOORWARD_TRY(message.id, id_of(root));
  message.issuer = input.settings.provider.entity_id;
  message.destination = attribute(root, "Destination").value_or("");
  return message;
}

// Read only to be compared with the name that a session began with, so what is odd in it fits no session.
Result<SamlNameId> name_id_of(const _xmlNode& request) {
  if (find_child(request, kAssertionNs, "EncryptedID") != nullptr) {
    return refuse(Reason::kUnsupportedEncryptedId, "The request names the person encrypted, which is not supported.");
  }
  const _xmlNode* element = find_child(request, kAssertionNs, "NameID");
  if (element == nullptr) return refuse(Reason::kNameIdInvalid, "The request does not name the person.");
  const std::optional<std::string> text = text_of(*element);
  if (!text) return refuse(Reason::kNameIdShape, "The request's NameID holds elements where text belongs.");
  SamlNameId name_id;
  name_id.value = trimmed(*text);
  name_id.format = attribute(*element, "Format").value_or(std::string(kNameIdUnspecified));
  name_id.name_qualifier = attribute(*element, "NameQualifier").value_or("");
  name_id.sp_name_qualifier = attribute(*element, "SPNameQualifier").value_or("");
  for (const std::string* part :
       {&name_id.value, &name_id.format, &name_id.name_qualifier, &name_id.sp_name_qualifier}) {
    if (part->size() > kMostNameIdBytes) return refuse(Reason::kNameIdInvalid, "The request's NameID is too long.");
  }
  if (name_id.value.empty()) return refuse(Reason::kNameIdInvalid, "The request does not name the person.");
  return name_id;
}

Result<std::vector<std::string>> session_indexes_of(const _xmlNode& request) {
  std::vector<std::string> indexes;
  for (const _xmlNode& child : elements_of(request)) {
    if (!is_element(child, kProtocolNs, "SessionIndex")) continue;
    const std::optional<std::string> text = text_of(child);
    const std::string_view index = text ? trimmed(*text) : std::string_view();
    if (index.empty() || index.size() > kMostNameIdBytes || indexes.size() == kMostSessionIndexes) {
      return refuse(Reason::kSamlShape, "The request names sessions in a way that is not accepted.");
    }
    indexes.emplace_back(index);
  }
  return indexes;
}

// When a request has lost its force, clocks apart.
Timestamp end_of(const LogoutRequest& request) {
  if (!request.not_on_or_after) return request.issue_instant + kLogoutRequestLife;
  return std::min<Timestamp>(*request.not_on_or_after, request.issue_instant + kMostLogoutRequestLife);
}

LogoutStatus status_of(const _xmlNode& response) {
  const _xmlNode* status = find_child(response, kProtocolNs, "Status");
  const _xmlNode* first = status == nullptr ? nullptr : find_child(*status, kProtocolNs, "StatusCode");
  if (first == nullptr) return LogoutStatus::kFailed;
  const _xmlNode* second = find_child(*first, kProtocolNs, "StatusCode");
  const std::string outer = attribute(*first, "Value").value_or("");
  const std::string inner = second == nullptr ? std::string() : attribute(*second, "Value").value_or("");
  if (inner == kStatusPartialLogout) return LogoutStatus::kPartial;
  if (outer == kStatusSuccess) return LogoutStatus::kSuccess;
  if (inner == kStatusUnknownPrincipal) return LogoutStatus::kUnknownPrincipal;
  return inner == kStatusRequestDenied ? LogoutStatus::kDenied : LogoutStatus::kFailed;
}

}  // namespace

Result<LogoutRequest> check_logout_request(const ReceivedMessage& message, const LogoutCheckInput& input) {
  DOORWARD_TRY(const Signed checked, check_signed(message, input, MessageKind::kRequest, "LogoutRequest"));
  const _xmlNode& root = checked.root();
  DOORWARD_TRY(LogoutRequest request, read_head<LogoutRequest>(root, input));
  DOORWARD_TRY(request.not_on_or_after, time_at(root, "NotOnOrAfter"));
  if (input.now >= end_of(request) + skew_of(input)) {
    return refuse(Reason::kTimeWindow, "The request has expired.", to_rfc3339(input.now), to_rfc3339(end_of(request)));
  }
  DOORWARD_TRY(request.name_id, name_id_of(root));
  DOORWARD_TRY(request.session_indexes, session_indexes_of(root));
  return request;
}

// With the widest skew: the connection's may be widened while the request is remembered.
Timestamp remember_until(const LogoutRequest& request) { return end_of(request) + kMostSamlClockSkew; }

Result<LogoutResponse> check_logout_response(const ReceivedMessage& message, const LogoutCheckInput& input,
                                             std::string_view in_response_to) {
  DOORWARD_TRY(const Signed checked, check_signed(message, input, MessageKind::kResponse, "LogoutResponse"));
  const _xmlNode& root = checked.root();
  DOORWARD_TRY(LogoutResponse response, read_head<LogoutResponse>(root, input));
  response.in_response_to = attribute(root, "InResponseTo").value_or("");
  if (response.in_response_to.empty() || response.in_response_to != in_response_to) {
    return refuse(Reason::kInResponseTo, "The response answers another request.", in_response_to,
                  response.in_response_to);
  }
  response.status = status_of(root);
  return response;
}

std::optional<std::string> unchecked_message_id(std::string_view xml) {
  const auto document = XmlDocument::parse(xml);
  if (!document) return std::nullopt;
  std::optional<std::string> id = attribute(*document->root(), "ID");
  return id && is_id(*id) ? id : std::nullopt;
}

}  // namespace doorward::saml
