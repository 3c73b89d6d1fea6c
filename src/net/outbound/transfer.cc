#include "net/outbound/transfer.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <string_view>

#include "base/encoding.h"

namespace doorward::net {
namespace {

constexpr std::string_view kWhitespace = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(kWhitespace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kWhitespace) - begin + 1);
}

}  // namespace

Transfer::Transfer(HttpRequest request, const Target& target, EgressPolicy policy, SteadyTime deadline, Deliver deliver)
    : request_(std::move(request)),
      origin_(target.origin()),
      policy_(policy),
      deadline_(deadline),
      deliver_(std::move(deliver)) {}

bool append(SlistHandle& list, const std::string& text) {
  curl_slist* longer = curl_slist_append(list.get(), text.c_str());
  if (longer == nullptr) return false;
  static_cast<void>(list.release());
  list.reset(longer);
  return true;
}

CURL* Transfer::prepare(SteadyTime now, const std::string& ca_file, curl_slist* fixed_addresses) {
  handle_.reset(curl_easy_init());
  CURL* handle = handle_.get();
  if (handle == nullptr) return nullptr;
  for (const auto& [name, value] : request_.headers) {
    // libcurl's notation of a header without value is a semicolon.
    if (!append(headers_, value.empty() ? name + ";" : name + ": " + value)) return nullptr;
  }
  // Waiting for "100 Continue" costs a round trip, or a second where the receiver does not know it.
  if (!append(headers_, "Expect:")) return nullptr;

  const auto left = std::max<std::chrono::milliseconds>(std::chrono::ceil<std::chrono::milliseconds>(deadline_ - now),
                                                        std::chrono::milliseconds(1));
  curl_easy_setopt(handle, CURLOPT_PRIVATE, this);
  curl_easy_setopt(handle, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(left.count()));
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  // A name server that does not answer must not hold the client's thread when the transfer is given up.
  curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);

  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, policy_.allow_plain_http ? "http,https" : "https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  curl_easy_setopt(handle, CURLOPT_PROXY, "");  // an empty text also overrides the proxy variables of the environment
  curl_easy_setopt(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(handle, CURLOPT_HTTP_CONTENT_DECODING, 0L);
  curl_easy_setopt(handle, CURLOPT_HTTP09_ALLOWED, 0L);
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl_easy_setopt(handle, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "Doorward");

  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, ca_file.c_str());

  if (fixed_addresses != nullptr) curl_easy_setopt(handle, CURLOPT_RESOLVE, fixed_addresses);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_open_socket);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);

  if (request_.method == "HEAD") {
    curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  } else if (request_.method != "GET" || !request_.body.empty()) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request_.body.data());
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  }
  return handle;
}

curl_socket_t Transfer::on_open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  const auto ip = ip_address_of(address->addr);
  const auto port = port_of(address->addr);
  if (!ip || !port || !transfer.policy_.allows(kind_of(*ip), *port)) {
    transfer.address_was_refused_ = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::string_view line(data, size * count);
  transfer.header_bytes_ += line.size();
  if (transfer.header_bytes_ > kMaxResponseHeaderBytes) return 0;
  if (line.starts_with("HTTP/")) {  // the final answer begins after an interim one (1xx)
    transfer.response_.headers.clear();
    return line.size();
  }
  const auto colon = line.find(':');
  if (colon != std::string_view::npos) {
    transfer.response_.headers.emplace_back(ascii_lower(trimmed(line.substr(0, colon))),
                                            trimmed(line.substr(colon + 1)));
  }
  return line.size();
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t bytes = size * count;
  const std::size_t room = transfer.request_.max_response_bytes - transfer.response_.body.size();
  transfer.response_.body.append(data, std::min(bytes, room));
  if (bytes <= room) return bytes;
  // The answer is known; reading on would let the target decide how much we read.
  transfer.body_was_cut_ = true;
  return 0;
}

void Transfer::finish(CURLcode code) {
  long status = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  const bool answered = code == CURLE_OK || (code == CURLE_WRITE_ERROR && body_was_cut_);
  if (!answered || status == 0) {
    deliver_(failure(error_of(code)));
    return;
  }
  curl_off_t micros = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_TOTAL_TIME_T, &micros);
  response_.status = static_cast<int>(status);
  response_.latency = Duration(micros);
  deliver_(std::move(response_));
}

void Transfer::fail(Reason reason, std::string message) { deliver_(failure(reason, std::move(message))); }

Error Transfer::error_of(CURLcode code) const {
  const std::string detail = curl_easy_strerror(code);
  if (address_was_refused_) {
    return make_error(Reason::kEgressForbidden, "The target's address is not allowed.", detail);
  }
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return make_error(Reason::kDeadlineExceeded, "The target did not answer in time.", detail);
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
      return make_error(Reason::kTargetUnreachable, "The target could not be reached.", detail);
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return make_error(Reason::kTargetTlsFailed, "The target's TLS certificate or handshake was not accepted.",
                        detail);
    case CURLE_URL_MALFORMAT:
      return make_error(Reason::kInvalidArgument, "The URL cannot be sent to.", detail);
    default:
      return make_error(Reason::kTargetProtocolError, "The target gave no usable HTTP answer.", detail);
  }
}

}  // namespace doorward::net
