// Delivers the logout tokens that are owed (OpenID Connect Back-Channel Logout 1.0 section 2.5): the handler of
// kLogoutTokenJob. A token is made for each attempt, after a look whether the client still wants it.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

#include "app/jobs/request_worker.h"
#include "app/logout_tokens/logout_job.h"
#include "app/logout_tokens/logout_outcome.h"
#include "app/logout_tokens/logout_token.h"
#include "base/task.h"
#include "ports/clock.h"
#include "ports/http_client.h"
#include "ports/store.h"

namespace doorward {

// On the thread of its worker. Everything borrowed must outlive it.
class LogoutSender {
 public:
  static constexpr std::chrono::milliseconds kTimeout{5'000};
  static constexpr std::size_t kMaxAnswerBytes = 2048;
  static constexpr std::chrono::milliseconds kStoreTimeout{2'000};  // for looking at the client
  static_assert(kTimeout + kStoreTimeout < RequestWorker::kHandlerTime);

  struct Ports {
    Store& store;
    Clock& clock;
    HttpClient& http;
  };
  // Told of what became of each attempt.
  using Count = std::function<void(LogoutResult)>;

  LogoutSender(Ports ports, LogoutTokens tokens, Count count)
      : ports_(ports), tokens_(std::move(tokens)), count_(std::move(count)) {}

  void handle_jobs(RequestWorker& worker);

  // One attempt. Everything but success leaves a log line ("logout_token.refused", "logout_token.given_up", …) with the
  // reason; every attempt is counted.
  task<RequestWorker::Outcome> send(Job job);

 private:
  struct Answer {
    int http_status = 0;
    std::string reason;  // why there was none, or what the application says of its refusal
  };
  RequestWorker::Outcome conclude(Job job, const OwedLogout& owed, LogoutResult result, const Answer& answer);

  const Ports ports_;
  const LogoutTokens tokens_;
  const Count count_;
};

}  // namespace doorward
