#include "rpc/api.h"

#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <deque>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rpc/connect_handler.h"
#include "rpc/grpc_handler.h"
#include "rpc/grpc_wire.h"
#include "rpc/method.h"
#include "rpc/reflection_service.h"
#include "rpc/rest_handler.h"
#include "scalekit/v1/errdetails/errdetails.pb.h"

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
      : health(options.ready, options.now),
        reflection(options.now),
        compression(options.offload),
        grpc(table, authenticator, compression, options.now),
        connect(table, authenticator, compression, options.now),
        rest(authenticator, compression, options.now) {}

  task<net::Response> handle(const net::Request& request) const {
    if (is_grpc(request)) return grpc.handle(request);
    return is_connect(request) ? connect.handle(request) : rest.handle(request);
  }

  // An RPC path that nobody serves is a call only when it is posted; a browser that looks there finds nothing.
  bool is_connect(const net::Request& request) const {
    return is_rpc_path(request.path) && (request.method == "POST" || table.find(request.path) != nullptr);
  }

  Result<void> add(const Binding& binding) {
    DOORWARD_TRY(auto compiled, compile_method(binding, plans, rules));
    const Method& method = methods.emplace_back(std::move(compiled));
    if (!table.add(method)) return failure(internal_error(method.name + " is bound twice"));
    if (method.stream) stream_paths.push_back(method.grpc_path);
    DOORWARD_TRY(const auto declared, declared_routes(method));
    for (const auto& route : declared) {
      const auto& first = route.path.segments.front();
      if (first.kind == PathTemplate::SegmentKind::kLiteral) prefixes.insert("/" + first.literal + "/");
    }
    return rest.add(method);
  }

  // Health and reflection know every service, themselves included.
  void introduce(const Registry& registry) {
    std::set<std::string, std::less<>> names;
    DeclaredFiles files;
    for (const Binding& binding : registry.bindings()) {
      if (binding.method == nullptr) continue;
      names.insert(binding.method->service()->full_name());
      files.add(binding.method->service());
    }
    files.add_file(scalekit::v1::errdetails::ErrorInfo::descriptor()->file());  // the detail of every error
    health.set_services(std::move(names));
    reflection.set_files(std::move(files));
  }

  HealthService health;
  ReflectionService reflection;
  PlanSet plans;
  RuleSet rules;
  std::deque<Method> methods;  // addresses stay
  MethodTable table;
  std::vector<std::string> stream_paths;  // few
  Compression compression;
  GrpcHandler grpc;
  ConnectHandler connect;
  RestHandler rest;
  std::set<std::string, std::less<>> prefixes;
};

bool is_grpc(const net::Request& request) {
  const auto* type = net::find_header(request.headers, "content-type");
  return type != nullptr && is_grpc_content_type(*type);
}

std::optional<std::chrono::nanoseconds> patience(const net::Request& request) {
  const bool grpc = is_grpc(request);
  const auto* timeout = net::find_header(request.headers, grpc ? "grpc-timeout" : "connect-timeout-ms");
  if (timeout == nullptr) return std::nullopt;
  return grpc ? parse_grpc_timeout(*timeout) : parse_connect_timeout(*timeout);
}

Api::Api(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Api::~Api() = default;

Result<std::unique_ptr<Api>> Api::make(const Registry& registry, Authenticator& authenticator,
                                       const ApiOptions& options) {
  // It would write a line to stderr for each field of a stranger's message that is not UTF-8.
  google::protobuf::SetLogHandler(nullptr);
  auto impl = std::make_unique<Impl>(authenticator, options);
  Registry all = registry;
  if (options.ready) impl->health.add_to(all);
  impl->reflection.add_to(all);
  impl->introduce(all);
  for (const Binding& binding : all.bindings()) DOORWARD_CHECK(impl->add(binding));
  for (const AnnouncedBinding& binding : options.announced) {
    impl->prefixes.emplace(first_segment(binding.path));
    DOORWARD_CHECK(impl->rest.announce(binding));
  }
  return std::unique_ptr<Api>(new Api(std::move(impl)));
}

net::Handler Api::handler() {
  return [impl = impl_.get()](const net::Request& request) { return impl->handle(request); };
}

bool Api::streams(const net::Request& request) const {
  return std::ranges::find(impl_->stream_paths, request.path) != impl_->stream_paths.end() && is_grpc(request);
}

// In the form of the request's wire; nullopt for a path that is not of this Api.
std::optional<net::Response> Api::in_form(const net::Request& request, const Error& error) const {
  if (is_grpc(request)) return grpc_error(request, error, ErrorSource::kHandler);
  if (impl_->is_connect(request)) return connect_error(request, error, ErrorSource::kHandler);
  if (serves(request)) return rest_error(error, ErrorSource::kHandler, request.request_id);
  return std::nullopt;
}

net::Response Api::too_late(const net::Request& request) const {
  auto answer = in_form(request, make_error(Reason::kDeadlineExceeded, "The call was not done by its deadline."));
  return answer ? *std::move(answer) : net::refusal_response(503, "The request took too long.");
}

std::optional<net::Response> Api::refused(const net::Request& request, int status) const {
  if (status == 413) {
    return in_form(request, make_error(Reason::kPayloadTooLarge, "The request body is too large."));
  }
  if (status == 503) {
    return in_form(request, make_error(Reason::kOverloaded, "Too many requests are being received. Try again later."));
  }
  return std::nullopt;
}

bool Api::serves(const net::Request& request) const {
  return is_grpc(request) || impl_->table.find(request.path) != nullptr ||
         impl_->prefixes.contains(first_segment(request.path));
}

}  // namespace doorward::rpc
