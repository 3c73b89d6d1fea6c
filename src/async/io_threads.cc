#include "async/io_threads.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <semaphore>
#include <utility>

#include "async/io_context.h"

namespace doorward::async {

IoThread::IoThread(std::size_t index)
    : context_(1), keep_running_(boost::asio::make_work_guard(context_)), thread_([this, index] { run(index); }) {}

IoThread::~IoThread() {
  keep_running_.reset();
  context_.stop();
  thread_.join();
}

void IoThread::run(std::size_t index) {
  pthread_setname_np(pthread_self(), fmt::format("io-{}", index).c_str());
  Executor::Scope scope(this);
  context_.run();
}

void IoThread::post(std::move_only_function<void()> work) { boost::asio::post(context_, std::move(work)); }

std::size_t IoThreads::default_count() {
  return static_cast<std::size_t>(std::max(1, static_cast<int>(std::thread::hardware_concurrency()) - 1));
}

IoThreads::IoThreads(std::size_t count) {
  for (std::size_t i = 0; i < std::max<std::size_t>(1, count); ++i) threads_.push_back(std::make_unique<IoThread>(i));
}

IoThreads::~IoThreads() = default;

Executor& IoThreads::executor(std::size_t index) { return *threads_[index]; }

void IoThreads::run_on(std::size_t index, std::move_only_function<void()> work) {
  std::binary_semaphore done{0};
  threads_[index]->post([&] {
    work();
    done.release();
  });
  done.acquire();
}

}  // namespace doorward::async
