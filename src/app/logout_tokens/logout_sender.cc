#include "app/logout_tokens/logout_sender.h"

#include <algorithm>
#include <boost/json/value.hpp>
#include <utility>

#include "base/log.h"
#include "protocol/jose/strict_json.h"

namespace doorward {
namespace {

constexpr Duration kStoreRetry = std::chrono::seconds(1);
constexpr std::size_t kMaxErrorCode = 64;

HttpRequest request_of(const std::string& uri, const std::string& token) {
  return {.method = "POST",
          .url = uri,
          .headers = {{"content-type", "application/x-www-form-urlencoded"}, {"cache-control", "no-store"}},
          .body = "logout_token=" + token,
          .timeout = LogoutSender::kTimeout,
          .max_response_bytes = LogoutSender::kMaxAnswerBytes};
}

// The code of an error in JSON (RFC 6749 section 5.2); whatever else an application says stays out of the log.
std::string error_code(const std::string& body) {
  const auto object = jose::parse_strict_object(body, {.bytes = LogoutSender::kMaxAnswerBytes});
  const boost::json::value* error = object ? object->if_contains("error") : nullptr;
  if (error == nullptr || !error->is_string()) return {};
  const std::string_view code = error->get_string();
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; };
  return code.size() <= kMaxErrorCode && std::ranges::all_of(code, is_plain) ? std::string(code) : std::string();
}

bool wants(const std::optional<ApiClient>& client, const Job& job, const OwedLogout& owed) {
  return client && client->environment_id == job.environment_id &&
         std::ranges::find(client->back_channel_logout_uris, owed.uri) != client->back_channel_logout_uris.end();
}

}  // namespace

void LogoutSender::handle_jobs(RequestWorker& worker) {
  worker.handle(kLogoutTokenJob, [this](Job job) { return send(std::move(job)); });
}

task<RequestWorker::Outcome> LogoutSender::send(Job job) {
  const OwedLogout owed = owed_logout(job);
  const Timestamp now = ports_.clock.now();
  if (now - job.create_time > kLogoutOwed) {
    co_return conclude(std::move(job), owed, LogoutResult::kGivenUp, {.reason = "too_late"});
  }
  const auto client = co_await ports_.store.read(
      "logout_token.client", {.deadline = std::chrono::steady_clock::now() + kStoreTimeout, .one_statement = true},
      [&](const ReadTx& tx) { return tx.clients().find(owed.login.client_id); });
  if (!client) {
    log::warning("logout_token.store_error",
                 {{"reason", reason_name(client.error().reason)}, {"detail", client.error().detail}});
    job.run_after = now + kStoreRetry;
    co_return RequestWorker::Outcome{.next = RequestWorker::Next::kAgain, .job = std::move(job)};
  }
  if (!wants(*client, job, owed)) {
    co_return conclude(std::move(job), owed, LogoutResult::kCancelled, {.reason = "not_registered"});
  }
  const std::string token = tokens_.sign(**client, owed.login, now);
  const auto response = co_await ports_.http.send(request_of(owed.uri, token));
  if (!response && response.error().reason == Reason::kCancelled) {
    co_return RequestWorker::Outcome{.next = RequestWorker::Next::kKeep};
  }
  Answer answer;
  if (response) {
    answer = {.http_status = response->status, .reason = error_code(response->body)};
  } else {
    answer = {.reason = std::string(reason_name(response.error().reason))};
  }
  const LogoutResult result = judge_logout(answer.http_status, job.attempts + 1);
  co_return conclude(std::move(job), owed, result, answer);
}

RequestWorker::Outcome LogoutSender::conclude(Job job, const OwedLogout& owed, LogoutResult result,
                                              const Answer& answer) {
  count_(result);
  const auto tell = [&](log::Level level, std::string_view event) {
    log::write(level, event,
               {{"client_id", owed.login.client_id.str()},
                {"session_id", owed.login.session_id.str()},
                {"uri", owed.uri},
                {"attempts", job.attempts + 1},
                {"http_status", answer.http_status},
                {"reason", answer.reason}});
  };
  switch (result) {
    case LogoutResult::kDelivered:
      tell(log::Level::kDebug, "logout_token.delivered");
      break;
    case LogoutResult::kRefused:
      tell(log::Level::kWarning, "logout_token.refused");
      break;
    case LogoutResult::kGivenUp:
      tell(log::Level::kWarning, "logout_token.given_up");
      break;
    case LogoutResult::kCancelled:
      tell(log::Level::kInfo, "logout_token.cancelled");
      break;
    case LogoutResult::kRetried:
      tell(log::Level::kInfo, "logout_token.retried");
      await_next_attempt(job, ports_.clock.now() + logout_wait(job.attempts + 1));
      return {.next = RequestWorker::Next::kAgain, .job = std::move(job)};
  }
  return {};
}

}  // namespace doorward
