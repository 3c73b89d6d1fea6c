// The API's reference: from the declarations to the document that is kept in docs/reference, and to the page.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "doorward/v1/auth_requests.pb.h"
#include "doorward/v1/client_settings.pb.h"
#include "doorward/v1/connection_settings.pb.h"
#include "doorward/v1/directory_oauth_clients.pb.h"
#include "doorward/v1/directory_secrets.pb.h"
#include "doorward/v1/domain_verification.pb.h"
#include "doorward/v1/saml_connections.pb.h"
#include "doorward/v1/saml_keys.pb.h"
#include "doorward/v1/scim_requests.pb.h"
#include "doorward/v1/scim_schemas.pb.h"
#include "doorward/v1/scim_settings.pb.h"
#include "doorward/v1/webhooks.pb.h"
#include "edge/api/declared_comments.h"
#include "edge/reference/page.h"
#include "edge/reference/sample.h"
#include "rpc/openapi/document.h"
#include "scalekit/v1/auditlogs/auditlogs.pb.h"
#include "scalekit/v1/clients/clients.pb.h"
#include "scalekit/v1/connections/connections.pb.h"
#include "scalekit/v1/directories/directories.pb.h"
#include "scalekit/v1/domains/domains.pb.h"
#include "scalekit/v1/errdetails/errdetails.pb.h"
#include "scalekit/v1/organizations/organizations.pb.h"
#include "scalekit/v1/user_attributes/user_attributes.pb.h"
#include "scalekit/v1/webhooks/webhooks.pb.h"

namespace doorward {
namespace {

namespace json = boost::json;
using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;

constexpr const char* kDocument = DOORWARD_SOURCE_DIR "/docs/reference/openapi.json";

// In the order in which the server binds them (tests/e2e compares what it serves).
std::vector<const FileDescriptor*> served_files() {
  return {::scalekit::v1::organizations::Organization::descriptor()->file(),
          ::scalekit::v1::directories::Directory::descriptor()->file(),
          ::scalekit::v1::domains::Domain::descriptor()->file(),
          ::scalekit::v1::connections::Connection::descriptor()->file(),
          ::scalekit::v1::user_attributes::UserAttribute::descriptor()->file(),
          ::scalekit::v1::webhooks::SendTestEventRequest::descriptor()->file(),
          ::scalekit::v1::clients::Client::descriptor()->file(),
          ::doorward::v1::ScimSettings::descriptor()->file(),
          ::doorward::v1::ConnectionSettings::descriptor()->file(),
          ::doorward::v1::SamlConnectionSettings::descriptor()->file(),
          ::doorward::v1::SamlKey::descriptor()->file(),
          ::doorward::v1::DirectorySecret::descriptor()->file(),
          ::doorward::v1::DirectoryOauthClient::descriptor()->file(),
          ::doorward::v1::DomainVerification::descriptor()->file(),
          ::doorward::v1::ScimRequest::descriptor()->file(),
          ::doorward::v1::ScimResourceType::descriptor()->file(),
          ::doorward::v1::WebhookEndpoint::descriptor()->file(),
          ::doorward::v1::ClientSettings::descriptor()->file(),
          ::scalekit::v1::auditlogs::AuthLogRequest::descriptor()->file(),
          ::doorward::v1::AuthRequest::descriptor()->file()};
}

rpc::Registry declared_registry() {
  rpc::Registry registry;
  for (const FileDescriptor* file : served_files()) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        const MethodDescriptor* method = file->service(s)->method(m);
        registry.add({method, google::protobuf::MessageFactory::generated_factory()->GetPrototype(method->input_type()),
                      [](const rpc::CallContext&, const google::protobuf::Message&)
                          -> task<Result<std::unique_ptr<google::protobuf::Message>>> { co_return nullptr; }});
      }
    }
  }
  return registry;
}

const json::object& document() {
  static const json::object made =
      rpc::openapi_document(declared_registry(),
                            {.base_url = "http://localhost:8080", .version = "1", .comments = api::declared_comments()})
          .value();
  return made;
}

TEST(ApiReference, IsTheDocumentThatIsKept) {
  const std::string made = edge::indented(document()) + "\n";
  if (std::getenv("DOORWARD_UPDATE_GOLDEN") != nullptr) std::ofstream(kDocument) << made;
  std::ifstream file(kDocument);
  std::stringstream kept;
  kept << file.rdbuf();
  EXPECT_TRUE(kept.str() == made) << "the API's declaration has changed; tools/update-golden writes " << kDocument
                                  << " anew";
}

