#include "generator.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/printer.h>
#include <google/protobuf/io/zero_copy_stream.h>

#include <map>
#include <memory>
#include <set>

#include "comments.h"
#include "names.h"

namespace doorward::generator {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;
using google::protobuf::io::Printer;

std::string class_of(const Descriptor* message) { return "::" + cpp_scope(message->full_name()); }

std::map<std::string, std::string> variables(const MethodDescriptor* method) {
  return {{"function", snake_case(method->name())},
          {"request", class_of(method->input_type())},
          {"response", class_of(method->output_type())}};
}

// Only top-level messages: a nested class cannot be declared ahead, and no public method takes one.
bool forward_declare(const FileDescriptor* file, Printer& out, std::string* error) {
  std::map<std::string, std::set<std::string>> classes;
  for (int s = 0; s < file->service_count(); ++s) {
    const ServiceDescriptor* service = file->service(s);
    for (int m = 0; m < service->method_count(); ++m) {
      for (const Descriptor* message : {service->method(m)->input_type(), service->method(m)->output_type()}) {
        if (message->containing_type() != nullptr) {
          *error = service->method(m)->full_name() + " uses a nested message; move it to the top level";
          return false;
        }
        classes[cpp_scope(message->file()->package())].insert(message->name());
      }
    }
  }
  for (const auto& [scope, names] : classes) {
    out.Print("namespace $scope$ {\n", "scope", scope);
    for (const auto& name : names) out.Print("class $name$;\n", "name", name);
    out.Print("}  // namespace $scope$\n\n", "scope", scope);
  }
  return true;
}

void print_interface(const ServiceDescriptor* service, Printer& out) {
  out.Print("// Handlers of $full$.\nclass $name$Interface {\n public:\n  virtual ~$name$Interface() = default;\n",
            "full", service->full_name(), "name", service->name());
  for (int m = 0; m < service->method_count(); ++m) {
    out.Print(variables(service->method(m)),
              "  virtual ::doorward::task<::doorward::Result<$response$>> $function$(\n"
              "      const ::doorward::rpc::CallContext& call, const $request$& request) = 0;\n");
  }
  out.Print(
      "};\n\n"
      "// Adds every method to the registry. `handlers` must outlive the Api that is made of it.\n"
      "void bind(::doorward::rpc::Registry& registry, $name$Interface& handlers);\n\n",
      "name", service->name());
}

void print_binding(const ServiceDescriptor* service, Printer& out) {
  out.Print(
      "void bind(::doorward::rpc::Registry& registry, $name$Interface& handlers) {\n"
      "  const auto* declared = ::doorward::rpc::declared_service(\"$full$\");\n",
      "name", service->name(), "full", service->full_name());
  for (int m = 0; m < service->method_count(); ++m) {
    auto names = variables(service->method(m));
    names["index"] = std::to_string(m);
    names["class"] = service->name() + "Interface";
    out.Print(names,
              "  ::doorward::rpc::bind_method<$class$, $request$, $response$>(\n"
              "      registry, declared->method($index$), handlers, &$class$::$function$);\n");
  }
  out.Print("}\n\n");
}

}  // namespace

bool Generator::GenerateAll(const std::vector<const FileDescriptor*>& files, const std::string& parameter,
                            google::protobuf::compiler::GeneratorContext* context, std::string* error) const {
  if (parameter == "comments") return write_comments(files, context);
  return CodeGenerator::GenerateAll(files, parameter, context, error);
}

bool Generator::Generate(const FileDescriptor* file, const std::string&,
                         google::protobuf::compiler::GeneratorContext* context, std::string* error) const {
  const std::string stem = without_proto(file->name());
  const std::string scope = cpp_scope(file->package());

  std::unique_ptr<google::protobuf::io::ZeroCopyOutputStream> header(context->Open(stem + ".doorward.h"));
  Printer h(header.get(), '$');
  h.Print(
      "// Generated from $file$ by protoc-gen-doorward.\n#pragma once\n\n"
      "#include \"base/result.h\"\n#include \"base/task.h\"\n\n"
      "namespace doorward::rpc {\nclass Registry;\nstruct CallContext;\n}  // namespace doorward::rpc\n\n",
      "file", file->name());
  if (!forward_declare(file, h, error)) return false;

  std::unique_ptr<google::protobuf::io::ZeroCopyOutputStream> source(context->Open(stem + ".doorward.cc"));
  Printer c(source.get(), '$');
  c.Print(
      "// Generated from $file$ by protoc-gen-doorward.\n#include \"$stem$.doorward.h\"\n\n"
      "#include \"$stem$.pb.h\"\n#include \"rpc/bind.h\"\n\n",
      "file", file->name(), "stem", stem);

  h.Print("namespace $scope$ {\n\n", "scope", scope);
  c.Print("namespace $scope$ {\n\n", "scope", scope);
  for (int s = 0; s < file->service_count(); ++s) {
    const ServiceDescriptor* service = file->service(s);
    for (int m = 0; m < service->method_count(); ++m) {
      if (service->method(m)->client_streaming() || service->method(m)->server_streaming()) {
        *error = service->method(m)->full_name() + " streams; only single answers are served";
        return false;
      }
    }
    print_interface(service, h);
    print_binding(service, c);
  }
  h.Print("}  // namespace $scope$\n", "scope", scope);
  c.Print("}  // namespace $scope$\n", "scope", scope);
  return true;
}

}  // namespace doorward::generator
