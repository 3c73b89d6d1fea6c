#include "rpc/rest_handler.h"

#include <fmt/format.h>
#include <google/protobuf/arena.h>

#include <cstddef>
#include <utility>

#include "rpc/call.h"
#include "rpc/error_info.h"
#include "rpc/json_writer.h"

namespace doorward::rpc {
namespace {

constexpr std::size_t kArenaBytes = 1024;

net::Response not_routed(const net::Request& request, const RouteTable::Match& match) {
  if (match.allowed.empty()) {
    return rest_error(make_error(Reason::kRouteNotFound, "There is nothing at this path."), ErrorSource::kHandler,
                      request.request_id);
  }
  net::Response response =
      rest_error(make_error(Reason::kMethodNotAllowed, "This path does not take " + request.method + "."),
                 ErrorSource::kHandler, request.request_id);
  response.headers.push_back({"allow", fmt::format("{}", fmt::join(match.allowed, ", "))});
  return response;
}

}  // namespace

Result<void> RestHandler::add(const Method& method) {
  DOORWARD_TRY(auto declared, declared_routes(method));
  for (auto& [route, path, http_method] : declared) {
    if (!table_.add(path, http_method, routes_.size())) {
      return failure(internal_error(method.name + " declares a route that another method has"));
    }
    routes_.push_back(std::move(route));
  }
  return {};
}

Result<void> RestHandler::announce(const AnnouncedBinding& binding) {
  DOORWARD_TRY(const auto path, parse_path_template(binding.path));
  if (!table_.add(path, binding.verb, routes_.size())) return {};
  RestRoute route;
  route.name = binding.method;
  routes_.push_back(std::move(route));
  return {};
}

task<net::Response> RestHandler::handle(const net::Request& request) const {
  const RouteTable::Match match = table_.find(request.method, request.path);
  if (match.route == RouteTable::kNone) co_return not_routed(request, match);
  const RestRoute& route = routes_[match.route];
  if (route.method == nullptr) {
    const Error error = make_error(Reason::kUnimplemented, route.name + " is not built yet.");
    co_return rest_error(error, ErrorSource::kHandler, request.request_id);
  }
  auto context = co_await admit(*route.method, authenticator_, request);
  if (!context) {
    log_refusal(context.error(), route.name, request.request_id);
    co_return rest_error(context.error(), ErrorSource::kAuthentication, request.request_id);
  }
  auto response = co_await call(route, match, *context, request);
  if (!response) {
    log_refusal(response.error(), route.name, request.request_id);
    co_return rest_error(response.error(), ErrorSource::kHandler, request.request_id);
  }
  co_return *std::move(response);
}

task<Result<net::Response>> RestHandler::call(const RestRoute& route, const RouteTable::Match& match,
                                              const CallContext& context, const net::Request& request) const {
  alignas(std::max_align_t) char block[kArenaBytes];
  google::protobuf::ArenaOptions options;
  options.initial_block = block;
  options.initial_block_size = sizeof block;
  google::protobuf::Arena arena(options);
  google::protobuf::Message& message = *route.method->request_prototype->New(&arena);
  const auto* content_type = net::find_header(request.headers, "content-type");
  DOORWARD_CO_CHECK(bind_request(route, match.segments, request.query,
                                 content_type == nullptr ? std::string_view() : std::string_view(*content_type),
                                 request.body, message));
  DOORWARD_CO_TRY(const auto answer, co_await run(*route.method, context, message, now_()));

  net::Response response;
  response.status = route.method->success_status;
  response.headers = {{"content-type", "application/json"}};
  write_json(*answer, *route.method->response_plan, response.body);
  co_return response;
}

}  // namespace doorward::rpc
