#include "server/worker.h"

#include <pthread.h>

#include <exception>
#include <utility>

#include "base/log.h"

namespace doorward::server {
namespace {

Timestamp system_now() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

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

Worker::Worker(std::string name, Round round) : name_(std::move(name)), round_(std::move(round)) {
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
    due_ = error ? system_now() + kPause : *again;
    changed_.notify_one();
  });
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
    } else if (in_round_) {
      changed_.wait(lock);
    } else if (stopping_) {
      return;
    } else if (woken_ || (due_ && *due_ <= system_now())) {
      woken_ = false;
      due_.reset();
      in_round_ = true;
      lock.unlock();
      begin_round();
      lock.lock();
    } else if (due_) {
      changed_.wait_until(lock, *due_);
    } else {
      changed_.wait(lock);
    }
  }
}

}  // namespace doorward::server
