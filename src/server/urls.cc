#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "server/application.h"

namespace doorward::server {
namespace {

const net::BoundAddress* find(const std::vector<net::BoundAddress>& bound, bool tls) {
  const auto found = std::ranges::find(bound, tls, &net::BoundAddress::tls);
  return found == bound.end() ? nullptr : &*found;
}

}  // namespace

InstallationUrls urls_of(const Options& options, const std::vector<net::BoundAddress>& bound, const DataDir& folder) {
  InstallationUrls urls;
  const net::BoundAddress* http = find(bound, false);
  const net::BoundAddress* https = find(bound, true);
  if (https != nullptr) {
    urls.environment_url_https =
        options.base_url.starts_with("https://") ? options.base_url : fmt::format("https://localhost:{}", https->port);
  }
  if (!options.base_url.empty()) {
    urls.environment_url = options.base_url;
  } else if (http != nullptr) {
    urls.environment_url = fmt::format("http://localhost:{}", http->port);
  } else {
    urls.environment_url = urls.environment_url_https;
  }
  if (https != nullptr && options.tls_cert.empty()) {
    urls.ca_file = std::filesystem::absolute(folder.file("tls/ca.pem")).lexically_normal().string();
  }
  return urls;
}

std::string local_address(const std::vector<net::BoundAddress>& bound, bool tls) {
  const net::BoundAddress* found = find(bound, tls);
  if (found == nullptr) return {};
  net::BoundAddress local = *found;
  if (local.address == "0.0.0.0") local.address = "127.0.0.1";
  if (local.address == "::") local.address = "::1";
  return net::to_string(local);
}

}  // namespace doorward::server
