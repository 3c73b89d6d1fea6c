#include "edge/oauth/public_document.h"

#include <utility>

namespace doorward::edge {
namespace {

// Short enough that a next signing key is seen long before it signs.
constexpr const char* kCacheControl = "public, max-age=300";

}  // namespace

net::Response public_document(const net::Request& request, std::string json) {
  net::Response response;
  if (request.method != "GET" && request.method != "HEAD") {
    response.status = 405;
    response.headers = {{"allow", "GET, HEAD"}};
    return response;
  }
  response.headers = {
      {"content-type", "application/json"}, {"cache-control", kCacheControl}, {"access-control-allow-origin", "*"}};
  response.body = std::move(json);
  return response;
}

}  // namespace doorward::edge
