#include "comments.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/printer.h>
#include <google/protobuf/io/zero_copy_stream.h>
#include <google/protobuf/stubs/strutil.h>

#include <map>
#include <memory>
#include <sstream>

namespace doorward::generator {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FileDescriptor;

std::string trimmed(const std::string& line) {
  const auto first = line.find_first_not_of(" \t");
  if (first == std::string::npos) return {};
  return line.substr(first, line.find_last_not_of(" \t") - first + 1);
}

class Collector {
 public:
  template <class Declaration>
  void add(const Declaration* declaration) {
    google::protobuf::SourceLocation location;
    if (!declaration->GetSourceLocation(&location)) return;
    std::string text = paragraphs(location.leading_comments);
    if (text.empty()) text = paragraphs(location.trailing_comments);
    if (!text.empty()) rows_[declaration->full_name()] = std::move(text);
  }

  void add_enum(const EnumDescriptor* type) {
    add(type);
    for (int i = 0; i < type->value_count(); ++i) {
      // Values are siblings of their type by name; below it they cannot be mistaken for each other.
      google::protobuf::SourceLocation location;
      const auto* value = type->value(i);
      if (!value->GetSourceLocation(&location)) continue;
      std::string text = paragraphs(location.leading_comments);
      if (text.empty()) text = paragraphs(location.trailing_comments);
      if (!text.empty()) rows_[type->full_name() + "." + value->name()] = std::move(text);
    }
  }

  void add_message(const Descriptor* message) {
    add(message);
    for (int i = 0; i < message->field_count(); ++i) add(message->field(i));
    for (int i = 0; i < message->nested_type_count(); ++i) add_message(message->nested_type(i));
    for (int i = 0; i < message->enum_type_count(); ++i) add_enum(message->enum_type(i));
  }

  void add_file(const FileDescriptor* file) {
    for (int s = 0; s < file->service_count(); ++s) {
      add(file->service(s));
      for (int m = 0; m < file->service(s)->method_count(); ++m) add(file->service(s)->method(m));
    }
    for (int i = 0; i < file->message_type_count(); ++i) add_message(file->message_type(i));
    for (int i = 0; i < file->enum_type_count(); ++i) add_enum(file->enum_type(i));
  }

  const std::map<std::string, std::string>& rows() const { return rows_; }

 private:
  std::map<std::string, std::string> rows_;
};

}  // namespace

std::string paragraphs(const std::string& comment) {
  std::string out;
  bool joins = false;  // the line before can be continued
  std::istringstream lines(comment);
  for (std::string line; std::getline(lines, line);) {
    const std::string text = trimmed(line);
    if (text.empty()) {
      if (joins) out += "\n\n";
      joins = false;
      continue;
    }
    if (joins) out += text.starts_with("- ") ? '\n' : ' ';
    out += text;
    joins = true;
  }
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

bool write_comments(const std::vector<const FileDescriptor*>& files,
                    google::protobuf::compiler::GeneratorContext* context) {
  Collector collector;
  for (const FileDescriptor* file : files) collector.add_file(file);
  std::unique_ptr<google::protobuf::io::ZeroCopyOutputStream> stream(context->Open("comments.inc"));
  google::protobuf::io::Printer out(stream.get(), '$');
  for (const auto& [name, text] : collector.rows()) {
    out.Print("{\"$name$\", \"$text$\"},\n", "name", name, "text", google::protobuf::CEscape(text));
  }
  return true;
}

}  // namespace doorward::generator
