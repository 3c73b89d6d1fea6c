#include "net/outbound/curl_http_client.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "base/encoding.h"
#include "net/outbound/cares_resolver.h"

namespace doorward::net {
namespace {

constexpr int kLongestPollMilliseconds = 60'000;

void start_curl_once() {
  static const CURLcode kStarted = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (kStarted != CURLE_OK) throw std::runtime_error("libcurl cannot start");
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

// Headers that frame the message or name its target come from the URL and the body, never from the caller.
bool is_ours(std::string_view name) {
  constexpr std::array<std::string_view, 4> kOurs{"connection", "content-length", "host", "transfer-encoding"};
  return std::ranges::find(kOurs, ascii_lower(name)) != kOurs.end();
}

Result<void> check_headers(const HttpRequest& request) {
  if (!is_header_name(request.method)) return failure(Reason::kInvalidArgument, "The method is not a token.");
  for (const auto& [name, value] : request.headers) {
    if (!is_header_name(name) || !is_header_value(value)) {
      return failure(Reason::kInvalidArgument, "A header has a character that a header cannot hold.");
    }
    if (is_ours(name)) return failure(Reason::kInvalidArgument, "A header is not the caller's to set.");
  }
  return {};
}

TrustStore load_trust(const std::string& ca_file) {
  auto trust = TrustStore::load(ca_file);
  if (!trust) throw std::runtime_error(trust.error().message);
  return *std::move(trust);
}

}  // namespace

CurlHttpClient::CurlHttpClient(OutboundOptions options)
    : options_(std::move(options)),
      resolver_(options_.resolver ? options_.resolver : std::make_shared<CaresResolver>()),
      trust_(load_trust(options_.ca_file)),
      own_addresses_(options_.own_addresses),
      multi_(make_multi(options_)),
      queue_({.places = options_.max_in_flight,
              .places_per_target = options_.max_per_target,
              .waiting_per_target = options_.max_waiting_per_target}) {
  inbox_->client = this;
  thread_ = std::thread([this] { run(); });
}

CurlHttpClient::~CurlHttpClient() { stop(); }

CurlHttpClient::MultiHandle CurlHttpClient::make_multi(const OutboundOptions& options) {
  start_curl_once();
  MultiHandle multi(curl_multi_init());
  if (!multi) throw std::runtime_error("libcurl cannot start");
  curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(options.max_idle_connections));
  return multi;
}

void CurlHttpClient::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    curl_multi_wakeup(multi_.get());
  }
  if (thread_.joinable()) thread_.join();
}

void CurlHttpClient::wake() {
  const std::scoped_lock lock(mutex_);
  curl_multi_wakeup(multi_.get());
}

Result<void> CurlHttpClient::check_url(std::string_view url) const {
  DOORWARD_CHECK(parse_target(url, options_.policy, own_addresses_.get(std::chrono::steady_clock::now())));
  return {};
}

task<Result<HttpResponse>> CurlHttpClient::send(HttpRequest request) {
  const auto now = std::chrono::steady_clock::now();
  DOORWARD_CO_CHECK(check_headers(request));
  DOORWARD_CO_TRY(Target target, parse_target(request.url, options_.policy, own_addresses_.get(now)));
  const auto deadline = now + std::min(request.timeout, kMaxHttpTimeout);
  request.max_response_bytes = std::min(request.max_response_bytes, kMaxHttpResponseBytes);
  co_return co_await Completion<Result<HttpResponse>>([&, this](Transfer::Deliver deliver) {
    submit(std::make_unique<Transfer>(std::move(request), std::move(target), deadline, std::move(deliver)));
  });
}

void CurlHttpClient::submit(TransferHandle transfer) {
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
  curl_multi_wakeup(multi_.get());
}

void CurlHttpClient::run() {
  while (take_submitted()) {
    expire_waiting();
    start_waiting();
    take_resolved();
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    take_finished();
    close_idle();
    curl_multi_poll(multi_.get(), nullptr, 0, milliseconds_to_poll(), nullptr);
  }
  cancel_all();
}

// False when the client is to stop.
bool CurlHttpClient::take_submitted() {
  std::vector<TransferHandle> submitted;
  bool stopping = false;
  {
    const std::scoped_lock lock(mutex_);
    submitted.swap(submitted_);
    stopping = stopping_;
  }
  std::vector<TransferHandle> refused;
  for (auto& transfer : submitted) {
    const std::string origin = transfer->origin();
    if (!queue_.push(origin, transfer->deadline(), transfer)) refused.push_back(std::move(transfer));
  }
  if (!refused.empty()) {
    {
      const std::scoped_lock lock(mutex_);
      accepted_ -= refused.size();
    }
    for (auto& transfer : refused) transfer->fail(Reason::kTargetBusy, "Too many requests wait for this target.");
  }
  return !stopping;
}

