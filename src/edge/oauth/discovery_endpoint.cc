#include "edge/oauth/discovery_endpoint.h"

#include "edge/oauth/public_document.h"
#include "protocol/oauth/metadata.h"

namespace doorward::edge {

DiscoveryEndpoint::DiscoveryEndpoint(std::string_view base_url) : document_(oauth::metadata_document(base_url)) {}

void DiscoveryEndpoint::add_to(net::Router& router) {
  for (const char* path : {"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"}) {
    router.add(path, [this](const net::Request& request) { return handle(request); });
  }
}

task<net::Response> DiscoveryEndpoint::handle(const net::Request& request) {
  co_return public_document(request, document_);
}

}  // namespace doorward::edge
