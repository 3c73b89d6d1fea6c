#include "app/service_provider/saml_service_provider.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/encoding.h"
#include "domain/saml_addresses.h"
#include "protocol/oidc/mismatch.h"
#include "protocol/saml/authn_request.h"
#include "protocol/saml/metadata_write.h"
#include "protocol/saml/redaction.h"

namespace doorward {
namespace {

// 256 bits in base64url, as make_secret_text() writes them.
constexpr std::size_t kStateBytes = 43;
constexpr std::string_view kEncryptedAssertion = "EncryptedAssertion";

Error incomplete(const char* sentence) { return make_error(Reason::kConnectionIncomplete, sentence); }

bool asks_again(const Connection& connection, const LoginStart& start) {
  if (connection.saml.force_authn || start.max_age) return true;
  std::string_view rest = start.prompt;
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    if (word == "login") return true;
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  }
  return false;
}

// Whoever holds the browser can write acr_values into its address: they choose among what the connection demands, and
// never lift it.
Result<std::vector<std::string>> contexts_of(const Connection& connection, const LoginStart& start) {
  const std::vector<std::string>& demanded = connection.saml.authn_context_class_refs;
  if (start.acr_values.empty()) return demanded;
  if (demanded.empty()) return start.acr_values;
  std::vector<std::string> chosen;
  std::ranges::copy_if(start.acr_values, std::back_inserter(chosen),
                       [&](const std::string& value) { return std::ranges::count(demanded, value) != 0; });
  if (!chosen.empty()) return chosen;
  return failure(make_error(Reason::kAuthnContext,
                            "The connection demands another authentication than the application asks for.",
                            oidc::mismatch(fmt::format("{}", fmt::join(demanded, " ")),
                                           fmt::format("{}", fmt::join(start.acr_values, " ")))));
}

saml::LogoutCheckInput logout_input(const Connection& connection, const std::string& base_url, Timestamp now) {
  return {.settings = connection.saml, .slo_urls = saml_addresses(base_url, connection).slo_urls, .now = now};
}

std::string pair_of(const ConnectionId& connection, std::string_view source) {
  return connection.str() + " " + failure_source(source);
}

// What one check found, told to the log once its end is known: a fact does not know the reason that it leads to, nor
// whether it leads to one. Of several confirmations one is enough.
class Facts {
 public:
  void note(saml::CheckedFact fact) {
    // The id of our request is the handle of a login.
    if (fact.name == "in_response_to") fact.expected = fact.received = {};
    facts_.push_back(std::move(fact));
  }

  void tell(const std::function<void(AuthRequestStep)>& on_step, const Result<saml::UnusedAssertion>& outcome,
            Timestamp at) {
    if (!on_step) return;
    const bool says_why = !facts_.empty() && !facts_.back().ok;
    if (!outcome && !says_why) {
      auto [expected, received] = oidc::expected_and_received(outcome.error().detail);
      if (expected.empty()) expected = outcome.error().message;
      note({.name = "response", .ok = false, .expected = std::move(expected), .received = std::move(received)});
    }
    for (saml::CheckedFact& fact : facts_) {
      const bool decides = !outcome && &fact == &facts_.back();
      if (!fact.ok && !decides) continue;
      on_step({.name = std::move(fact.name),
               .at = at,
               .ok = fact.ok,
               .reason = fact.ok ? std::string() : std::string(reason_name(outcome.error().reason)),
               .expected = std::move(fact.expected),
               .received = std::move(fact.received)});
    }
  }

 private:
  std::vector<saml::CheckedFact> facts_;
};

}  // namespace

// The name can stand in a document in one way only: neither entities nor character references can make a name.
bool holds_encrypted_assertion(std::string_view xml) { return xml.contains(kEncryptedAssertion); }

Result<void> DecryptionLimiter::take(const ConnectionId& connection, std::string_view source) {
  const std::string pair = pair_of(connection, source);
  DOORWARD_CHECK(pairs_.take(pair));
  auto taken = connections_.take(connection.str());
  if (!taken) pairs_.give_back(pair);
  return taken;
}

void DecryptionLimiter::give_back(const ConnectionId& connection, std::string_view source) {
  pairs_.give_back(pair_of(connection, source));
  connections_.give_back(connection.str());
}

std::string saml_request_id(std::string_view state) { return "_" + std::string(state); }

std::optional<std::string> state_in_request_id(std::string_view id) {
  if (id.size() != kStateBytes + 1 || id.front() != '_' || !base64url_decode(id.substr(1))) return std::nullopt;
  return std::string(id.substr(1));
}

task<Result<SamlKey>> SamlServiceProvider::signing_key(const Connection& connection) {
  DOORWARD_CO_TRY(const auto keys, co_await keys_.list());
  DOORWARD_CO_TRY(ConnectionKeys own, keys_for(keys, connection.saml.certificate_id, ports_.clock.now()));
  co_return std::move(own.signing);
}

