#include "app/provisioning/bulk.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <exception>
#include <list>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "base/completion.h"
#include "base/log.h"
#include "protocol/scim/bulk_references.h"
#include "protocol/scim/message.h"
#include "protocol/scim/patch.h"

namespace doorward {
namespace {

namespace json = boost::json;

scim::BulkAnswer refusal(const Error& error) {
  return {.status = scim::error_status(error).status, .error = scim::error_body(error)};
}

bool is_error(const scim::BulkAnswer& answer) { return answer.status >= 400; }

// What operations under way have to say; they end on any thread.
class Mailbox {
 public:
  struct Letter {
    std::size_t index = 0;
    scim::BulkAnswer answer;
  };

  void put(Letter letter) {
    std::unique_lock lock(mutex_);
    if (!reader_) return letters_.push_back(std::move(letter));
    auto deliver = std::exchange(reader_, nullptr);
    lock.unlock();
    deliver(std::move(letter));
  }

  std::optional<Letter> take() {
    const std::lock_guard lock(mutex_);
    if (letters_.empty()) return std::nullopt;
    Letter letter = std::move(letters_.front());
    letters_.pop_front();
    return letter;
  }

  // One reader at a time.
  Completion<Letter> wait() {
    return Completion<Letter>([this](auto deliver) {
      std::unique_lock lock(mutex_);
      if (letters_.empty()) {
        reader_ = std::move(deliver);
        return;
      }
      Letter letter = std::move(letters_.front());
      letters_.pop_front();
      lock.unlock();
      deliver(std::move(letter));
    });
  }

 private:
  std::mutex mutex_;
  std::list<Letter> letters_;
  Completion<Letter>::Deliver reader_;
};

class BulkRun {
 public:
  BulkRun(scim::BulkRequest& request, BulkRunner& runner)
      : request_(request), runner_(runner), answers_(request.operations.size()), parts_(request.operations.size()) {
    for (std::size_t i = 0; i < request.operations.size(); ++i) {
      const scim::BulkOperation& operation = request.operations[i];
      parts_[i].references = scim::references_of(operation);
      if (operation.method == "POST" && !operation.fault) coming_.insert(operation.bulk_id);
      waiting_.push_back(i);
    }
  }

  task<BulkAnswers> run() {
    while (true) {
      const bool began = begin_what_can();
      if (in_flight_ > 0) {
        auto letter = mailbox_.take();
        if (!letter) letter = co_await mailbox_.wait();
        do {
          --in_flight_;
          settle(letter->index, std::move(letter->answer));
          letter = mailbox_.take();
        } while (letter);
      } else if (waiting_.empty() || stopped()) {
        break;
      } else if (!began) {
        break_circle();
      }
    }
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (!parts_[i].missing.empty() && answers_[i] && !is_error(*answers_[i])) co_await complete(i);
    }
    co_return std::move(answers_);
  }

 private:
  struct Part {
    std::vector<std::string> references;
    json::array missing;  // operations that add what a circle left out
  };
  enum class Readiness : std::uint8_t { kReady, kWaits, kHopeless };

  bool stopped() const { return request_.fail_on_errors > 0 && errors_ >= request_.fail_on_errors; }

  std::size_t may_be_in_flight() const {
    if (request_.fail_on_errors == 0) return kBulkInFlight;
    return stopped() ? 0 : std::min(kBulkInFlight, request_.fail_on_errors - errors_);
  }

  scim::BulkResolver resolver() const {
    return [this](std::string_view bulk_id) -> std::optional<std::string> {
      const auto found = made_.find(bulk_id);
      return found == made_.end() ? std::nullopt : std::optional(found->second);
    };
  }

  Readiness readiness(std::size_t index) const {
    Readiness readiness = Readiness::kReady;
    for (const std::string& reference : parts_[index].references) {
      if (made_.contains(reference)) continue;
      if (!coming_.contains(reference)) return Readiness::kHopeless;
      readiness = Readiness::kWaits;
    }
    return readiness;
  }

