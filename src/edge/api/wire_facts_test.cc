// Our declaration of scalekit.v1 against the public one: the wire does not forgive a wrong number.
#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "doorward/v1/annotations.pb.h"
#include "doorward/v1/client_settings.pb.h"
#include "doorward/v1/domain_verification.pb.h"
#include "doorward/v1/webhooks.pb.h"
#include "edge/api/announced.h"
#include "google/api/annotations.pb.h"
#include "scalekit/v1/auditlogs/auditlogs.pb.h"
#include "scalekit/v1/clients/clients.pb.h"
#include "scalekit/v1/commons/commons.pb.h"
#include "scalekit/v1/connections/connections.pb.h"
#include "scalekit/v1/directories/directories.pb.h"
#include "scalekit/v1/domains/domains.pb.h"
#include "scalekit/v1/errdetails/errdetails.pb.h"
#include "scalekit/v1/organizations/organizations.pb.h"
#include "scalekit/v1/user_attributes/user_attributes.pb.h"
#include "scalekit/v1/webhooks/webhooks.pb.h"

namespace doorward::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;

// Rows by kind and owner: message, enum, or full name of a method.
using Rows = std::set<std::string>;
using Facts = std::map<std::string, Rows>;

std::string golden(const std::string& name) { return std::string(DOORWARD_GOLDEN_DIR "/") + name; }

Facts published() {
  Facts facts;
  std::ifstream file(golden("wire_facts.tsv"));
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    const std::size_t kind_end = line.find('\t');
    const std::size_t owner_end = line.find('\t', kind_end + 1);
    facts[line.substr(0, owner_end)].insert(line.substr(owner_end + 1));
  }
  return facts;
}

std::string type_of(const FieldDescriptor* field) {
  if (field->is_map()) {
    const auto* entry = field->message_type();
    return fmt::format("map<{},{}>", type_of(entry->map_key()), type_of(entry->map_value()));
  }
  if (field->message_type() != nullptr) return field->message_type()->full_name();
  if (field->enum_type() != nullptr) return field->enum_type()->full_name();
  return field->type_name();
}

std::string label_of(const FieldDescriptor* field) {
  if (field->is_map()) return "map";
  if (field->is_repeated()) return "repeated";
  if (field->real_containing_oneof() != nullptr) return "oneof:" + field->real_containing_oneof()->name();
  return field->has_optional_keyword() ? "optional" : "singular";
}

std::string rules_of(const FieldDescriptor* field) {
  const std::string text = field->options().GetExtension(doorward::v1::rules).ShortDebugString();
  return text.empty() ? "-" : text;
}

std::pair<std::string, std::string> verb_and_path(const google::api::HttpRule& rule) {
  switch (rule.pattern_case()) {
    case google::api::HttpRule::kGet:
      return {"GET", rule.get()};
    case google::api::HttpRule::kPut:
      return {"PUT", rule.put()};
    case google::api::HttpRule::kPost:
      return {"POST", rule.post()};
    case google::api::HttpRule::kDelete:
      return {"DELETE", rule.delete_()};
    case google::api::HttpRule::kPatch:
      return {"PATCH", rule.patch()};
    default:
      return {};
  }
}

std::vector<google::api::HttpRule> bindings_of(const MethodDescriptor* method) {
  const auto& main = method->options().GetExtension(google::api::http);
  std::vector<google::api::HttpRule> all = {main};
  all.insert(all.end(), main.additional_bindings().begin(), main.additional_bindings().end());
  return all;
}

void declare(const Descriptor* message, Facts& facts) {
  if (message->options().map_entry()) return;
  auto& rows = facts["field\t" + message->full_name()];
  for (int i = 0; i < message->field_count(); ++i) {
    const auto* field = message->field(i);
    rows.insert(fmt::format("{}\t{}\t{}\t{}\t{}", field->name(), field->number(), type_of(field), label_of(field),
                            rules_of(field)));
  }
  for (int i = 0; i < message->nested_type_count(); ++i) declare(message->nested_type(i), facts);
}

void declare(const EnumDescriptor* type, Facts& facts) {
  auto& rows = facts["enum\t" + type->full_name()];
  for (int i = 0; i < type->value_count(); ++i) {
    rows.insert(fmt::format("{}\t{}", type->value(i)->name(), type->value(i)->number()));
  }
}

void declare(const MethodDescriptor* method, Facts& facts) {
  std::string paths;
  std::string bodies;
  for (const auto& rule : bindings_of(method)) {
    if (!paths.empty()) paths += " | ", bodies += " | ";
    const auto [verb, path] = verb_and_path(rule);
    paths += verb + " " + path;
    bodies += rule.body().empty() ? "-" : rule.body();
  }
  facts["rpc\t" + method->full_name()].insert(fmt::format("{}\t{}\t{}\t{}", method->input_type()->full_name(),
                                                          method->output_type()->full_name(), paths, bodies));
}

