#include "net/outbound/transfer.h"

#include <fmt/format.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>

#include <algorithm>
#include <string_view>

#include "base/encoding.h"
#include "base/trim.h"
#include "net/outbound/egress_policy.h"

namespace doorward::net {
namespace {

constexpr long kLongestIdleSeconds = 60;   // a kept connection that was not used is not used again
constexpr long kLongestLifeSeconds = 600;  // nor one that is older: names move
constexpr long kPinnedSeconds = 600;       // longer than any exchange
constexpr std::string_view kWhitespace = " \t\r\n";

}  // namespace

Transfer::Transfer(HttpRequest request, Target target, SteadyTime deadline, Deliver deliver)
    : request_(std::move(request)),
      target_(std::move(target)),
      origin_(target_.origin()),
      deadline_(deadline),
      deliver_(std::move(deliver)) {}

bool append(SlistHandle& list, const std::string& text) {
  curl_slist* longer = curl_slist_append(list.get(), text.c_str());
  if (longer == nullptr) return false;
  static_cast<void>(list.release());
  list.reset(longer);
  return true;
}

CURL* Transfer::prepare(SteadyTime now, std::vector<IpAddress> addresses, const TrustStore& trust) {
  addresses_ = std::move(addresses);
  handle_.reset(curl_easy_init());
  CURL* handle = handle_.get();
  if (handle == nullptr || !pin_addresses(handle)) return nullptr;
  for (const auto& [name, value] : request_.headers) {
    // libcurl's notation of a header without value is a semicolon.
    if (!append(headers_, value.empty() ? name + ";" : name + ": " + value)) return nullptr;
  }
  // Waiting for "100 Continue" costs a round trip, or a second where the receiver does not know it.
  if (!append(headers_, "Expect:")) return nullptr;

  const auto left = std::max<std::chrono::milliseconds>(std::chrono::ceil<std::chrono::milliseconds>(deadline_ - now),
                                                        std::chrono::milliseconds(1));
  curl_easy_setopt(handle, CURLOPT_PRIVATE, this);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(left.count()));
  curl_easy_setopt(handle, CURLOPT_MAXAGE_CONN, kLongestIdleSeconds);
  curl_easy_setopt(handle, CURLOPT_MAXLIFETIME_CONN, kLongestLifeSeconds);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  trust.apply_to(handle);
  set_fences(handle);
  set_request(handle);
  return handle;
}

void Transfer::set_request(CURL* handle) {
  curl_easy_setopt(handle, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl_easy_setopt(handle, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "Doorward");
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
}

// What could lead somewhere else than to the judged target. Alt-Svc, HSTS, cookies, Unix sockets and pushed streams are
// off in libcurl unless asked for.
void Transfer::set_fences(CURL* handle) const {
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, target_.scheme.c_str());
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  curl_easy_setopt(handle, CURLOPT_PROXY, "");  // an empty text also overrides the proxy variables of the environment
  curl_easy_setopt(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(handle, CURLOPT_HTTP_CONTENT_DECODING, 0L);
  curl_easy_setopt(handle, CURLOPT_HTTP09_ALLOWED, 0L);
}

// Tells libcurl the addresses, so that it looks nothing up, and checks each socket against them, so that whatever it
// thinks of instead is refused.
bool Transfer::pin_addresses(CURL* handle) {
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_open_socket);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, this);
  if (target_.literal) return true;
  std::string list;
  for (const IpAddress& address : addresses_) {
    list += fmt::format(fmt::runtime(address.v6 ? "{}[{}]" : "{}{}"), list.empty() ? "" : ",", to_string(address));
  }
  // The plus makes the entry age like an answer. The URL may write the name with its final dot.
  for (const char* dot : {"", "."}) {
    if (!append(pinned_, fmt::format("+{}{}:{}:{}", target_.host, dot, target_.port, list))) return false;
  }
  curl_easy_setopt(handle, CURLOPT_RESOLVE, pinned_.get());
  curl_easy_setopt(handle, CURLOPT_DNS_CACHE_TIMEOUT, kPinnedSeconds);
  return true;
}

curl_socket_t Transfer::on_open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  const auto ip = ip_address_of(address->addr);
  const auto port = port_of(address->addr);
  if (!ip || port != transfer.target_.port ||
      std::ranges::find(transfer.addresses_, *ip) == transfer.addresses_.end()) {
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
    transfer.response_.headers.emplace_back(ascii_lower(trimmed(line.substr(0, colon), kWhitespace)),
                                            trimmed(line.substr(colon + 1), kWhitespace));
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

std::optional<bool> Transfer::finish(CURLcode code) {
  long status = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  const bool answered = (code == CURLE_OK || (code == CURLE_WRITE_ERROR && body_was_cut_)) && status != 0;
  if (!answered) {
    deliver_(failure(error_of(code)));
    return false;
  }
  curl_off_t micros = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_TOTAL_TIME_T, &micros);
  response_.status = static_cast<int>(status);
  response_.latency = Duration(micros);
  const bool prompt = response_.latency <= kPromptAnswer;
  deliver_(std::move(response_));
  return prompt;
}

void Transfer::fail(Error error) { deliver_(failure(std::move(error))); }

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
    case CURLE_PEER_FAILED_VERIFICATION:
      return certificate_error(detail);
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return make_error(Reason::kTargetTlsFailed, "The target's TLS handshake failed.", detail);
    case CURLE_URL_MALFORMAT:
      return make_error(Reason::kInvalidArgument, "The URL cannot be sent to.", detail);
    default:
      return make_error(Reason::kTargetProtocolError, "The target gave no usable HTTP answer.", detail);
  }
}

Error Transfer::certificate_error(const std::string& detail) const {
  long verdict = X509_V_OK;
  curl_easy_getinfo(handle_.get(), CURLINFO_SSL_VERIFYRESULT, &verdict);
  const std::string why = fmt::format("{}: {}", detail, X509_verify_cert_error_string(verdict));
  switch (verdict) {
    // libcurl compares the host before it asks for the verdict on the chain, which the handshake has already enforced.
    case X509_V_OK:
    case X509_V_ERR_UNSPECIFIED:
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return make_error(Reason::kTargetCertificateWrongHost, "The target's certificate is for another host.", why);
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return make_error(Reason::kTargetCertificateExpired, "The target's certificate has expired or is not valid yet.",
                        why);
    default:
      return make_error(Reason::kTargetCertificateUntrusted,
                        "The target's certificate is not from an authority that is trusted here.", why);
  }
}

}  // namespace doorward::net
