#include "rpc/rest_handler.h"

#include <fmt/format.h>

#include <utility>

#include "rpc/call.h"
#include "rpc/codec.h"
#include "rpc/error_info.h"

namespace doorward::rpc {
namespace {

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

void add_metadata(const AnswerMetadata& metadata, net::Response& response) {
  for (const auto* fields : {&metadata.leading, &metadata.trailing}) {
    response.headers.insert(response.headers.end(), fields->begin(), fields->end());
  }
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
    auto refused = rest_error(response.error(), ErrorSource::kHandler, request.request_id);
    add_metadata(context->answer, refused);
    co_return refused;
  }
  co_return *std::move(response);
}

task<Result<net::Response>> RestHandler::call(const RestRoute& route, const RouteTable::Match& match,
                                              const CallContext& context, const net::Request& request) const {
  std::string_view body = request.body;
  std::string expanded;
  if (route.body != RestRoute::Body::kNone && !body.empty()) {
    DOORWARD_CO_TRY(const Encoding encoding, declared_encoding(request.headers, "content-encoding"));
    if (encoding == Encoding::kGzip) {
      DOORWARD_CO_TRY(expanded, co_await compression_.expand(body));
      body = expanded;
    }
  }
  RequestMessage message(*route.method);
  const auto* content_type = net::find_header(request.headers, "content-type");
  DOORWARD_CO_CHECK(bind_request(route, match.segments, request.query,
                                 content_type == nullptr ? std::string_view() : std::string_view(*content_type), body,
                                 *message));
  DOORWARD_CO_TRY(const auto answer, co_await run(*route.method, context, *message, now_()));

  net::Response response;
  response.status = route.method->success_status;
  response.headers = {{"content-type", "application/json"}};
  add_metadata(context.answer, response);
  encode(Codec::kJson, *route.method, *answer, response.body);
  if (worth_compressing(*route.method, response.body.size(), request.headers, "accept-encoding") &&
      co_await compression_.compress(response.body)) {
    add_gzip_fields(response);
  }
  co_return response;
}

}  // namespace doorward::rpc