  // True when an operation began or was answered.
  bool begin_what_can() {
    bool any = false;
    std::set<std::string_view> held;  // paths whose earlier operation waits
    for (auto at = waiting_.begin(); at != waiting_.end();) {
      const std::size_t index = *at;
      const scim::BulkOperation& operation = request_.operations[index];
      const bool alone = operation.bytes > kBulkAloneBytes;
      if (in_flight_ >= (alone ? 1 : may_be_in_flight()) || is_alone_ || stopped()) break;
      const Readiness now = operation.fault ? Readiness::kHopeless : readiness(index);
      if (now == Readiness::kWaits || held.contains(operation.path)) {
        if (operation.method != "POST") held.insert(operation.path);
        ++at;
        continue;
      }
      at = waiting_.erase(at);
      any = true;
      if (now == Readiness::kHopeless) {
        settle(index, refusal(operation.fault ? *operation.fault : unknown_reference(index)));
      } else {
        is_alone_ = alone;
        begin(index);
      }
    }
    return any;
  }

  Error unknown_reference(std::size_t index) const {
    for (const std::string& reference : parts_[index].references) {
      if (made_.contains(reference) || coming_.contains(reference)) continue;
      return make_error(Reason::kScimInvalidValue,
                        fmt::format("Operation {}: no operation made a resource with the bulkId \"{}\".", index,
                                    reference.substr(0, 64)));
    }
    return internal_error("a bulk operation has no unknown reference");
  }

  void begin(std::size_t index) {
    scim::resolve_references(request_.operations[index], resolver());
    ++in_flight_;
    start_task(runner_.run(request_.operations[index]),
               [this, index](const std::exception_ptr& bug, std::optional<scim::BulkAnswer> answer) {
                 if (bug) answer = refusal(bug_error(bug));
                 mailbox_.put({index, *std::move(answer)});
               });
  }

  static Error bug_error(const std::exception_ptr& bug) {
    try {
      std::rethrow_exception(bug);
    } catch (const std::exception& exception) {
      log::error("scim.bulk_operation_failed", {{"error", std::string_view(exception.what())}});
      return internal_error(exception.what());
    }
  }

  void settle(std::size_t index, scim::BulkAnswer answer) {
    const scim::BulkOperation& operation = request_.operations[index];
    is_alone_ = false;
    if (is_error(answer)) ++errors_;
    if (operation.method == "POST" && !operation.fault) {
      coming_.erase(operation.bulk_id);
      if (!is_error(answer)) made_.emplace(operation.bulk_id, answer.id);
    }
    answers_[index] = std::move(answer);
  }

  // All that is left waits for something that is left: one of them is made without what it waits for.
  void break_circle() {
    const auto first =
        std::ranges::find_if(waiting_, [&](std::size_t index) { return request_.operations[index].method == "POST"; });
    const std::size_t index = first == waiting_.end() ? waiting_.front() : *first;
    Part& part = parts_[index];
    part.missing = scim::take_unresolved(request_.operations[index].data, resolver());
    waiting_.remove(index);
    begin(index);
  }

  task<void> complete(std::size_t index) {
    const scim::BulkOperation& made = request_.operations[index];
    scim::BulkAnswer& answer = *answers_[index];
    scim::BulkOperation rest{.method = "PATCH", .path = fmt::format("{}/{}", made.path, answer.id)};
    rest.data = {{"schemas", json::array{json::value(scim::kPatchOpUrn)}},
                 {"Operations", std::move(parts_[index].missing)}};
    scim::resolve_references(rest, resolver());
    scim::BulkAnswer patched;
    if (scim::references_of(rest).empty()) patched = co_await runner_.run(rest);
    if (!is_error(patched)) {
      answer.version = patched.version;
      co_return;
    }
    rest.method = "DELETE";
    co_await runner_.run(rest);
    answer = refusal(
        make_error(Reason::kStoreConflict,
                   fmt::format("Operation {}: it belongs to a circle of references that cannot be closed.", index)));
  }

  scim::BulkRequest& request_;
  BulkRunner& runner_;
  BulkAnswers answers_;
  std::vector<Part> parts_;
  std::list<std::size_t> waiting_;                        // in the order of the request
  std::set<std::string, std::less<>> coming_;             // bulkIds whose POST is to be done
  std::map<std::string, std::string, std::less<>> made_;  // bulkId to id
  std::size_t in_flight_ = 0;
  std::size_t errors_ = 0;
  bool is_alone_ = false;
  Mailbox mailbox_;
};

}  // namespace

task<BulkAnswers> run_bulk(scim::BulkRequest& request, BulkRunner& runner) {
  BulkRun run(request, runner);
  co_return co_await run.run();
}

}  // namespace doorward
