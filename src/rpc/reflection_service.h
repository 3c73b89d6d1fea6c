// grpc.reflection.v1 and v1alpha ServerReflection: the declarations of what is served, for tools such as grpcurl.
//
// It needs no token and stays on in production: it tells only what the public repository and /openapi.json tell, lists
// only services that are served and files that those use, and costs as little as a refused call.
#pragma once

#include <google/protobuf/descriptor.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rpc/registry.h"

namespace doorward::rpc {

// What may be seen: services, and every file that their declarations reach.
class DeclaredFiles {
 public:
  void add(const google::protobuf::ServiceDescriptor* service);
  void add_file(const google::protobuf::FileDescriptor* file);

  const std::set<std::string>& services() const { return services_; }
  // nullptr for what is not there or not to be seen.
  const google::protobuf::FileDescriptor* file(const std::string& name) const;
  const google::protobuf::FileDescriptor* file_of_symbol(const std::string& name) const;
  const google::protobuf::FileDescriptor* file_of_extension(const std::string& type, int number) const;
  // Sorted. nullopt for a type that is not to be seen.
  std::optional<std::vector<int>> extensions_of(const std::string& type) const;

 private:
  const google::protobuf::FileDescriptor* visible(const google::protobuf::FileDescriptor* file) const;

  std::set<std::string> services_;
  std::set<const google::protobuf::FileDescriptor*> files_;
};

class ReflectionService {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;

  static constexpr std::chrono::seconds kIdleAtMost{60};  // without a question: DEADLINE_EXCEEDED

  explicit ReflectionService(Now now) : now_(std::move(now)) {}

  // Adds both versions. This object must outlive the Api that is made of the registry.
  void add_to(Registry& registry) const;

  // Before the first call.
  void set_files(DeclaredFiles files) { files_ = std::move(files); }

 private:
  Now now_;
  DeclaredFiles files_;
};

}  // namespace doorward::rpc
