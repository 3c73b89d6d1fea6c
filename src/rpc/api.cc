#include "rpc/api.h"

#include <deque>
#include <set>
#include <string>
#include <utility>

#include "rpc/grpc_handler.h"
#include "rpc/method.h"
#include "rpc/rest_handler.h"

namespace doorward::rpc {
namespace {

// "/api/v1/…" -> "/api/"
std::string_view first_segment(std::string_view path) {
  const std::size_t slash = path.find('/', 1);
  return path.substr(0, slash == std::string_view::npos ? path.size() : slash + 1);
}

}  // namespace

struct Api::Impl {
  Impl(Authenticator& authenticator, const ApiOptions& options)
      : grpc(authenticator, options.now), rest(authenticator, options.now) {}

  Result<void> add(const Binding& binding) {
    DOORWARD_TRY(auto compiled, compile_method(binding, plans, rules));
    const Method& method = methods.emplace_back(std::move(compiled));
    if (!grpc.add(method)) return failure(internal_error(method.name + " is bound twice"));
    DOORWARD_TRY(const auto declared, declared_routes(method));
    for (const auto& route : declared) {
      const auto& first = route.path.segments.front();
      if (first.kind == PathTemplate::SegmentKind::kLiteral) prefixes.insert("/" + first.literal + "/");
    }
    return rest.add(method);
  }

  PlanSet plans;
  RuleSet rules;
  std::deque<Method> methods;  // addresses stay
  GrpcHandler grpc;
  RestHandler rest;
  std::set<std::string, std::less<>> prefixes;
};

bool is_grpc(const net::Request& request) {
  const auto* type = net::find_header(request.headers, "content-type");
  return type != nullptr && is_grpc_content_type(*type);
}

Api::Api(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Api::~Api() = default;

Result<std::unique_ptr<Api>> Api::make(const Registry& registry, Authenticator& authenticator,
                                       const ApiOptions& options) {
  auto impl = std::make_unique<Impl>(authenticator, options);
  for (const Binding& binding : registry.bindings()) DOORWARD_CHECK(impl->add(binding));
  for (const AnnouncedBinding& binding : options.announced) {
    impl->prefixes.emplace(first_segment(binding.path));
    DOORWARD_CHECK(impl->rest.announce(binding));
  }
  return std::unique_ptr<Api>(new Api(std::move(impl)));
}

net::Handler Api::handler() {
  return [impl = impl_.get()](const net::Request& request) {
    return is_grpc(request) ? impl->grpc.handle(request) : impl->rest.handle(request);
  };
}

bool Api::serves(const net::Request& request) const {
  return is_grpc(request) || impl_->prefixes.contains(first_segment(request.path));
}

}  // namespace doorward::rpc
