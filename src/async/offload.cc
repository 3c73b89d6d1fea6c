#include "async/offload.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>

namespace doorward::async {

std::size_t OffloadPool::default_count() { return std::max(1U, std::thread::hardware_concurrency()); }

OffloadPool::OffloadPool(std::size_t threads, std::size_t queue_limit) : queue_limit_(queue_limit) {
  for (std::size_t i = 0; i < std::max<std::size_t>(1, threads); ++i) threads_.emplace_back([this, i] { run(i); });
}

OffloadPool::~OffloadPool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
  for (auto& thread : threads_) thread.join();
}

Error OffloadPool::overloaded() {
  Error error = make_error(Reason::kOverloaded, "Doorward is busy; try again shortly.", "offload queue full");
  error.retry_after_seconds = kRetryAfterSeconds;
  return error;
}

bool OffloadPool::reserve() {
  std::lock_guard lock(mutex_);
  if (places_taken_ >= queue_limit_) return false;
  ++places_taken_;
  return true;
}

void OffloadPool::push(Job job) {
  {
    std::lock_guard lock(mutex_);
    queue_.push_back(std::move(job));
  }
  ready_.notify_one();
}

bool OffloadPool::submit(std::move_only_function<void()> work) {
  if (!reserve()) return false;
  push(std::move(work));
  return true;
}

std::size_t OffloadPool::queued() const {
  std::lock_guard lock(mutex_);
  return places_taken_;
}

void OffloadPool::run(std::size_t index) {
  pthread_setname_np(pthread_self(), fmt::format("offload-{}", index).c_str());
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      job = std::move(queue_.front());
      queue_.pop_front();
      --places_taken_;
    }
    job();
  }
}

}  // namespace doorward::async
