// Internal to async/ and net/: the event loop behind an I/O thread.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>

#include "base/executor.h"

namespace doorward::async {

class IoThread final : public Executor {
 public:
  explicit IoThread(std::size_t index);
  ~IoThread() override;

  void post(std::move_only_function<void()> work) override;

  boost::asio::io_context& context() { return context_; }

 private:
  void run(std::size_t index);

  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_running_;
  std::thread thread_;
};

}  // namespace doorward::async
