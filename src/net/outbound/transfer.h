// One outbound exchange on a libcurl easy handle: its options, its bounds and what its end means.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/completion.h"
#include "base/result.h"
#include "net/outbound/target.h"
#include "net/outbound/trust_store.h"
#include "ports/http_client.h"

namespace doorward::net {

inline constexpr std::size_t kMaxResponseHeaderBytes = 32 * 1024;
inline constexpr std::chrono::seconds kPromptAnswer{2};

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

  // `deadline` bounds the whole exchange, waiting for a place and for the name's addresses included.
  Transfer(HttpRequest request, Target target, SteadyTime deadline, Deliver deliver);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  const Target& target() const { return target_; }
  const std::string& origin() const { return origin_; }
  SteadyTime deadline() const { return deadline_; }

  // Makes the easy handle ready for a multi handle; nullptr when libcurl has no memory. `addresses` are what may be
  // connected to, all of them judged, and nothing else is.
  CURL* prepare(SteadyTime now, std::vector<IpAddress> addresses, const TrustStore& trust);
  CURL* handle() const { return handle_.get(); }

  // Hands the outcome to the waiting task; exactly one of these, once. What the end says about the target: whether it
  // answered within kPromptAnswer; nullopt when the end was ours.
  std::optional<bool> finish(CURLcode code);
  void fail(Reason reason, std::string message) { fail(make_error(reason, std::move(message))); }
  void fail(Error error);

 private:
  struct HandleDeleter {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  void set_request(CURL* handle);
  void set_fences(CURL* handle) const;
  bool pin_addresses(CURL* handle);
  Error error_of(CURLcode code) const;
  Error certificate_error(const std::string& detail) const;

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static curl_socket_t on_open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);

  HttpRequest request_;
  Target target_;
  std::string origin_;
  SteadyTime deadline_;
  Deliver deliver_;
  std::vector<IpAddress> addresses_;
  SlistHandle headers_;
  SlistHandle pinned_;
  std::unique_ptr<CURL, HandleDeleter> handle_;
  HttpResponse response_;
  std::size_t header_bytes_ = 0;
  bool body_was_cut_ = false;
  bool address_was_refused_ = false;
};

}  // namespace doorward::net