void CurlHttpClient::expire_waiting() {
  const auto expired = queue_.expire(std::chrono::steady_clock::now());
  if (expired.empty()) return;
  {
    const std::scoped_lock lock(mutex_);
    accepted_ -= expired.size();
  }
  for (const auto& transfer : expired) {
    transfer->fail(Reason::kDeadlineExceeded, "The request waited too long for a connection.");
  }
}

void CurlHttpClient::start_waiting() {
  std::size_t started = 0;
  while (auto begun = queue_.next()) {
    resolve(*std::move(begun));
    ++started;
  }
  if (started == 0) return;
  const std::scoped_lock lock(mutex_);
  accepted_ -= started;
}

void CurlHttpClient::resolve(Queue::Begun begun) {
  Placed placed{std::move(begun.item), begun.place};
  const Target& target = placed.transfer->target();
  if (target.literal) {
    connect(std::move(placed), std::vector<IpAddress>{*target.literal});
    return;
  }
  auto question = resolver_->addresses(target.host, placed.transfer->deadline());
  const std::uint64_t number = ++last_resolving_;
  resolving_.emplace(number, std::move(placed));
  start_task(std::move(question),
             [inbox = inbox_, number](const std::exception_ptr& fault, std::optional<Addresses> answer) {
               if (fault) answer = failure(internal_error("the resolver threw"));
               const std::scoped_lock lock(inbox->mutex);
               if (inbox->client == nullptr) return;
               inbox->arrived.emplace_back(number, *std::move(answer));
               inbox->client->wake();
             });
}

void CurlHttpClient::take_resolved() {
  std::vector<std::pair<std::uint64_t, Addresses>> arrived;
  {
    const std::scoped_lock lock(inbox_->mutex);
    arrived.swap(inbox_->arrived);
  }
  for (auto& [number, addresses] : arrived) {
    auto node = resolving_.extract(number);
    connect(std::move(node.mapped()), std::move(addresses));
  }
}

void CurlHttpClient::connect(Placed placed, Addresses addresses) {
  const auto now = std::chrono::steady_clock::now();
  if (!addresses) {
    // The name servers are ours: that they are slow says nothing about the target, but it holds its places as long.
    end(std::move(placed), std::move(addresses).error(), false);
    return;
  }
  const auto judged =
      judge_addresses(*addresses, placed.transfer->target().port, options_.policy, own_addresses_.get(now));
  if (!judged) {
    end(std::move(placed), judged.error(), false);
    return;
  }
  CURL* handle = placed.transfer->prepare(now, *std::move(addresses), trust_);
  if (handle == nullptr || curl_multi_add_handle(multi_.get(), handle) != CURLM_OK) {
    end(std::move(placed), make_error(Reason::kOverloaded, "The outbound request could not be started."), std::nullopt);
    return;
  }
  active_.emplace(handle, std::move(placed));
}

// Without an exchange.
void CurlHttpClient::end(Placed placed, Error error, std::optional<bool> prompt) {
  queue_.finish(placed.place, prompt);
  placed.transfer->fail(std::move(error));
}

void CurlHttpClient::take_finished() {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    CURL* handle = message->easy_handle;
    curl_multi_remove_handle(multi_.get(), handle);
    auto node = active_.extract(handle);
    queue_.finish(node.mapped().place, node.mapped().transfer->finish(code));
    last_use_ = std::chrono::steady_clock::now();
    connections_kept_ = true;
  }
}

// libcurl looks at the age of a kept connection only when it begins another exchange; here none may come.
void CurlHttpClient::close_idle() {
  if (!connections_kept_ || !active_.empty()) return;
  if (std::chrono::steady_clock::now() < last_use_ + options_.idle_after) return;
  MultiHandle fresh = make_multi(options_);
  {
    const std::scoped_lock lock(mutex_);
    std::swap(multi_, fresh);
    curl_multi_wakeup(multi_.get());  // whoever woke the old one
  }
  connections_kept_ = false;
}

void CurlHttpClient::cancel_all() {
  {
    const std::scoped_lock lock(inbox_->mutex);
    inbox_->client = nullptr;
  }
  const Error cancelled = make_error(Reason::kCancelled, "The server is shutting down.");
  for (auto& [handle, placed] : active_) {
    curl_multi_remove_handle(multi_.get(), handle);
    placed.transfer->fail(cancelled);
  }
  active_.clear();
  for (auto& [number, placed] : resolving_) placed.transfer->fail(cancelled);
  resolving_.clear();
  for (auto& transfer : queue_.take_all()) transfer->fail(cancelled);
}

// Until something may be due by itself; libcurl shortens it by its own timers, and wake() ends it. A place that a
// finished transfer gave back must not wait.
int CurlHttpClient::milliseconds_to_poll() const {
  if (queue_.has_next()) return 0;
  auto until = SteadyTime::max();
  if (const auto soonest = queue_.soonest_deadline()) until = *soonest;
  if (connections_kept_ && active_.empty()) until = std::min(until, last_use_ + options_.idle_after);
  if (until == SteadyTime::max()) return kLongestPollMilliseconds;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, kLongestPollMilliseconds));
}

}  // namespace doorward::net