std::vector<const FileDescriptor*> our_files() {
  return {::scalekit::v1::organizations::Organization::descriptor()->file(),
          ::scalekit::v1::directories::Directory::descriptor()->file(),
          ::scalekit::v1::domains::Domain::descriptor()->file(),
          ::scalekit::v1::connections::Connection::descriptor()->file(),
          ::scalekit::v1::user_attributes::UserAttribute::descriptor()->file(),
          ::scalekit::v1::webhooks::SendTestEventRequest::descriptor()->file(),
          ::scalekit::v1::clients::Client::descriptor()->file(),
          ::scalekit::v1::auditlogs::AuthLogRequest::descriptor()->file(),
          ::scalekit::v1::commons::RegionCode_descriptor()->file(),
          ::scalekit::v1::errdetails::ErrorInfo::descriptor()->file()};
}

Facts declared() {
  Facts facts;
  for (const auto* file : our_files()) {
    for (int i = 0; i < file->message_type_count(); ++i) declare(file->message_type(i), facts);
    for (int i = 0; i < file->enum_type_count(); ++i) declare(file->enum_type(i), facts);
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) declare(file->service(s)->method(m), facts);
    }
  }
  return facts;
}

TEST(WireFacts, WhatWeDeclareIsWhatThePublicInterfaceDeclares) {
  const Facts facts = published();
  ASSERT_FALSE(facts.empty());
  for (const auto& [owner, rows] : declared()) {
    const auto found = facts.find(owner);
    if (rows.empty() && found == facts.end()) continue;
    ASSERT_NE(found, facts.end()) << owner << " is not published";
    EXPECT_EQ(rows, found->second) << owner;
  }
}

TEST(WireFacts, EveryBindingOfABuiltMethodIsAnnounced) {
  std::set<std::string> announced;
  for (const auto& binding : announced_bindings()) {
    announced.insert(fmt::format("{} {} {}", binding.method, binding.verb, binding.path));
  }
  EXPECT_GT(announced.size(), 250u);
  for (const auto* file : our_files()) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        const auto* method = file->service(s)->method(m);
        for (const auto& rule : bindings_of(method)) {
          const auto [verb, path] = verb_and_path(rule);
          EXPECT_TRUE(announced.contains(fmt::format("{} {} {}", method->full_name(), verb, path)));
        }
      }
    }
  }
}

// Connect clients send a method that only reads by GET, so what REST reads by GET says that it only reads.
TEST(Declarations, WhatIsReadByGetOnlyReads) {
  auto files = our_files();
  files.push_back(doorward::v1::WebhookEndpoint::descriptor()->file());
  files.push_back(doorward::v1::ClientSettings::descriptor()->file());
  files.push_back(doorward::v1::DomainVerification::descriptor()->file());
  for (const auto* file : files) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        const auto* method = file->service(s)->method(m);
        for (const auto& rule : bindings_of(method)) {
          EXPECT_EQ(verb_and_path(rule).first == "GET",
                    method->options().idempotency_level() == google::protobuf::MethodOptions::NO_SIDE_EFFECTS)
              << method->full_name();
        }
      }
    }
  }
}

// By the names that the public interface and ours give to such fields; "location" is that of a link that lets one in.
bool sounds_secret(const FieldDescriptor* field) {
  if (field->type() != FieldDescriptor::TYPE_STRING) return false;
  const std::string& name = field->name();
  if (name.ends_with("page_token")) return false;
  return name.ends_with("secret") || name.ends_with("token") || name.ends_with("password") || name == "location";
}

void expect_marked_secrets(const Descriptor* message) {
  for (int i = 0; i < message->field_count(); ++i) {
    const auto* field = message->field(i);
    EXPECT_TRUE(!sounds_secret(field) || field->options().GetExtension(doorward::v1::secret)) << field->full_name();
  }
  for (int i = 0; i < message->nested_type_count(); ++i) expect_marked_secrets(message->nested_type(i));
}

// Nothing else keeps an answer that holds one from being compressed.
TEST(Declarations, SecretsAreMarked) {
  auto files = our_files();
  files.push_back(doorward::v1::WebhookEndpoint::descriptor()->file());
  files.push_back(doorward::v1::ClientSettings::descriptor()->file());
  for (const auto* file : files) {
    for (int i = 0; i < file->message_type_count(); ++i) expect_marked_secrets(file->message_type(i));
  }
}

void list_generous(const Descriptor* message, std::string& out) {
  for (int i = 0; i < message->field_count(); ++i) {
    const auto* field = message->field(i);
    if (!field->options().HasExtension(doorward::v1::accepts)) continue;
    const auto& accepts = field->options().GetExtension(doorward::v1::accepts);
    out += fmt::format("{}\n  declared: {}\n  accepted: {}\n  why: {}\n", field->full_name(), rules_of(field),
                       accepts.rules().ShortDebugString(), accepts.why());
  }
  for (int i = 0; i < message->nested_type_count(); ++i) list_generous(message->nested_type(i), out);
}

TEST(GenerousFields, AreThoseOfTheGoldenFile) {
  std::string listed;
  for (const auto* file : our_files()) {
    for (int i = 0; i < file->message_type_count(); ++i) list_generous(file->message_type(i), listed);
  }
  if (std::getenv("DOORWARD_UPDATE_GOLDEN") != nullptr) std::ofstream(golden("generous_fields.txt")) << listed;
  std::ifstream file(golden("generous_fields.txt"));
  std::stringstream kept;
  kept << file.rdbuf();
  EXPECT_EQ(kept.str(), listed) << "a field takes more, or no longer more, than its public rule; tools/update-golden "
                                   "writes the file anew";
}

}  // namespace
}  // namespace doorward::api
