#include "rpc/method.h"

#include <fmt/format.h>

#include <set>

#include "doorward/v1/annotations.pb.h"
#include "google/api/annotations.pb.h"

namespace doorward::rpc {
namespace {

Result<void> compile_access(const google::protobuf::MethodOptions& options, Method& method) {
  if (!options.HasExtension(doorward::v1::access)) {
    return failure(internal_error(method.name + " has no access rule"));
  }
  const auto& access = options.GetExtension(doorward::v1::access);
  for (const int caller : access.callers()) {
    switch (caller) {
      case doorward::v1::ANYONE:
        method.open = true;
        break;
      case doorward::v1::API_CLIENT:
        method.api_clients = true;
        break;
      default:
        return failure(internal_error(method.name + " admits an unknown class of callers"));
    }
  }
  if (!method.open && !method.api_clients) {
    return failure(internal_error(method.name + " has an access rule that admits nobody"));
  }
  return {};
}

// Whether a message has a field declared as a secret, at any depth.
bool holds_secret(const google::protobuf::Descriptor* message, std::set<const google::protobuf::Descriptor*>& seen) {
  if (!seen.insert(message).second) return false;
  for (int i = 0; i < message->field_count(); ++i) {
    const auto* field = message->field(i);
    if (field->options().GetExtension(doorward::v1::secret)) return true;
    if (field->message_type() != nullptr && holds_secret(field->message_type(), seen)) return true;
  }
  return false;
}

// Only the reference shows them: what counts here is that it tells no fairy tales.
Result<void> check_errors(const google::protobuf::MethodOptions& options, const Method& method) {
  for (const std::string& reason : options.GetExtension(doorward::v1::errors).reasons()) {
    if (!find_reason(reason)) {
      return failure(internal_error(fmt::format("{} declares the unknown reason {}", method.name, reason)));
    }
  }
  return {};
}

}  // namespace

Result<Method> compile_method(const Binding& binding, PlanSet& plans, RuleSet& rules) {
  const auto* descriptor = binding.method;
  if (descriptor == nullptr || binding.request_prototype == nullptr || !(binding.invoke || binding.stream)) {
    return failure(internal_error("a binding without a method or handler"));
  }
  const bool streams = descriptor->client_streaming() || descriptor->server_streaming();
  if (streams != static_cast<bool>(binding.stream)) {
    return failure(internal_error(descriptor->full_name() + " has a handler of the other kind"));
  }
  const auto& options = descriptor->options();
  Method method;
  method.name = descriptor->full_name();
  method.grpc_path = fmt::format("/{}/{}", descriptor->service()->full_name(), descriptor->name());
  DOORWARD_CHECK(compile_access(options, method));
  DOORWARD_CHECK(check_errors(options, method));
  if (const int status = options.GetExtension(doorward::v1::rest).success_status(); status != 0) {
    if (status < 200 || status > 299) {
      return failure(internal_error(fmt::format("{} answers success with {}", method.name, status)));
    }
    method.success_status = status;
  }
  method.reads_only = options.idempotency_level() == google::protobuf::MethodOptions::NO_SIDE_EFFECTS;
  std::set<const google::protobuf::Descriptor*> seen;
  method.holds_secret = holds_secret(descriptor->output_type(), seen);
  method.http = options.GetExtension(google::api::http);
  method.request_prototype = binding.request_prototype;
  method.invoke = binding.invoke;
  method.stream = binding.stream;
  DOORWARD_TRY(method.request_plan, plans.plan(descriptor->input_type()));
  DOORWARD_TRY(method.response_plan, plans.plan(descriptor->output_type()));
  DOORWARD_TRY(method.rules, rules.compile(descriptor->input_type()));
  return method;
}

}  // namespace doorward::rpc
