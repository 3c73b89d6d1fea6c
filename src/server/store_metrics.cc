#include "server/store_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <mutex>
#include <string>

#include "base/log.h"

namespace doorward::server {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Histogram;

const Histogram::BucketBoundaries kSeconds = {0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5};
const Histogram::BucketBoundaries kSharedBy = {1, 2, 4, 8, 16, 32, 64, 128, 256};

Family<Counter>& counters(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

Family<Histogram>& histograms(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

double seconds_of(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

// Finds the series of a name, or makes it once.
template <class Series, class Make>
const Series& find_or_make(std::shared_mutex& mutex, std::map<std::string_view, Series>& all, std::string_view name,
                           Make make) {
  {
    const std::shared_lock lock(mutex);
    if (const auto found = all.find(name); found != all.end()) return found->second;
  }
  const std::unique_lock lock(mutex);
  if (const auto found = all.find(name); found != all.end()) return found->second;
  return all.emplace(name, make()).first->second;
}

}  // namespace

StoreMetrics::StoreMetrics(prometheus::Registry& registry)
    : transactions_failed_(counters(registry, "doorward_store_transactions_failed_total",
                                    "Transactions of use cases that ended with an error.")),
      transaction_waited_(histograms(registry, "doorward_store_transaction_wait_seconds",
                                     "How long transactions waited for their turn.")),
      transaction_ran_(histograms(registry, "doorward_store_transaction_seconds", "How long transactions ran.")),
      queries_(counters(registry, "doorward_store_queries_total", "Statements by the name of their query.")),
      queries_failed_(counters(registry, "doorward_store_queries_failed_total", "Statements that failed.")),
      query_seconds_(counters(registry, "doorward_store_query_seconds_total", "Time that statements took.")),
      commit_seconds_(
          histograms(registry, "doorward_store_commit_seconds", "How long commits took.").Add({}, kSeconds)),
      commit_shared_by_(histograms(registry, "doorward_store_commit_shared_by",
                                   "How many transactions of use cases shared one commit.")
                            .Add({}, kSharedBy)),
      queue_depth_(prometheus::BuildGauge()
                       .Name("doorward_store_queue_depth")
                       .Help("Writes that wait for their turn.")
                       .Register(registry)
                       .Add({})) {}

const StoreMetrics::Transaction& StoreMetrics::transaction(std::string_view name) {
  return find_or_make(mutex_, by_transaction_, name, [&] {
    const prometheus::Labels labels = {{"name", std::string(name)}};
    return Transaction{&transactions_failed_.Add(labels), &transaction_waited_.Add(labels, kSeconds),
                       &transaction_ran_.Add(labels, kSeconds)};
  });
}

const StoreMetrics::Query& StoreMetrics::query(std::string_view name) {
  return find_or_make(mutex_, by_query_, name, [&] {
    const prometheus::Labels labels = {{"query", std::string(name)}};
    return Query{&queries_.Add(labels), &queries_failed_.Add(labels), &query_seconds_.Add(labels)};
  });
}

void StoreMetrics::on_transaction(std::string_view name, bool succeeded, std::chrono::nanoseconds waited,
                                  std::chrono::nanoseconds ran) {
  const Transaction& series = transaction(name);
  if (!succeeded) series.failed->Increment();
  series.waited->Observe(seconds_of(waited));
  series.ran->Observe(seconds_of(ran));
  if (ran > kSlow) {
    log::warning("store.slow", {{"name", name}, {"seconds", seconds_of(ran)}, {"waited", seconds_of(waited)}});
  }
}

void StoreMetrics::on_query(std::string_view name, bool succeeded, std::chrono::nanoseconds took) {
  const Query& series = query(name);
  series.count->Increment();
  if (!succeeded) series.failed->Increment();
  series.seconds->Increment(seconds_of(took));
}

void StoreMetrics::on_commit(std::size_t shared_by, std::chrono::nanoseconds took) {
  commit_shared_by_.Observe(static_cast<double>(shared_by));
  commit_seconds_.Observe(seconds_of(took));
}

void StoreMetrics::on_queue_depth(std::size_t waiting) { queue_depth_.Set(static_cast<double>(waiting)); }

}  // namespace doorward::server
