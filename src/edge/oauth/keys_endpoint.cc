#include "edge/oauth/keys_endpoint.h"

#include "edge/oauth/public_document.h"

namespace doorward::edge {

void KeysEndpoint::add_to(net::Router& router) {
  router.add("/keys", [this](const net::Request& request) { return handle(request); });
}

task<net::Response> KeysEndpoint::handle(const net::Request& request) {
  co_return public_document(request, keys_.key_set(clock_.now()));
}

}  // namespace doorward::edge