TEST(ApiReference, ServicesHaveNamesAsPeopleWriteThem) {
  std::vector<std::string> names;
  const json::value made = document();
  for (const json::value& tag : made.at("tags").as_array()) names.emplace_back(tag.at("name").as_string());
  EXPECT_THAT(names, testing::IsSupersetOf({"SAML keys", "Connection settings", "SCIM requests", "Directories",
                                            "Directory OAuth clients", "Audit logs"}));
}

// -- words

class Silence {
 public:
  // The methods speak for their requests and answers, a type that has words speaks for the fields that hold it.
  void message(const Descriptor* message) {
    if (message->file()->package() == "google.protobuf" || !seen_.insert(message).second) return;
    if (message->options().map_entry()) return message_of(message->map_value());
    if (!message->name().ends_with("Request") && !message->name().ends_with("Response")) say(message->full_name());
    for (int i = 0; i < message->field_count(); ++i) {
      const auto* field = message->field(i);
      const bool of_type = field->enum_type() != nullptr || field->message_type() != nullptr;
      const bool ours =
          of_type && !field->is_map() &&
          (field->enum_type() != nullptr || field->message_type()->file()->package() != "google.protobuf");
      if (!ours) say(field->full_name());
      message_of(field);
    }
  }
  void say(const std::string& name) {
    if (comments_.of(name).empty()) found.push_back(name);
  }
  std::vector<std::string> found;

 private:
  void message_of(const google::protobuf::FieldDescriptor* field) {
    if (field->message_type() != nullptr) message(field->message_type());
    if (field->enum_type() != nullptr) type(field->enum_type());
  }
  void type(const EnumDescriptor* type) {
    if (!enums_.insert(type).second) return;
    say(type->full_name());
  }

  const rpc::Comments comments_{api::declared_comments()};
  std::set<const Descriptor*> seen_;
  std::set<const EnumDescriptor*> enums_;
};

TEST(ApiReference, EveryDeclarationThatAClientSeesHasAComment) {
  Silence silence;
  silence.message(::scalekit::v1::errdetails::ErrorInfo::descriptor());
  for (const FileDescriptor* file : served_files()) {
    for (int s = 0; s < file->service_count(); ++s) {
      silence.say(file->service(s)->full_name());
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        const MethodDescriptor* method = file->service(s)->method(m);
        silence.say(method->full_name());
        silence.message(method->input_type());
        silence.message(method->output_type());
      }
    }
  }
  EXPECT_THAT(silence.found, testing::IsEmpty()) << "these need a comment in proto/: it is what docs/api shows";
}

// -- the page

std::set<std::string> attributes(const std::string& page, const std::string& name) {
  std::set<std::string> values;
  const std::string begin = " " + name + "=\"";
  for (std::size_t at = page.find(begin); at != std::string::npos; at = page.find(begin, at + 1)) {
    const std::size_t from = at + begin.size();
    values.insert(page.substr(from, page.find('"', from) - from));
  }
  return values;
}

TEST(ApiReference, ThePageIsCompleteInItself) {
  const std::string page = edge::reference_page(document());
  const auto ids = attributes(page, "id");
  for (const std::string& target : attributes(page, "href")) {
    if (target == "../openapi.json") continue;
    ASSERT_TRUE(target.starts_with('#')) << target << " leads outside";
    EXPECT_TRUE(ids.contains(target.substr(1))) << target << " leads nowhere";
  }
  for (const char* wanting : {"<script", "<img", "<link", "<iframe", "style=\"", " src=", "onclick", "javascript:"}) {
    EXPECT_EQ(page.find(wanting), std::string::npos) << wanting;
  }
  for (const auto& [path, item] : document().at("paths").as_object()) {
    for (const auto& [verb, operation] : item.as_object()) {
      EXPECT_TRUE(ids.contains(std::string(operation.at("operationId").as_string()))) << verb << " " << path;
    }
  }
}

TEST(ApiReference, ThePageShowsTextAsText) {
  json::object hostile = document();
  hostile["info"].as_object()["title"] = "<script>alert(1)</script> \"&";
  hostile["info"].as_object()["description"] = "`<b>` <i>";
  const std::string page = edge::reference_page(hostile);
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;alert(1)&lt;/script&gt; &quot;&amp;"), std::string::npos);
  EXPECT_NE(page.find("<code>&lt;b&gt;</code> &lt;i&gt;"), std::string::npos);
}

}  // namespace
}  // namespace doorward
