// One outbound exchange on a libcurl easy handle: its options, its bounds and what its end means.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "base/completion.h"
#include "base/result.h"
#include "net/outbound/target.h"
#include "ports/http_client.h"

namespace doorward::net {

inline constexpr std::size_t kMaxResponseHeaderBytes = 32 * 1024;

struct SlistDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using SlistHandle = std::unique_ptr<curl_slist, SlistDeleter>;

// False, with the list unchanged, when there is no memory.
bool append(SlistHandle& list, const std::string& text);

// Not movable while in use: libcurl keeps its address. Used on the client's thread only, once constructed.
class Transfer {
 public:
  using Deliver = Completion<Result<HttpResponse>>::Deliver;
  using SteadyTime = std::chrono::steady_clock::time_point;

  // `deadline` bounds the whole exchange, waiting for a place included.
  Transfer(HttpRequest request, const Target& target, EgressPolicy policy, SteadyTime deadline, Deliver deliver);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  const std::string& origin() const { return origin_; }
  SteadyTime deadline() const { return deadline_; }

  // Makes the easy handle ready for a multi handle; nullptr when libcurl has no memory. `ca_file` may be empty: the
  // system's trust store. `fixed_addresses` as for CURLOPT_RESOLVE, or nullptr; must outlive the exchange.
  CURL* prepare(SteadyTime now, const std::string& ca_file, curl_slist* fixed_addresses);
  CURL* handle() const { return handle_.get(); }

  // Hands the outcome to the waiting task; exactly one of these, once.
  void finish(CURLcode code);
  void fail(Reason reason, std::string message);

 private:
  struct HandleDeleter {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  Error error_of(CURLcode code) const;

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static curl_socket_t on_open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);

  HttpRequest request_;
  std::string origin_;
  EgressPolicy policy_;
  SteadyTime deadline_;
  Deliver deliver_;
  SlistHandle headers_;
  std::unique_ptr<CURL, HandleDeleter> handle_;
  HttpResponse response_;
  std::size_t header_bytes_ = 0;
  bool body_was_cut_ = false;
  bool address_was_refused_ = false;
};

}  // namespace doorward::net
