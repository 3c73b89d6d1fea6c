#include "net/tls_watch.h"

#include <utility>

#include "base/log.h"

namespace doorward::net {

TlsWatch::TlsWatch(async::IoThreads& threads, async::OffloadPool& pool, std::shared_ptr<TlsContext> context,
                   std::function<void()> renew, std::chrono::milliseconds every)
    : pool_(pool), context_(std::move(context)), renew_(std::move(renew)), every_(every), timer_(threads) {
  threads.executor(0).post([this] {
    start_task(run(), [this](const std::exception_ptr& error) {
      if (error) log::error("tls.watch_failed");
      ended_.release();
    });
  });
}

TlsWatch::~TlsWatch() {
  timer_.cancel();
  ended_.acquire();
}

task<void> TlsWatch::run() {
  while (co_await timer_.sleep_for(every_)) {
    const auto loaded = co_await pool_.offload([this] {
      if (renew_) renew_();
      return context_->reload_if_changed();
    });
    if (!loaded) {
      log::warning("tls.reload_failed", {{"error", loaded.error().message}});
    } else if (*loaded) {
      log::info("tls.reloaded");
    }
  }
}

}  // namespace doorward::net
