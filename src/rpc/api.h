// The declared API on the network: gRPC (over HTTP/2 and HTTP/1.1), Connect, and REST with JSON, from one set of
// handlers.
//
// Order of every call: route, authenticate, admit by the method's access rule, parse, check the declared field rules,
// handle. So a caller without a good bearer always learns exactly that, whatever else is wrong with the request.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "net/http.h"
#include "rpc/authenticator.h"
#include "rpc/gzip.h"
#include "rpc/health_service.h"
#include "rpc/registry.h"

namespace doorward::rpc {

// A binding of the public interface that is known but perhaps not built: its REST route answers 501 until a method of
// the registry takes it.
struct AnnouncedBinding {
  std::string_view method;  // "scalekit.v1.users.UserService.GetUser"
  std::string_view verb;    // "GET"
  std::string_view path;    // "/api/v1/users/{id}"
};

struct ApiOptions {
  std::span<const AnnouncedBinding> announced;  // must outlive the Api
  std::function<std::chrono::steady_clock::time_point()> now = &std::chrono::steady_clock::now;
  Compression::Submit offload;  // where compression is done; empty: on the calling thread
  Ready ready;                  // served as grpc.health.v1; empty: that service is not served
};

// How long the caller of gRPC or Connect waits, by grpc-timeout or connect-timeout-ms; nullopt when it does not say, or
// says it wrongly (which the handler answers). For net::ServerOptions::patience.
std::optional<std::chrono::nanoseconds> patience(const net::Request& request);

// True when the content type says gRPC (application/grpc, with +proto or +json).
bool is_grpc(const net::Request& request);

// Thread-safe once made.
class Api {
 public:
  // Compiles routes, field rules and JSON plans, and adds health (with ApiOptions::ready) and reflection. Fails, and
  // the server with it, when a method has no access rule, an option is wrong (template, body, rule, pattern), two
  // methods claim one route, or a type has no JSON form here. The error's detail names the method. `authenticator` and
  // the handlers behind the registry must outlive the Api.
  static Result<std::unique_ptr<Api>> make(const Registry& registry, Authenticator& authenticator,
                                           const ApiOptions& options);
  ~Api();

  // Serves gRPC by content type, Connect by a path of the form /pkg.Service/Method, everything else as REST. Valid as
  // long as the Api.
  net::Handler handler();

  // Whether a request is the beginning of a call that streams. For net::ServerOptions::streams.
  bool streams(const net::Request& request) const;

  // DEADLINE_EXCEEDED in the form that the request's wire reads; plain 503 for a path that is not of this Api. For
  // net::ServerOptions::too_late.
  net::Response too_late(const net::Request& request) const;

  // The same for a body that net refused: RESOURCE_EXHAUSTED for 413, UNAVAILABLE for 503; nullopt for another
  // status or path. For net::ServerOptions::refused.
  std::optional<net::Response> refused(const net::Request& request, int status) const;

  // Whether a request is for this Api: gRPC, the RPC path of a method, or a path below the first segment of some
  // binding ("/api/…").
  bool serves(const net::Request& request) const;

 private:
  struct Impl;
  explicit Api(std::unique_ptr<Impl> impl);
  std::optional<net::Response> in_form(const net::Request& request, const Error& error) const;
  std::unique_ptr<Impl> impl_;
};

}  // namespace doorward::rpc
