// protoc plugin: for every service one abstract class with one pure virtual function a method, and a function that
// binds an implementation to the registry. A method added to a .proto therefore does not compile until it is handled.
//
// a/b.proto gives a/b.doorward.h (forward declarations only: cheap to include) and a/b.doorward.cc. With the parameter
// "comments", all files together give comments.inc instead (comments.h).
#pragma once

#include <google/protobuf/compiler/code_generator.h>

namespace doorward::generator {

class Generator : public google::protobuf::compiler::CodeGenerator {
 public:
  bool Generate(const google::protobuf::FileDescriptor* file, const std::string& parameter,
                google::protobuf::compiler::GeneratorContext* context, std::string* error) const override;
  bool GenerateAll(const std::vector<const google::protobuf::FileDescriptor*>& files, const std::string& parameter,
                   google::protobuf::compiler::GeneratorContext* context, std::string* error) const override;
  std::uint64_t GetSupportedFeatures() const override { return FEATURE_PROTO3_OPTIONAL; }
};

}  // namespace doorward::generator
