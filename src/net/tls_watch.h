// Keeps a TlsContext as new as its files.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <semaphore>

#include "async/offload.h"
#include "async/timer.h"
#include "net/tls_context.h"

namespace doorward::net {

// Looks every `every` whether the files have changed and loads them; says so in the log. A failed load leaves the old
// certificate in use. Works on `pool`; both must outlive it.
class TlsWatch {
 public:
  static constexpr std::chrono::seconds kEvery{10};

  // `renew`, when set, runs before each look, on the pool: what keeps generated files fresh.
  TlsWatch(async::IoThreads& threads, async::OffloadPool& pool, std::shared_ptr<TlsContext> context,
           std::function<void()> renew = nullptr, std::chrono::milliseconds every = kEvery);
  // Waits for a look in progress.
  ~TlsWatch();
  TlsWatch(const TlsWatch&) = delete;
  TlsWatch& operator=(const TlsWatch&) = delete;

 private:
  task<void> run();

  async::OffloadPool& pool_;
  const std::shared_ptr<TlsContext> context_;
  const std::function<void()> renew_;
  const std::chrono::milliseconds every_;
  async::Timer timer_;
  std::binary_semaphore ended_{0};
};

}  // namespace doorward::net
