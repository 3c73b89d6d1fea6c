// What the store tells of itself, as metrics and as a slow log.
#pragma once

#include <map>
#include <shared_mutex>
#include <string_view>

#include "store/sql/observer.h"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Registry;
template <class Metric>
class Family;
}  // namespace prometheus

namespace doorward::server {

// Thread-safe. Names are string literals of the use cases and queries, so series are bounded by the source.
class StoreMetrics final : public store::Observer {
 public:
  // A transaction that ran longer is logged ("store.slow").
  static constexpr std::chrono::milliseconds kSlow{500};

  // `registry` must outlive it.
  explicit StoreMetrics(prometheus::Registry& registry);

  void on_transaction(std::string_view name, bool succeeded, std::chrono::nanoseconds waited,
                      std::chrono::nanoseconds ran) override;
  void on_query(std::string_view name, bool succeeded, std::chrono::nanoseconds took) override;
  void on_commit(std::size_t shared_by, std::chrono::nanoseconds took) override;
  void on_queue_depth(std::size_t waiting) override;

 private:
  struct Transaction {
    prometheus::Counter* failed;
    prometheus::Histogram* waited;
    prometheus::Histogram* ran;
  };
  struct Query {
    prometheus::Counter* count;
    prometheus::Counter* failed;
    prometheus::Counter* seconds;
  };
  const Transaction& transaction(std::string_view name);
  const Query& query(std::string_view name);

  prometheus::Family<prometheus::Counter>& transactions_failed_;
  prometheus::Family<prometheus::Histogram>& transaction_waited_;
  prometheus::Family<prometheus::Histogram>& transaction_ran_;
  prometheus::Family<prometheus::Counter>& queries_;
  prometheus::Family<prometheus::Counter>& queries_failed_;
  prometheus::Family<prometheus::Counter>& query_seconds_;
  prometheus::Histogram& commit_seconds_;
  prometheus::Histogram& commit_shared_by_;
  prometheus::Gauge& queue_depth_;

  std::shared_mutex mutex_;
  std::map<std::string_view, Transaction> by_transaction_;  // nodes stay where they are
  std::map<std::string_view, Query> by_query_;
};

}  // namespace doorward::server
