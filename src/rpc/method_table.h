// The methods by their RPC path "/pkg.Service/Method", which gRPC and Connect share. Filled at start, then only read.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "rpc/method.h"

namespace doorward::rpc {

class MethodTable {
 public:
  // `method` must outlive the table. False when its path is taken.
  bool add(const Method& method) { return methods_.emplace(method.grpc_path, &method).second; }

  const Method* find(std::string_view path) const {
    const auto found = methods_.find(path);
    return found == methods_.end() ? nullptr : found->second;
  }

 private:
  std::unordered_map<std::string_view, const Method*> methods_;  // the keys are those of the methods
};

// True for a path of the form "/pkg.Service/Method", whether there is such a method or not. No REST path is of it.
bool is_rpc_path(std::string_view path);

}  // namespace doorward::rpc
