#include "app/grants/allowed_origins.h"

#include <algorithm>
#include <utility>

#include "domain/redirect_uri.h"

namespace doorward {
namespace {

// From the first slash behind the authority.
std::string path_of(const std::string& uri) {
  const std::size_t authority = uri.find("://");
  const std::size_t path = authority == std::string::npos ? authority : uri.find('/', authority + 3);
  return path == std::string::npos ? std::string() : uri.substr(path);
}

}  // namespace

task<bool> AllowedOrigins::allow(std::string origin, std::chrono::steady_clock::time_point deadline) {
  const Patterns all = co_await patterns(deadline);
  if (all == nullptr) co_return false;
  // An origin is a redirect URI without its path: what may follow it decides.
  co_return std::ranges::any_of(*all, [&](const Pattern& pattern) {
    return redirect_uri_matches(pattern.uri, origin + pattern.path, {.client = pattern.client, .environment = kind_},
                                nullptr);
  });
}

task<AllowedOrigins::Patterns> AllowedOrigins::patterns(std::chrono::steady_clock::time_point deadline) {
  const Timestamp now = clock_.now();
  {
    const std::lock_guard lock(mutex_);
    if (known_ != nullptr && now >= read_at_ && now - read_at_ < kMaxAge) co_return known_;
  }
  const auto clients = co_await store_.read("origins", {.deadline = deadline, .one_statement = true},
                                            [&](const ReadTx& tx) { return tx.clients().list(environment_); });
  if (!clients) co_return nullptr;
  auto read = std::make_shared<std::vector<Pattern>>();
  for (const ApiClient& client : *clients) {
    if (!client.enabled || !is_public(client.type)) continue;
    for (const std::string& uri : client.redirect_uris) {
      if (!has_placeholder(uri)) read->push_back({client.type, uri, path_of(uri)});
    }
  }
  const std::lock_guard lock(mutex_);
  known_ = std::move(read);
  read_at_ = now;
  co_return known_;
}

}  // namespace doorward
