// The HTTP client port on libcurl's multi interface, driven by one thread of its own.
//
// A request waits for its turn (fair_queue.h), then for the addresses of its host, which are judged all together, and
// is then connected to these and nothing else. Connections are kept and reused for a while: they lead to addresses that
// were judged when they were made.
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "net/outbound/egress_policy.h"
#include "net/outbound/fair_queue.h"
#include "net/outbound/own_addresses.h"
#include "net/outbound/transfer.h"
#include "net/outbound/trust_store.h"
#include "ports/http_client.h"
#include "ports/resolver.h"

namespace doorward::net {

struct OutboundOptions {
  EgressPolicy policy;
  std::string ca_file;                           // PEM; trusted besides the system's authorities
  std::shared_ptr<Resolver> resolver;            // null: one of its own, which asks the system's name servers
  std::size_t max_in_flight = 1024;              // exchanges begun and not ended
  std::size_t max_per_target = 32;               // of these, to one scheme, host and port
  std::size_t max_waiting = 4096;                // beyond that send() answers kOverloaded
  std::size_t max_waiting_per_target = 1024;     // beyond that kTargetBusy
  std::size_t max_idle_connections = 256;        // kept for reuse, over all targets
  std::chrono::milliseconds idle_after{60'000};  // without any exchange for so long all kept connections are closed

  OwnAddresses::List own_addresses = interface_addresses;
};

class CurlHttpClient final : public HttpClient {
 public:
  // Throws std::runtime_error when libcurl cannot start or `ca_file` cannot be read.
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
  using MultiHandle = std::unique_ptr<CURLM, MultiDeleter>;
  using TransferHandle = std::unique_ptr<Transfer>;
  using Queue = FairQueue<TransferHandle>;
  using SteadyTime = Transfer::SteadyTime;

  // A transfer that has its place.
  struct Placed {
    TransferHandle transfer;
    Queue::Place place;
  };
  using Addresses = Result<std::vector<IpAddress>>;
  // Where answers of the resolver arrive; outlives the client when one comes late.
  struct Inbox {
    std::mutex mutex;
    std::vector<std::pair<std::uint64_t, Addresses>> arrived;  // by the number in resolving_
    CurlHttpClient* client = nullptr;                          // null once stopped
  };

  static MultiHandle make_multi(const OutboundOptions& options);
  void submit(TransferHandle transfer);
  void wake();

  // All below on the client's thread.
  void run();
  bool take_submitted();
  void expire_waiting();
  void start_waiting();
  void resolve(Queue::Begun begun);
  void take_resolved();
  void connect(Placed placed, Addresses addresses);
  void end(Placed placed, Error error, std::optional<bool> prompt);
  void take_finished();
  void close_idle();
  void cancel_all();
  int milliseconds_to_poll() const;

  const OutboundOptions options_;
  const std::shared_ptr<Resolver> resolver_;
  const TrustStore trust_;
  const OwnAddresses own_addresses_;
  const std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();

  std::mutex mutex_;
  MultiHandle multi_;                      // replaced on the client's thread under mutex_, woken under mutex_
  std::vector<TransferHandle> submitted_;  // guarded by mutex_
  std::size_t accepted_ = 0;               // submitted and waiting ones; guarded by mutex_
  bool stopping_ = false;                  // guarded by mutex_

  Queue queue_;
  std::uint64_t last_resolving_ = 0;
  std::map<std::uint64_t, Placed> resolving_;
  std::map<CURL*, Placed> active_;
  SteadyTime last_use_{};
  bool connections_kept_ = false;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace doorward::net
