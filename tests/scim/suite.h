// One enabled directory with a secret, and a client for its SCIM endpoint.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <boost/json.hpp>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/directories/directories.h"
#include "app/directories/directory_authenticator.h"
#include "app/directories/scim_behaviour.h"
#include "app/directories/scim_schemas.h"
#include "app/jobs/job_runner.h"
#include "app/keys/key_ring.h"
#include "app/provisioning/group_provisioning.h"
#include "app/provisioning/membership_news.h"
#include "app/provisioning/provisioning_jobs.h"
#include "app/provisioning/resource_provisioning.h"
#include "app/provisioning/search.h"
#include "app/provisioning/type_cache.h"
#include "app/provisioning/user_provisioning.h"
#include "app/scim_requests/request_recorder.h"
#include "base/completion.h"
#include "crypto/hash.h"
#include "edge/scim/scim_endpoint.h"
#include "ports/test_doubles.h"
#include "query_log.h"
#include "store/open.h"
#include "store/suite.h"

namespace doorward::test {

inline constexpr const char* kBaseUrl = "http://localhost:8080";

class PlainMac final : public Mac {
 public:
  std::string lookup_hash(std::string_view secret) const override { return crypto::hmac_sha256("lookup", secret); }
  std::string mac(std::string_view purpose, std::string_view bytes) const override {
    return crypto::hmac_sha256(purpose, bytes);
  }
};

struct Answer {
  int status = 0;
  net::Headers headers;
  std::string text;
  boost::json::value body;  // null when there is none

  std::string header(std::string_view name) const {
    const std::string* found = net::find_header(headers, name);
    return found == nullptr ? std::string() : *found;
  }
  std::string str(std::string_view pointer) const {
    boost::json::error_code error;
    const auto* found = body.find_pointer(pointer, error);
    return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
  }
};

struct Tenant {
  OrganizationId organization;
  DirectoryId directory;
  std::string secret;
  Caller caller;  // the directory itself
};

class ScimSuite : public testing::Test {
 protected:
  Ids& ids() { return store_->ids(); }

  template <class T>
  static T must(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message + " | " + result.error().detail);
    return *std::move(result);
  }
  template <class F>
  auto write(F fn) {
    return sync_wait(store_->write("test.write", {}, std::move(fn)));
  }
  template <class F>
  auto read(F fn) {
    return must(sync_wait(store_->read("test.read", {}, std::move(fn))));
  }

  // On a SQLite file in folder_, or on `database`.
  explicit ScimSuite(std::unique_ptr<store::TestDatabase> database = nullptr, RecorderSettings recorder = {})
      : database_(std::move(database)), recorder_settings_(recorder) {
    must(write([&](WriteTx& tx) -> Result<bool> {
      DOORWARD_CHECK(tx.environments().insert({.id = environment_, .create_time = clock_.now()}));
      return true;
    }));
    home_ = make_tenant();
    home_push_.by = home_.caller;
    handle_provisioning_jobs(jobs_, ids(), clock_);
  }
  ~ScimSuite() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  Tenant make_tenant() {
    Tenant tenant;
    const Caller operator_{.kind = CallerKind::kApiClient, .environment_id = environment_, .id = "skc_1"};
    tenant.organization = ids().next<OrganizationId>();
    must(write([&](WriteTx& tx) -> Result<bool> {
      Organization row{.environment_id = environment_,
                       .id = tenant.organization,
                       .display_name = "Acme",
                       .create_time = clock_.now(),
                       .update_time = clock_.now()};
      DOORWARD_CHECK(tx.organizations().insert(row));
      return true;
    }));
    tenant.directory = must(sync_wait(directories_.create(operator_, tenant.organization, {}))).directory.id;
    tenant.secret =
        must(sync_wait(directories_.create_secret(operator_, tenant.organization, tenant.directory))).plain.reveal();
    tenant.caller = {.kind = CallerKind::kDirectory,
                     .environment_id = environment_,
                     .id = "sec_1",
                     .directory_id = tenant.directory,
                     .organization_id = tenant.organization,
                     .request_id = "req_1"};
    return tenant;
  }

  struct Sent {
    std::string method;
    std::string path;  // behind the SCIM base, with query
    std::string body;
    std::string token;
    std::string media_type = "application/scim+json; charset=utf-8";
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
    net::Headers headers = {};  // more than those of token and media_type
  };
  Answer send(const Tenant& tenant, const Sent& sent) { return send_to(endpoint_, tenant, sent); }
  static Answer send_to(edge::ScimEndpoint& endpoint, const Tenant& tenant, const Sent& sent) {
    net::Request request;
    request.method = sent.method;
    const std::size_t mark = std::min(sent.path.find('?'), sent.path.size());
    request.path = fmt::format("/directory/{}/scim/v2{}", tenant.directory.str(), sent.path.substr(0, mark));
    if (mark < sent.path.size()) request.query = sent.path.substr(mark + 1);
    if (!sent.token.empty()) request.headers.push_back({"authorization", "Bearer " + sent.token});
    if (!sent.media_type.empty()) request.headers.push_back({"content-type", sent.media_type});
    request.headers.insert(request.headers.end(), sent.headers.begin(), sent.headers.end());
    request.body = sent.body;
    request.request_id = "req_test";
    request.deadline = sent.deadline;
    net::Response response = sync_wait(endpoint.handle(request));
    while (response.stream) {
      auto piece = sync_wait(response.stream());
      if (!piece) break;
      response.body += *piece;
    }
    Answer answer{response.status, std::move(response.headers), std::move(response.body), nullptr};
    if (!answer.text.empty()) answer.body = boost::json::parse(answer.text);
    return answer;
  }
  Answer call(std::string method, std::string path, std::string body = {}) {
    return send(home_, {std::move(method), std::move(path), std::move(body), home_.secret});
  }

