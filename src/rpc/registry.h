// Collects the methods that a server offers. Filled once at start by the generated bind() functions, then given to
// Api::make, which checks and compiles them. Not thread-safe.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "rpc/call_context.h"
#include "rpc/streaming.h"

namespace doorward::rpc {

// Runs one call. The request is of the method's input type and outlives the task, as does the context.
using Invoke = std::function<task<Result<std::unique_ptr<google::protobuf::Message>>>(
    const CallContext&, const google::protobuf::Message& request)>;

struct Binding {
  const google::protobuf::MethodDescriptor* method = nullptr;
  const google::protobuf::Message* request_prototype = nullptr;
  Invoke invoke;      // of a method with one request and one answer
  OpenStream stream;  // of any other
};

class Registry {
 public:
  void add(Binding binding) { bindings_.push_back(std::move(binding)); }

  const std::vector<Binding>& bindings() const { return bindings_; }

 private:
  std::vector<Binding> bindings_;
};

}  // namespace doorward::rpc
