#include "net/outbound/curl_http_client.h"

#include <algorithm>
#include <new>
#include <stdexcept>
#include <utility>

namespace doorward::net {
namespace {

constexpr int kLongestPollMilliseconds = 60'000;
constexpr long kIdleConnections = 256;  // kept for reuse, over all targets

void start_curl_once() {
  static const CURLcode kStarted = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (kStarted != CURLE_OK) throw std::runtime_error("libcurl cannot start");
}

CURLM* make_multi() {
  start_curl_once();
  CURLM* multi = curl_multi_init();
  if (multi == nullptr) throw std::runtime_error("libcurl cannot start");
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, kIdleConnections);
  return multi;
}

SlistHandle make_list(const std::vector<std::string>& texts) {
  SlistHandle list;
  for (const auto& text : texts) {
    if (!append(list, text)) throw std::bad_alloc();
  }
  return list;
}

bool is_header_name(std::string_view name) {
  constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";  // RFC 9110 section 5.6.2
  return !name.empty() && std::ranges::all_of(name, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kTokenMarks.contains(c);
  });
}

bool is_header_value(std::string_view value) {
  return value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

Result<void> check_headers(const HttpRequest& request) {
  if (!is_header_name(request.method)) return failure(Reason::kInvalidArgument, "The method is not a token.");
  for (const auto& [name, value] : request.headers) {
    if (!is_header_name(name) || !is_header_value(value)) {
      return failure(Reason::kInvalidArgument, "A header has a character that a header cannot hold.");
    }
  }
  return {};
}

}  // namespace

CurlHttpClient::CurlHttpClient(OutboundOptions options)
    : options_(std::move(options)),
      fixed_addresses_(make_list(options_.fixed_addresses)),
      multi_(make_multi()),
      thread_([this] { run(); }) {}

CurlHttpClient::~CurlHttpClient() { stop(); }

void CurlHttpClient::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  curl_multi_wakeup(multi_.get());
  if (thread_.joinable()) thread_.join();
}

Result<void> CurlHttpClient::check_url(std::string_view url) const {
  DOORWARD_CHECK(parse_target(url, options_.policy));
  return {};
}

task<Result<HttpResponse>> CurlHttpClient::send(HttpRequest request) {
  DOORWARD_CO_CHECK(check_headers(request));
  DOORWARD_CO_TRY(Target target, parse_target(request.url, options_.policy));
  const auto deadline = std::chrono::steady_clock::now() + request.timeout;
  co_return co_await Completion<Result<HttpResponse>>([&, this](Transfer::Deliver deliver) {
    submit(std::make_unique<Transfer>(std::move(request), std::move(target), options_.policy, deadline,
                                      std::move(deliver)));
  });
}

void CurlHttpClient::submit(std::unique_ptr<Transfer> transfer) {
  std::unique_lock lock(mutex_);
  const bool stopping = stopping_;
  if (stopping || accepted_ >= options_.max_waiting) {
    lock.unlock();
    if (stopping) {
      transfer->fail(Reason::kCancelled, "The server is shutting down.");
    } else {
      transfer->fail(Reason::kOverloaded, "Too many outbound requests are waiting.");
    }
    return;
  }
  ++accepted_;
  submitted_.push_back(std::move(transfer));
  lock.unlock();
  curl_multi_wakeup(multi_.get());
}

void CurlHttpClient::run() {
  while (take_submitted()) {
    expire_waiting();
    start_waiting();
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    take_finished();
    curl_multi_poll(multi_.get(), nullptr, 0, milliseconds_to_poll(), nullptr);
  }
  cancel_all();
}

// False when the client is to stop.
bool CurlHttpClient::take_submitted() {
  std::lock_guard lock(mutex_);
  std::ranges::move(submitted_, std::back_inserter(waiting_));
  submitted_.clear();
  return !stopping_;
}

void CurlHttpClient::expire_waiting() {
  const auto now = std::chrono::steady_clock::now();
  Transfers expired;
  std::erase_if(waiting_, [&](std::unique_ptr<Transfer>& transfer) {
    if (transfer->deadline() > now) return false;
    expired.push_back(std::move(transfer));
    return true;
  });
  if (expired.empty()) return;
  {
    std::lock_guard lock(mutex_);
    accepted_ -= expired.size();
  }
  for (auto& transfer : expired) {
    transfer->fail(Reason::kDeadlineExceeded, "The request waited too long for a connection.");
  }
}

// Starts, in the order of arrival, each request whose target has room.
void CurlHttpClient::start_waiting() {
  if (waiting_.empty()) return;
  Transfers still_waiting;
  std::size_t started = 0;
  for (auto& transfer : waiting_) {
    const auto active = active_per_target_.find(transfer->origin());
    const bool target_is_full = active != active_per_target_.end() && active->second >= options_.max_per_target;
    if (target_is_full || active_.size() >= options_.max_in_flight) {
      still_waiting.push_back(std::move(transfer));
    } else {
      start(std::move(transfer));
      ++started;
    }
  }
  waiting_ = std::move(still_waiting);
  std::lock_guard lock(mutex_);
  accepted_ -= started;
}

void CurlHttpClient::start(std::unique_ptr<Transfer> transfer) {
  CURL* handle = transfer->prepare(std::chrono::steady_clock::now(), options_.ca_file, fixed_addresses_.get());
  if (handle == nullptr || curl_multi_add_handle(multi_.get(), handle) != CURLM_OK) {
    transfer->fail(Reason::kOverloaded, "The outbound request could not be started.");
    return;
  }
  ++active_per_target_[transfer->origin()];
  active_.emplace(handle, std::move(transfer));
}

void CurlHttpClient::take_finished() {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    CURL* handle = message->easy_handle;
    curl_multi_remove_handle(multi_.get(), handle);
    auto node = active_.extract(handle);
    const auto per_target = active_per_target_.find(node.mapped()->origin());
    if (--per_target->second == 0) active_per_target_.erase(per_target);
    node.mapped()->finish(code);
  }
}

void CurlHttpClient::cancel_all() {
  for (auto& [handle, transfer] : active_) {
    curl_multi_remove_handle(multi_.get(), handle);
    transfer->fail(Reason::kCancelled, "The server is shutting down.");
  }
  active_.clear();
  for (auto& transfer : waiting_) transfer->fail(Reason::kCancelled, "The server is shutting down.");
  waiting_.clear();
}

// Until something may be due by itself; libcurl shortens it by its own timers, and submit() wakes it. A place that a
// finished transfer gave back must not wait.
int CurlHttpClient::milliseconds_to_poll() const {
  if (waiting_.empty()) return kLongestPollMilliseconds;
  if (active_.size() < options_.max_in_flight) {
    const bool can_start = std::ranges::any_of(waiting_, [&](const auto& transfer) {
      const auto active = active_per_target_.find(transfer->origin());
      return active == active_per_target_.end() || active->second < options_.max_per_target;
    });
    if (can_start) return 0;
  }
  const auto& soonest =
      *std::ranges::min_element(waiting_, {}, [](const auto& transfer) { return transfer->deadline(); });
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(soonest->deadline() - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, kLongestPollMilliseconds));
}

}  // namespace doorward::net
