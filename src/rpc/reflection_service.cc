#include "rpc/reflection_service.h"

#include <algorithm>
#include <utility>

#include "grpc/reflection/v1/reflection.pb.h"
#include "grpc/reflection/v1alpha/reflection.pb.h"
#include "rpc/bind.h"
#include "rpc/limits.h"

namespace doorward::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;
using Answer = Result<std::unique_ptr<google::protobuf::Message>>;

const DescriptorPool& pool() { return *DescriptorPool::generated_pool(); }

// For a name that nothing has, the pool looks for what stands before each of its dots: the square of its length.
bool may_be_a_symbol(const std::string& name) { return name.size() <= kMaxSymbolBytes; }

const Descriptor* message_type(const std::string& name) {
  return may_be_a_symbol(name) ? pool().FindMessageTypeByName(name) : nullptr;
}

// Appends the file and what it imports, but nothing twice in one call.
void append_file(const FileDescriptor* file, std::set<const FileDescriptor*>& sent,
                 google::protobuf::RepeatedPtrField<std::string>& out) {
  if (!sent.insert(file).second) return;
  google::protobuf::FileDescriptorProto declaration;
  file->CopyTo(&declaration);
  *out.Add() = declaration.SerializeAsString();
  for (int i = 0; i < file->dependency_count(); ++i) append_file(file->dependency(i), sent, out);
}

// Both versions have the same messages under two names.
template <class Request, class Response>
class Conversation final : public StreamingCall {
 public:
  Conversation(const DeclaredFiles& files, std::function<std::chrono::steady_clock::time_point()> now)
      : files_(files), now_(std::move(now)) {}

  task<Answer> next(RequestStream& requests) override {
    DOORWARD_CO_TRY(auto event, co_await requests.next(now_() + ReflectionService::kIdleAtMost));
    switch (event.what) {
      case RequestStream::What::kMessage:
        co_return answer(static_cast<const Request&>(*event.message));
      case RequestStream::What::kEnd:
      case RequestStream::What::kGone:
        co_return nullptr;
      case RequestStream::What::kTime:
        co_return failure(Reason::kDeadlineExceeded, "Nothing was asked for a while.");
      case RequestStream::What::kDraining:
        co_return failure(Reason::kStreamClosed, "The server stops.");
    }
    co_return nullptr;
  }

 private:
  std::unique_ptr<Response> answer(const Request& request) {
    auto out = std::make_unique<Response>();
    out->set_valid_host(request.host());
    *out->mutable_original_request() = request;
    switch (request.message_request_case()) {
      case Request::kFileByFilename:
        add_file(files_.file(request.file_by_filename()), *out);
        break;
      case Request::kFileContainingSymbol:
        add_file(files_.file_of_symbol(request.file_containing_symbol()), *out);
        break;
      case Request::kFileContainingExtension:
        add_file(files_.file_of_extension(request.file_containing_extension().containing_type(),
                                          request.file_containing_extension().extension_number()),
                 *out);
        break;
      case Request::kAllExtensionNumbersOfType:
        add_extensions(request.all_extension_numbers_of_type(), *out);
        break;
      case Request::kListServices:
        for (const auto& name : files_.services()) out->mutable_list_services_response()->add_service()->set_name(name);
        break;
      case Request::MESSAGE_REQUEST_NOT_SET:
        refuse(Code::kInvalidArgument, "The question is missing.", *out);
        break;
    }
    return out;
  }

  void add_file(const FileDescriptor* file, Response& out) {
    if (file == nullptr) return refuse(Code::kNotFound, "There is no such declaration on this server.", out);
    auto& files = *out.mutable_file_descriptor_response()->mutable_file_descriptor_proto();
    append_file(file, sent_, files);
    if (!files.empty()) return;
    // Asked for again: clients take an answer without files for a fault.
    std::set<const FileDescriptor*> nothing_sent;
    append_file(file, nothing_sent, files);
  }

  void add_extensions(const std::string& type, Response& out) {
    const auto numbers = files_.extensions_of(type);
    if (!numbers) return refuse(Code::kNotFound, "There is no such declaration on this server.", out);
    auto& found = *out.mutable_all_extension_numbers_response();
    found.set_base_type_name(type);
    for (const int number : *numbers) found.add_extension_number(number);
  }

  static void refuse(Code code, const char* sentence, Response& out) {
    auto& error = *out.mutable_error_response();
    error.set_error_code(static_cast<int>(code));
    error.set_error_message(sentence);
  }

  const DeclaredFiles& files_;
  const std::function<std::chrono::steady_clock::time_point()> now_;
  std::set<const FileDescriptor*> sent_;
};

}  // namespace

void DeclaredFiles::add(const google::protobuf::ServiceDescriptor* service) {
  services_.insert(service->full_name());
  add_file(service->file());
}

void DeclaredFiles::add_file(const FileDescriptor* file) {
  if (!files_.insert(file).second) return;
  for (int i = 0; i < file->dependency_count(); ++i) add_file(file->dependency(i));
}

const FileDescriptor* DeclaredFiles::visible(const FileDescriptor* file) const {
  return files_.contains(file) ? file : nullptr;
}

const FileDescriptor* DeclaredFiles::file(const std::string& name) const {
  return visible(pool().FindFileByName(name));
}

const FileDescriptor* DeclaredFiles::file_of_symbol(const std::string& name) const {
  return may_be_a_symbol(name) ? visible(pool().FindFileContainingSymbol(name)) : nullptr;
}

const FileDescriptor* DeclaredFiles::file_of_extension(const std::string& type, int number) const {
  const Descriptor* extended = message_type(type);
  if (extended == nullptr) return nullptr;
  const auto* extension = pool().FindExtensionByNumber(extended, number);
  return extension == nullptr ? nullptr : visible(extension->file());
}

std::optional<std::vector<int>> DeclaredFiles::extensions_of(const std::string& type) const {
  const Descriptor* extended = message_type(type);
  if (extended == nullptr || visible(extended->file()) == nullptr) return std::nullopt;
  std::vector<const google::protobuf::FieldDescriptor*> all;
  pool().FindAllExtensions(extended, &all);
  std::vector<int> numbers;
  for (const auto* extension : all) {
    if (visible(extension->file()) != nullptr) numbers.push_back(extension->number());
  }
  std::ranges::sort(numbers);
  return numbers;
}

void ReflectionService::add_to(Registry& registry) const {
  namespace v1 = grpc::reflection::v1;
  namespace v1alpha = grpc::reflection::v1alpha;
  const auto method = [](const char* service) {
    return declared_service(service)->FindMethodByName("ServerReflectionInfo");
  };
  Binding current{method("grpc.reflection.v1.ServerReflection"), &v1::ServerReflectionRequest::default_instance(),
                  nullptr};
  current.stream = [this](const CallContext&) {
    return std::make_unique<Conversation<v1::ServerReflectionRequest, v1::ServerReflectionResponse>>(files_, now_);
  };
  registry.add(std::move(current));
  Binding older{method("grpc.reflection.v1alpha.ServerReflection"),
                &v1alpha::ServerReflectionRequest::default_instance(), nullptr};
  older.stream = [this](const CallContext&) {
    return std::make_unique<Conversation<v1alpha::ServerReflectionRequest, v1alpha::ServerReflectionResponse>>(files_,
                                                                                                               now_);
  };
  registry.add(std::move(older));
}

}  // namespace doorward::rpc
