// The HTTP client port on libcurl's multi interface, driven by one thread of its own.
//
// Connections are kept and reused per target; an address is judged when its socket is opened, so a reused connection
// leads to a judged address too. Each target has a bounded share of the connections, and a request that finds its
// target's share used up waits without holding up requests to other targets.
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "net/outbound/egress_policy.h"
#include "net/outbound/transfer.h"
#include "ports/http_client.h"

namespace doorward::net {

struct OutboundOptions {
  EgressPolicy policy;
  std::string ca_file;               // PEM; empty: the system's trust store
  std::size_t max_in_flight = 1024;  // exchanges on the wire
  std::size_t max_per_target = 32;   // of these, to one scheme, host and port
  std::size_t max_waiting = 4096;    // beyond that send() answers kOverloaded

  // "host:port:address[,address]" instead of what the resolver would answer; judged like any address.
  std::vector<std::string> fixed_addresses;
};

class CurlHttpClient final : public HttpClient {
 public:
  // Throws std::runtime_error when libcurl cannot start.
  explicit CurlHttpClient(OutboundOptions options);
  // Stops.
  ~CurlHttpClient() override;
  CurlHttpClient(const CurlHttpClient&) = delete;
  CurlHttpClient& operator=(const CurlHttpClient&) = delete;

  // Ends what is under way, and whatever is sent later, with kCancelled; returns when nothing is under way any more.
  // Not from two threads at once, and not from a task that send() resumes.
  void stop();

  task<Result<HttpResponse>> send(HttpRequest request) override;
  Result<void> check_url(std::string_view url) const override;

 private:
  struct MultiDeleter {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };
  using Transfers = std::deque<std::unique_ptr<Transfer>>;

  void submit(std::unique_ptr<Transfer> transfer);

  // All below on the client's thread.
  void run();
  bool take_submitted();
  void expire_waiting();
  void start_waiting();
  void start(std::unique_ptr<Transfer> transfer);
  void take_finished();
  void cancel_all();
  int milliseconds_to_poll() const;

  const OutboundOptions options_;
  SlistHandle fixed_addresses_;
  std::unique_ptr<CURLM, MultiDeleter> multi_;

  std::mutex mutex_;
  Transfers submitted_;       // guarded by mutex_
  std::size_t accepted_ = 0;  // submitted and waiting ones; guarded by mutex_
  bool stopping_ = false;     // guarded by mutex_

  Transfers waiting_;
  std::map<CURL*, std::unique_ptr<Transfer>> active_;
  std::map<std::string, std::size_t, std::less<>> active_per_target_;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace doorward::net
