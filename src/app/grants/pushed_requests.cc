#include "app/grants/pushed_requests.h"

#include <utility>

#include "app/grants/authorization_check.h"
#include "app/keys/secret_text.h"
#include "protocol/oauth/authorization_request.h"

namespace doorward {
namespace {

tl::unexpected<Error> unknown(std::string detail) {
  return failure(make_error(Reason::kInvalidRequestUri, "The request_uri is not valid.", std::move(detail)));
}

}  // namespace

task<Result<PushedReference>> PushedRequests::push(const AuthenticatedClient& client, oauth::Form form,
                                                   std::string_view source,
                                                   std::chrono::steady_clock::time_point deadline) {
  const ApiClient& row = client.client();
  if (form.contains("request_uri")) {
    co_return failure(Reason::kInvalidRequest, "A pushed request cannot refer to another one.");
  }
  for (const char* proof : {"client_secret", "client_assertion", "client_assertion_type"}) form.erase(proof);
  form["client_id"] = row.id.str();
  // The answer to prompt=none is the browser's to bring back.
  const auto authorized = check_authorization(row, form);
  if (!authorized && authorized.error().reason != Reason::kLoginRequired) co_return failure(authorized.error());
  const std::string& redirect_uri = oauth::value_of(form, "redirect_uri");
  if (redirect_uri.empty()) co_return failure(Reason::kInvalidRequest, "The parameter redirect_uri is missing.");
  // A pattern with placeholders is judged when the organization is known.
  if (!is_registered(row, redirect_uri, kind_, nullptr) && !has_placeholder_uris(row)) {
    co_return failure(Reason::kInvalidRedirectUri, "The redirect_uri is not registered for this client.");
  }
  std::string pusher = row.id.str();
  if (is_public(row.type)) pusher += ' ' + failure_source(source);
  DOORWARD_CO_CHECK(pushed_.check(pusher));
  pushed_.record_failure(pusher);

  PushedReference reference;
  reference.request_uri = std::string(oauth::kPushedRequestPrefix) + make_secret_text(ports_.random).reveal();
  PushedRequest request{.environment_id = row.environment_id,
                        .uri_hash = ports_.mac.lookup_hash(reference.request_uri),
                        .client_id = row.id,
                        .parameters = {form.begin(), form.end()},
                        .expire_time = ports_.clock.now() + kPushedRequestLife};
  DOORWARD_CO_CHECK(
      co_await ports_.store.write("authorize.push", {.deadline = deadline}, [&](WriteTx& tx) -> Result<bool> {
        DOORWARD_CHECK(tx.sign_in().insert(request));
        return true;
      }));
  co_return reference;
}

task<Result<oauth::Form>> PushedRequests::take(const EnvironmentId& environment, const std::string& request_uri,
                                               const ApiClientId& client,
                                               std::chrono::steady_clock::time_point deadline) {
  if (!request_uri.starts_with(oauth::kPushedRequestPrefix)) co_return unknown("not pushed here");
  const std::string hash = ports_.mac.lookup_hash(request_uri);
  DOORWARD_CO_TRY(
      auto taken,
      co_await ports_.store.write(
          "authorize.take_pushed", {.deadline = deadline}, [&](WriteTx& tx) -> Result<std::optional<PushedRequest>> {
            // Another client's stays for whom it belongs to.
            DOORWARD_TRY(auto one, tx.sign_in().take_pushed_request(environment, hash, ports_.clock.now()));
            if (one && one->client_id != client) {
              return unknown("of another client");
            }
            return one;
          }));
  if (!taken) co_return unknown("unknown, used or expired");
  co_return oauth::Form(taken->parameters.begin(), taken->parameters.end());
}

}  // namespace doorward
