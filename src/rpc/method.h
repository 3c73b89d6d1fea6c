// A method as the handlers of both wires use it: everything about it that can be known at start.
#pragma once

#include <google/api/http.pb.h>
#include <google/protobuf/message.h>

#include <cstdint>
#include <string>

#include "base/result.h"
#include "domain/caller.h"
#include "rpc/field_rules.h"
#include "rpc/message_plan.h"
#include "rpc/registry.h"

namespace doorward::rpc {

struct Method {
  std::string name;       // "pkg.Service.Method"
  std::string grpc_path;  // "/pkg.Service/Method"
  bool open = false;      // anyone may call; no authentication
  bool api_clients = false;
  bool reads_only = false;    // idempotency_level = NO_SIDE_EFFECTS
  bool holds_secret = false;  // the answer can: it is never compressed
  int success_status = 200;
  google::api::HttpRule http;
  const google::protobuf::Message* request_prototype = nullptr;
  const MessagePlan* request_plan = nullptr;
  const MessagePlan* response_plan = nullptr;
  const MessageRules* rules = nullptr;
  Invoke invoke;
  OpenStream stream;  // set in place of `invoke` when the method streams

  bool admits(CallerKind kind) const { return open || (api_clients && kind == CallerKind::kApiClient); }
};

// Works a binding out. The plans and rules live in the two sets. Fails when the method has no access rule, an
// impossible success status, no handler or one of the wrong kind, or a request or answer that cannot be compiled.
Result<Method> compile_method(const Binding& binding, PlanSet& plans, RuleSet& rules);

}  // namespace doorward::rpc
