#include "server/worker.h"

#include <pthread.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "base/log.h"

namespace doorward::server {
namespace {

using std::chrono::steady_clock;

// The steady time that is as far away as `due` is by the wall clock now: a later step of the wall clock moves nothing.
steady_clock::time_point steady_time_of(Timestamp due) {
  constexpr Duration kLongest = std::chrono::days(1);
  const auto wait = std::chrono::duration_cast<Duration>(due - std::chrono::system_clock::now());
  return steady_clock::now() + std::min(wait, kLongest);
}

std::string message_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& fault) {
    return fault.what();
  } catch (...) {
    return "unknown exception";
  }
}

}  // namespace

Worker::Worker(std::string name, std::chrono::milliseconds gap, Round round)
    : name_(std::move(name)), gap_(gap), round_(std::move(round)) {
  thread_ = std::thread([this] { run(); });
}

Worker::~Worker() { stop(); }

void Worker::wake() {
  const std::scoped_lock lock(mutex_);
  woken_ = true;
  changed_.notify_one();
}

void Worker::post(std::move_only_function<void()> work) {
  // Notified under the lock: once it is released, run() may end and the owner may destroy this object.
  const std::scoped_lock lock(mutex_);
  posted_.push_back(std::move(work));
  changed_.notify_one();
}

void Worker::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Worker::begin_round() {
  start_task(round_(), [this](const std::exception_ptr& error, std::optional<std::optional<Timestamp>> again) {
    if (error) log::error("worker.failed", {{"worker", name_}, {"detail", message_of(error)}});
    const std::scoped_lock lock(mutex_);
    in_round_ = false;
    if (error) {
      due_ = steady_clock::now() + kPause;
    } else if (*again) {
      due_ = steady_time_of(**again);
    }
    changed_.notify_one();
  });
}

std::optional<Worker::SteadyTime> Worker::next_round() const {
  if (woken_) return not_before_;
  if (due_) return std::max(*due_, not_before_);
  return std::nullopt;
}

void Worker::run() {
  pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
  const Executor::Scope scope(this);
  std::unique_lock lock(mutex_);
  for (;;) {
    if (!posted_.empty()) {
      auto work = std::move(posted_.front());
      posted_.pop_front();
      lock.unlock();
      work();
      lock.lock();
    } else if (stopping_ && !in_round_) {
      return;
    } else if (const auto next = in_round_ ? std::nullopt : next_round(); !next) {
      changed_.wait(lock);
    } else if (steady_clock::now() < *next) {
      changed_.wait_until(lock, *next);
    } else {
      woken_ = false;
      due_.reset();
      in_round_ = true;
      not_before_ = steady_clock::now() + gap_;
      lock.unlock();
      begin_round();
      lock.lock();
    }
  }
}

}  // namespace doorward::server
