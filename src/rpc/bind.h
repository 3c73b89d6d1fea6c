// What generated code calls to put a service into the registry. Includes protobuf: only generated .cc files need it.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "rpc/registry.h"

namespace doorward::rpc {

// The descriptor of a service whose generated classes are linked.
inline const google::protobuf::ServiceDescriptor* declared_service(const std::string& full_name) {
  return google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(full_name);
}

template <class Service, class Request, class Response>
using HandlerFunction = task<Result<Response>> (Service::*)(const CallContext&, const Request&);

template <class Service, class Request, class Response>
task<Result<std::unique_ptr<google::protobuf::Message>>> invoke_handler(
    Service& service, HandlerFunction<Service, Request, Response> handler, const CallContext& call,
    const google::protobuf::Message& request) {
  auto answer = co_await (service.*handler)(call, static_cast<const Request&>(request));
  if (!answer) co_return tl::unexpected(std::move(answer).error());
  co_return std::make_unique<Response>(*std::move(answer));
}

template <class Service, class Request, class Response>
void bind_method(Registry& registry, const google::protobuf::MethodDescriptor* method, Service& service,
                 HandlerFunction<Service, Request, Response> handler) {
  registry.add({method, &Request::default_instance(),
                [&service, handler](const CallContext& call, const google::protobuf::Message& request) {
                  return invoke_handler<Service, Request, Response>(service, handler, call, request);
                }});
}

}  // namespace doorward::rpc