  // Behaviour of the home directory, in force from the next request on.
  ScimBehaviourView behave(ScimBehaviourPatch patch) {
    const Caller operator_{.kind = CallerKind::kApiClient, .environment_id = environment_, .id = "skc_1"};
    auto view = must(sync_wait(behaviours_.update(operator_, home_.organization, home_.directory, std::move(patch))));
    clock_.advance(std::chrono::seconds(1));  // callers are remembered for less
    return view;
  }
  void pin(std::string profile) {
    behave({.pinned_profile = std::move(profile), .overrides = {}, .forget_recognition = false});
  }
  void set_switch(std::string name, std::string value) {
    behave({.pinned_profile = {}, .overrides = {{std::move(name), std::move(value)}}, .forget_recognition = false});
  }
  ScimBehaviourView behaviour() { return behave({}); }

  std::string make_user(const std::string& name) {
    const Answer made =
        call("POST", "/Users",
             fmt::format(R"({{"userName":"{0}","externalId":"X{0}","emails":[{{"value":"{0}@x.test"}}]}})", name));
    if (made.status != 201) throw std::runtime_error(made.text);
    return made.str("/id");
  }
  std::string make_group(const std::string& name, const std::vector<std::string>& members = {}) {
    boost::json::array list;
    for (const std::string& id : members) list.push_back({{"value", id}});
    const boost::json::object body{{"displayName", name}, {"members", list}};
    const Answer made = call("POST", "/Groups", boost::json::serialize(body));
    if (made.status != 201) throw std::runtime_error(made.text);
    return made.str("/id");
  }

  // The home directory's change records after a number.
  std::vector<ChangeRecord> history(std::int64_t after = 0) {
    return read(
        [&](const ReadTx& tx) { return tx.changes().history(environment_, home_.directory.str(), after, 100'000); });
  }
  std::int64_t last_change() {
    const auto all = history();
    return all.empty() ? 0 : all.back().owner_seq;
  }
  void run_jobs() { sync_wait(jobs_.run_due()); }

  std::string url() const { return database_ ? database_->url() : "sqlite:" + folder_ + "/doorward.db"; }

  static std::string temporary_folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "doorward-scim-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    return pattern;
  }
  std::unique_ptr<KeyRing> make_keys() {
    const KeyEncryptionKey kek = KeyEncryptionKey::generate(random_);
    return must(KeyRing::open(kek, make_protected_keys(kek, environment_, ids(), random_, clock_.now()), random_));
  }
  std::unique_ptr<store::DatabaseStore> open() {
    return must(store::open_store({.url = url(), .clock = &clock_, .observer = &queries_}));
  }

  std::string folder_ = temporary_folder();
  std::unique_ptr<store::TestDatabase> database_;
  const RecorderSettings recorder_settings_;
  ManualClock clock_;
  QueryLog queries_;
  SystemRandom random_;
  PlainMac mac_;
  InlineOffload offload_;
  EnvironmentId environment_{"env_1"};
  std::unique_ptr<store::DatabaseStore> store_ = open();
  CredentialMemory credentials_;
  Directories directories_{*store_, clock_, store_->ids(), random_, mac_, credentials_};
  DirectorySecrets secrets_{*store_, clock_, store_->ids(), random_, mac_, credentials_};
  ScimBehaviours behaviours_{*store_, clock_, store_->ids()};
  DirectoryAuthenticator authenticator_{*store_, clock_, mac_, credentials_, environment_};
  UserProvisioning users_{*store_, clock_, store_->ids()};
  GroupProvisioning groups_{*store_, clock_, store_->ids()};
  ResourceProvisioning resources_{*store_, clock_, store_->ids()};
  ResourceSearch search_{*store_, clock_, offload_, mac_};
  TypeCache types_{*store_, environment_};
  ScimSchemas schemas_{*store_, clock_, store_->ids(), types_};
  FailureLimiter failures_{clock_, edge::kScimFailureLimits};
  std::unique_ptr<KeyRing> keys_ = make_keys();
  std::atomic<std::size_t> not_recorded_{0};
  RequestRecorder recorder_{{*store_, clock_, store_->ids(), *keys_},
                            environment_,
                            recorder_settings_,
                            [] {},
                            [this](std::size_t requests) { not_recorded_ += requests; }};
  edge::ScimEndpoint endpoint_{authenticator_, types_,   users_,   groups_, resources_, search_,
                               failures_,      offload_, kBaseUrl, {},      &recorder_};
  JobRunner jobs_{*store_, clock_};
  Tenant home_;
  Push home_push_;
};

}  // namespace doorward::test
