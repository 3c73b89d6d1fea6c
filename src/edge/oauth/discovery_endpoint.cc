#include "edge/oauth/discovery_endpoint.h"

#include "edge/oauth/public_document.h"
#include "protocol/oauth/metadata.h"

namespace doorward::edge {

DiscoveryEndpoint::DiscoveryEndpoint(std::string_view base_url) : document_(oauth::metadata_document(base_url)) {}

void DiscoveryEndpoint::add_to(net::Router& router) {
  router.add("/.well-known/openid-configuration", [this](const net::Request& request) { return handle(request); });
}

task<net::Response> DiscoveryEndpoint::handle(const net::Request& request) {
  co_return public_document(request, document_);
}

}  // namespace doorward::edge
