// /sso/v1/saml/{connection_id}/…: where SAML identity providers, and browsers that come from them, meet a connection
// (SAML bindings 3.4 and 3.5).
//
//   GET metadata                  ours as service provider
//   POST callback                 the assertion consumer service
//   GET, POST slo, slo/callback   single logout: requests of the provider, and its answers to ours
//   GET test                      an administrator tries the connection
//   GET, POST initiate            a login that begins at the provider
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "app/service_provider/service_provider_metadata.h"
#include "app/sign_in/assertion_consumer.h"
#include "app/sign_in/single_logout.h"
#include "base/task.h"
#include "edge/sso/connection_pages.h"
#include "net/http.h"
#include "net/router.h"

namespace doorward::edge {

class SamlEndpoint {
 public:
  struct Parts {
    ConnectionPages& pages;
    AssertionConsumer& consumer;
    SingleLogout& logout;
    ServiceProviderMetadata& metadata;
  };

  SamlEndpoint(Parts parts, std::string_view base_url) : parts_(parts), base_url_(base_url) {}

  // This object must outlive the router.
  void add_to(net::Router& router);
  task<net::Response> handle(const net::Request& request);

  // Of a path that no part of the server has, or this one: whether it may be an address that a connection answers at
  // besides its own.
  static bool may_be_alias(const net::Request& request);
  // Whether this endpoint looks for aliases at the path, where no connection has its own address.
  static bool may_hold_alias(std::string_view path);
  // nullopt: it is none.
  task<std::optional<net::Response>> handle_alias(const net::Request& request);

 private:
  task<net::Response> consume(const net::Request& request, ConnectionId connection, std::string received_at);
  task<net::Response> log_out(const net::Request& request, ConnectionId connection);
  task<net::Response> show_metadata(const net::Request& request, ConnectionId connection);

  const Parts parts_;
  const std::string base_url_;
};

}  // namespace doorward::edge
