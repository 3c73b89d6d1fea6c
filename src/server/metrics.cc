#include "server/metrics.h"

#include <fmt/format.h>
#include <malloc.h>
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <sanitizer/allocator_interface.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <vector>

#include "net/server.h"
#include "server/store_metrics.h"
#include "server/version.h"

namespace doorward::server {
namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;

// Seconds; from a keyed read in memory to net's own time-out.
const Histogram::BucketBoundaries kLatencyBuckets = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                     0.05,   0.1,     0.25,   0.5,   1,      2.5,   5,    10};
constexpr std::array<const char*, 2> kProtocols = {"http/1.1", "h2"};
constexpr std::size_t kStatusClasses = 6;  // 1xx to 5xx, and 0 for what is none

std::size_t status_class(int status) {
  return status >= 100 && status < 600 ? static_cast<std::size_t>(status / 100) : 0;
}

double resident_bytes() {
  std::ifstream in("/proc/self/statm");
  double pages = 0;
  double resident = 0;
  in >> pages >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

// What is allocated and not freed, unlike the resident memory, of which the allocator keeps some for later.
double heap_bytes() {
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  return static_cast<double>(__sanitizer_get_current_allocated_bytes());
#else
  const struct mallinfo2 all = ::mallinfo2();
  return static_cast<double>(all.uordblks + all.hblkhd);
#endif
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double open_descriptors() {
  std::error_code error;
  const std::filesystem::directory_iterator all("/proc/self/fd", error);
  return error ? 0 : static_cast<double>(std::distance(begin(all), end(all)));
}

}  // namespace

struct Metrics::Series {
  prometheus::Registry registry;
  StoreMetrics store{registry};
  std::array<Gauge*, 2> connections{};
  std::array<Counter*, 2> accepted{};
  std::array<Gauge*, 2> in_flight{};
  std::array<std::array<Counter*, kStatusClasses>, 2> requests{};
  std::array<Histogram*, 2> seconds{};
  std::vector<Counter*> refusals;
  std::vector<Counter*> logout_tokens;
  Counter* handler_failures = nullptr;
  Counter* not_recorded = nullptr;
  Gauge* resident = nullptr;
  Gauge* heap = nullptr;
  Gauge* cpu = nullptr;
  Gauge* descriptors = nullptr;
  std::atomic<std::uint64_t> begun{0};
};

Metrics::Metrics() : series_(std::make_unique<Series>()) {
  Series& s = *series_;
  auto& connections = prometheus::BuildGauge()
                          .Name("doorward_connections")
                          .Help("Connections open now, by whether they use TLS.")
                          .Register(s.registry);
  auto& accepted = prometheus::BuildCounter()
                       .Name("doorward_connections_total")
                       .Help("Connections accepted since the start.")
                       .Register(s.registry);
  auto& in_flight = prometheus::BuildGauge()
                        .Name("doorward_requests_in_flight")
                        .Help("Requests that wait for their answer now.")
                        .Register(s.registry);
  auto& requests = prometheus::BuildCounter()
                       .Name("doorward_requests_total")
                       .Help("Requests answered since the start, by protocol and class of the status.")
                       .Register(s.registry);
  auto& seconds = prometheus::BuildHistogram()
                      .Name("doorward_request_seconds")
                      .Help("Time from the complete request to the complete answer.")
                      .Register(s.registry);
  for (std::size_t tls = 0; tls < 2; ++tls) {
    s.connections[tls] = &connections.Add({{"tls", tls == 1 ? "yes" : "no"}});
    s.accepted[tls] = &accepted.Add({{"tls", tls == 1 ? "yes" : "no"}});
  }
  for (std::size_t protocol = 0; protocol < kProtocols.size(); ++protocol) {
    const std::string name = kProtocols[protocol];
    s.in_flight[protocol] = &in_flight.Add({{"protocol", name}});
    s.seconds[protocol] = &seconds.Add({{"protocol", name}}, kLatencyBuckets);
    for (std::size_t status = 0; status < kStatusClasses; ++status) {
      s.requests[protocol][status] =
          &requests.Add({{"protocol", name}, {"status", status == 0 ? "other" : fmt::format("{}xx", status)}});
    }
  }
  auto& refusals = prometheus::BuildCounter()
                       .Name("doorward_refused_total")
                       .Help("Connections, streams and requests that the network edge refused, by reason.")
                       .Register(s.registry);
  for (auto refusal = 0; refusal <= static_cast<int>(net::Refusal::kHandlerTimeout); ++refusal) {
    s.refusals.push_back(
        &refusals.Add({{"reason", std::string(net::refusal_name(static_cast<net::Refusal>(refusal)))}}));
  }
  auto& logout_tokens = prometheus::BuildCounter()
                            .Name("doorward_logout_tokens_total")
                            .Help("Attempts to deliver logout tokens to applications, by what became of them.")
                            .Register(s.registry);
  for (auto result = 0; result <= static_cast<int>(LogoutResult::kCancelled); ++result) {
    s.logout_tokens.push_back(
        &logout_tokens.Add({{"outcome", std::string(logout_result_name(static_cast<LogoutResult>(result)))}}));
  }
  s.handler_failures = &prometheus::BuildCounter()
                            .Name("doorward_handler_exceptions_total")
                            .Help("Exceptions that left a handler: each is a bug.")
                            .Register(s.registry)
                            .Add({});
  s.not_recorded = &prometheus::BuildCounter()
                        .Name("doorward_scim_requests_not_recorded_total")
                        .Help("SCIM requests that the recorder dropped: they came too fast, or could not be stored.")
                        .Register(s.registry)
                        .Add({});
  prometheus::BuildGauge()
      .Name("doorward_build_info")
      .Help("Always 1; the labels say which binary this is.")
      .Register(s.registry)
      .Add({{"version", std::string(kVersion)}, {"build", std::string(kBuildType)}})
      .Set(1);
  s.resident = &prometheus::BuildGauge()
                    .Name("process_resident_memory_bytes")
                    .Help("Resident memory.")
                    .Register(s.registry)
                    .Add({});
  s.heap = &prometheus::BuildGauge()
                .Name("process_heap_bytes")
                .Help("Memory in use, without what is freed and kept for later.")
                .Register(s.registry)
                .Add({});
  s.cpu = &prometheus::BuildGauge()
               .Name("process_cpu_seconds_total")
               .Help("User and system CPU time since the start.")
               .Register(s.registry)
               .Add({});
  s.descriptors =
      &prometheus::BuildGauge().Name("process_open_fds").Help("Open descriptors.").Register(s.registry).Add({});
}

Metrics::~Metrics() = default;

void Metrics::connection_opened(bool tls) {
  series_->connections[tls ? 1 : 0]->Increment();
  series_->accepted[tls ? 1 : 0]->Increment();
}

void Metrics::connection_closed(bool tls) { series_->connections[tls ? 1 : 0]->Decrement(); }

void Metrics::request_started(net::Protocol protocol) {
  series_->begun.fetch_add(1, std::memory_order_relaxed);
  series_->in_flight.at(static_cast<std::size_t>(protocol))->Increment();
}

void Metrics::request_finished(net::Protocol protocol, int status, std::chrono::microseconds took) {
  const auto index = static_cast<std::size_t>(protocol);
  series_->in_flight.at(index)->Decrement();
  series_->requests.at(index).at(status_class(status))->Increment();
  series_->seconds.at(index)->Observe(std::chrono::duration<double>(took).count());
}

void Metrics::refused(net::Refusal refusal) { series_->refusals.at(static_cast<std::size_t>(refusal))->Increment(); }

void Metrics::logout_token(LogoutResult result) {
  series_->logout_tokens.at(static_cast<std::size_t>(result))->Increment();
}

void Metrics::handler_failed() { series_->handler_failures->Increment(); }

void Metrics::requests_not_recorded(std::size_t requests) {
  series_->not_recorded->Increment(static_cast<double>(requests));
}

store::Observer& Metrics::store_observer() { return series_->store; }

std::uint64_t Metrics::requests() const { return series_->begun.load(std::memory_order_relaxed); }

std::string Metrics::render() {
  series_->resident->Set(resident_bytes());
  series_->heap->Set(heap_bytes() + static_cast<double>(net::mapped_bytes()));
  series_->cpu->Set(cpu_seconds());
  series_->descriptors->Set(open_descriptors());
  return prometheus::TextSerializer().Serialize(series_->registry.Collect());
}

}  // namespace doorward::server