// Most answers are not encrypted, and then no key is opened.
task<Result<std::vector<Secret<std::string>>>> SamlServiceProvider::decryption_keys(const Connection& connection,
                                                                                    std::string_view xml) {
  std::vector<Secret<std::string>> opened;
  if (!holds_encrypted_assertion(xml)) co_return opened;
  DOORWARD_CO_TRY(const auto keys, co_await keys_.list());
  DOORWARD_CO_TRY(const ConnectionKeys own, keys_for(keys, connection.saml.certificate_id, ports_.clock.now()));
  for (const SamlKey& key : own.decrypting) {
    DOORWARD_CO_TRY(auto text, keys_.private_key(key));
    opened.push_back(std::move(text));
  }
  co_return opened;
}

task<Result<StartedSamlLogin>> SamlServiceProvider::start(const Connection& connection, const LoginStart& start) {
  const SamlSettings& settings = connection.saml;
  const SamlProviderDescription& provider = settings.provider;
  if (provider.sso_url.empty()) co_return failure(incomplete("The connection has no sign-in address of the provider."));
  if (provider.entity_id.empty()) co_return failure(incomplete("The connection has no entity id of the provider."));
  if (provider.certificates.empty()) co_return failure(incomplete("The connection has no certificate to check by."));

  DOORWARD_CO_TRY(auto contexts, contexts_of(connection, start));

  const SamlAddresses own = saml_addresses(base_url_, connection);
  StartedSamlLogin started{.message = {},
                           .kept = {.sent_at = ports_.clock.now(),
                                    .force_authn = asks_again(connection, start),
                                    .authn_context_class_refs = std::move(contexts)}};
  const saml::AuthnRequest request{.id = saml_request_id(start.state),
                                   .issue_instant = started.kept.sent_at,
                                   .destination = provider.sso_url,
                                   .issuer = own.entity_id,
                                   .acs_url = own.requested_acs_url,
                                   .name_id_format = settings.name_id_format,
                                   .force_authn = started.kept.force_authn,
                                   .is_passive = false,
                                   .login_hint = settings.login_hint_as_subject ? start.login_hint : std::string(),
                                   .authn_context_class_refs = started.kept.authn_context_class_refs};
  if (settings.want_request_signed || provider.want_requests_signed) {
    DOORWARD_CO_TRY(
        started.message,
        co_await send_signed(connection, saml::to_element(request),
                             {saml::MessageKind::kRequest, provider.sso_url, provider.sso_binding}, start.state));
  } else {
    started.message = saml::send_message(saml::to_element(request), saml::MessageKind::kRequest, provider.sso_url,
                                         provider.sso_binding, start.state, nullptr);
  }
  co_return started;
}

// The turn is taken before anything is decrypted, so that many at a time are no more than one after the other.
task<Result<saml::UnusedAssertion>> SamlServiceProvider::check(const Connection& connection, const SamlCheck& check) {
  const bool is_limited = connection.saml.allow_cbc && holds_encrypted_assertion(check.answer.xml);
  if (is_limited) DOORWARD_CO_CHECK(decryptions_.take(connection.id, check.answer.source));
  auto checked = co_await judge(connection, check);
  const bool failed = !checked && checked.error().reason == Reason::kDecryptFailed;
  if (is_limited && !failed) decryptions_.give_back(connection.id, check.answer.source);
  co_return checked;
}

task<Result<saml::UnusedAssertion>> SamlServiceProvider::judge(const Connection& connection, const SamlCheck& check) {
  const SamlAddresses own = saml_addresses(base_url_, connection);
  DOORWARD_CO_TRY(auto keys, co_await decryption_keys(connection, check.answer.xml));
  const saml::ServiceProvider service_provider{
      .entity_id = own.entity_id,
      .acs_urls = own.acs_urls,
      .received_at = check.answer.received_at.empty() ? own.acs_url : check.answer.received_at,
      .decryption_keys = std::move(keys)};
  Facts facts;
  const saml::ResponseCheckInput input{.settings = connection.saml,
                                       .service_provider = service_provider,
                                       .sent = check.sent,
                                       .now = ports_.clock.now(),
                                       .on_fact = [&facts](saml::CheckedFact fact) { facts.note(std::move(fact)); }};
  DOORWARD_CO_TRY(Result<saml::UnusedAssertion> checked,
                  co_await ports_.offload.run([&] { return saml::check_response(check.answer.xml, input); }));
  facts.tell(check.on_step, checked, input.now);
  co_return checked;
}

task<std::string> SamlServiceProvider::redacted(std::string_view xml) {
  co_return (co_await ports_.offload.run([&] { return saml::redacted_message(xml); })).value_or(std::string());
}

task<std::string> SamlServiceProvider::unchecked_id(std::string_view xml) {
  auto id = co_await ports_.offload.run([&] { return saml::unchecked_message_id(xml); });
  co_return id && *id ? **std::move(id) : std::string();
}

task<std::string> SamlServiceProvider::unchecked_in_response_to(std::string_view xml) {
  auto id = co_await ports_.offload.run([&] { return saml::unchecked_in_response_to(xml); });
  co_return id && *id ? **std::move(id) : std::string();
}

task<Result<std::string>> SamlServiceProvider::metadata(const Connection& connection) {
  const SamlSettings& settings = connection.saml;
  DOORWARD_CO_CHECK(co_await keys_.current());
  DOORWARD_CO_TRY(const auto keys, co_await keys_.list());
  DOORWARD_CO_TRY(ConnectionKeys own, keys_for(keys, settings.certificate_id, ports_.clock.now()));
  const SamlAddresses addresses = saml_addresses(base_url_, connection);
  const bool assertions_signed = settings.signing_option == SamlSigningOption::kAssertion ||
                                 settings.signing_option == SamlSigningOption::kResponseAndAssertion;
  co_return saml::write_metadata(
      {.entity_id = addresses.entity_id,
       .acs_urls = addresses.acs_urls,
       .slo_url = addresses.slo_url,
       .certificates = std::move(own.certificates),
       .name_id_format = settings.name_id_format,
       .requests_signed = settings.want_request_signed || settings.provider.want_requests_signed,
       .want_assertions_signed = assertions_signed,
       .aes_cbc_allowed = settings.allow_cbc},
      nullptr);
}

task<Result<saml::OutgoingMessage>> SamlServiceProvider::send_signed(const Connection& connection,
                                                                     saml::XmlElement message, Destination to,
                                                                     std::string_view relay_state) {
  DOORWARD_CO_TRY(const SamlKey key, co_await signing_key(connection));
  DOORWARD_CO_TRY(auto signed_message, co_await ports_.offload.run([&]() -> Result<saml::OutgoingMessage> {
    DOORWARD_TRY(const saml::MessageSigner signer, keys_.signer(key));
    return saml::send_message(std::move(message), to.kind, to.endpoint, to.binding, relay_state, &signer);
  }));
  co_return signed_message;
}

task<Result<saml::OutgoingMessage>> SamlServiceProvider::logout_request(const Connection& connection,
                                                                        const SamlLogoutName& name,
                                                                        std::string_view state) {
  const SamlProviderDescription& provider = connection.saml.provider;
  if (provider.slo_url.empty()) co_return failure(incomplete("The connection has no sign-out address."));
  const Timestamp now = ports_.clock.now();
  saml::LogoutRequest request{.id = saml_request_id(state),
                              .issue_instant = now,
                              .destination = provider.slo_url,
                              .issuer = saml_addresses(base_url_, connection).entity_id,
                              .name_id = name.name_id,
                              .session_indexes = {},
                              .not_on_or_after = now + saml::kLogoutRequestLife};
  if (!name.session_index.empty()) request.session_indexes.push_back(name.session_index);
  co_return co_await send_signed(connection, saml::to_element(request),
                                 {saml::MessageKind::kRequest, provider.slo_url, provider.slo_binding}, state);
}

task<Result<saml::OutgoingMessage>> SamlServiceProvider::logout_response(const Connection& connection,
                                                                         std::string_view in_response_to,
                                                                         saml::LogoutStatus status,
                                                                         std::string_view relay_state, std::string id) {
  const SamlProviderDescription& provider = connection.saml.provider;
  const std::string& endpoint = provider.slo_response_url.empty() ? provider.slo_url : provider.slo_response_url;
  if (endpoint.empty()) co_return failure(incomplete("The connection has no sign-out address."));
  const saml::LogoutResponse response{.id = std::move(id),
                                      .issue_instant = ports_.clock.now(),
                                      .destination = endpoint,
                                      .issuer = saml_addresses(base_url_, connection).entity_id,
                                      .in_response_to = std::string(in_response_to),
                                      .status = status};
  co_return co_await send_signed(connection, saml::to_element(response),
                                 {saml::MessageKind::kResponse, endpoint, provider.slo_binding}, relay_state);
}

task<Result<saml::LogoutRequest>> SamlServiceProvider::check_logout_request(const Connection& connection,
                                                                            const saml::ReceivedMessage& message) {
  const auto input = logout_input(connection, base_url_, ports_.clock.now());
  DOORWARD_CO_TRY(auto checked,
                  co_await ports_.offload.run([&] { return saml::check_logout_request(message, input); }));
  co_return checked;
}

task<Result<saml::LogoutResponse>> SamlServiceProvider::check_logout_response(const Connection& connection,
                                                                              const saml::ReceivedMessage& message,
                                                                              std::string_view in_response_to) {
  const auto input = logout_input(connection, base_url_, ports_.clock.now());
  DOORWARD_CO_TRY(auto checked, co_await ports_.offload.run(
                                    [&] { return saml::check_logout_response(message, input, in_response_to); }));
  co_return checked;
}

}  // namespace doorward
