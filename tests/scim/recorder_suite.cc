// The recorder of requests: what it keeps, what it never keeps, and where it ends.

#include "app/retention/retention.h"
#include "app/scim_requests/scim_requests.h"
#include "suite.h"

namespace doorward::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class RecorderSuite : public ScimSuite, public testing::WithParamInterface<store::DatabaseKind> {
 protected:
  explicit RecorderSuite(RecorderSettings settings = {})
      : ScimSuite(store::make_migrated_database(GetParam()), settings) {}

  std::vector<ListedScimRequest> list(const Tenant& tenant, ScimRequestFilter filter = {}, std::uint32_t size = 100) {
    sync_wait(recorder_.flush());
    return must(
               sync_wait(requests_.list(operator_, tenant.organization, tenant.directory, std::move(filter), size, {})))
        .requests;
  }
  std::vector<ListedScimRequest> list(ScimRequestFilter filter = {}) { return list(home_, std::move(filter)); }
  ScimRequestView latest() {
    const auto all = list();
    if (all.empty()) throw std::runtime_error("nothing was recorded");
    return must(sync_wait(requests_.get(operator_, home_.organization, home_.directory, all.front().request.id)));
  }
  static std::vector<std::string> lines(const std::vector<ListedScimRequest>& requests) {
    std::vector<std::string> out;
    for (const auto& one : requests) {
      out.push_back(fmt::format("{} {} {}", one.request.method, one.details.path, one.request.status));
    }
    return out;
  }
  std::string patch(std::string_view op, std::string_view path, std::string_view value) {
    return fmt::format(
        R"({{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{{"op":"{}","path":"{}","value":{}}}]}})",
        op, path, value);
  }

  const Caller operator_{.kind = CallerKind::kApiClient, .environment_id = environment_, .id = "skc_1"};
  ScimRequests requests_{*store_, *keys_, mac_};
};

TEST_P(RecorderSuite, ARequestIsKeptWithWhatItSaidAndDid) {
  const std::string body = R"({"userName":"ann","active":"True"})";
  const Answer made = send(home_, {.method = "POST",
                                   .path = "/Users?attributes=userName",
                                   .body = body,
                                   .token = home_.secret,
                                   .headers = {{"user-agent", "Okta SCIM Client 1.0.0"}}});
  ASSERT_EQ(made.status, 201) << made.text;
  const ScimRequestView seen = latest();
  const ScimRequest& request = seen.listed.request;
  const ScimRequestDetails& details = seen.listed.details;
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/Users");
  EXPECT_EQ(details.path, "/Users");
  EXPECT_EQ(details.query, "attributes=userName");
  EXPECT_EQ(details.user_agent, "Okta SCIM Client 1.0.0");
  EXPECT_TRUE(details.credential.starts_with("sec_"));
  EXPECT_EQ(request.status, 201);
  EXPECT_EQ(request.request_id, "req_test");
  EXPECT_EQ(request.resource_id, made.str("/id"));
  EXPECT_EQ(request.organization_id, home_.organization);
  EXPECT_FALSE(request.refused);
  EXPECT_EQ(request.reason, "");
  EXPECT_EQ(request.effect, ScimEffect::kCreate);
  const ChangeRecord change = history().back();
  EXPECT_EQ(request.txn, change.txn);
  ASSERT_EQ(details.changes.size(), 1U);
  EXPECT_EQ(details.changes[0].id, change.id);
  EXPECT_EQ(details.changes[0].object_id, made.str("/id"));
  EXPECT_EQ(details.changes_total, 1);
  EXPECT_EQ(seen.bodies.request.text, body);
  EXPECT_EQ(seen.bodies.request.bytes, static_cast<std::int64_t>(body.size()));
  EXPECT_EQ(seen.bodies.response.text, made.text);
}

TEST_P(RecorderSuite, WhatARequestChangedIsToldRight) {
  const std::string ann = make_user("ann");
  const auto effect = [&] { return latest().listed.request.effect; };
  EXPECT_EQ(effect(), ScimEffect::kCreate);
  clock_.advance(1s);
  call("PATCH", "/Users/" + ann, patch("replace", "title", R"("Boss")"));
  EXPECT_EQ(effect(), ScimEffect::kUpdate);
  clock_.advance(1s);
  call("PATCH", "/Users/" + ann, patch("replace", "title", R"("Boss")"));
  EXPECT_EQ(effect(), ScimEffect::kNone) << "it was so already";
  EXPECT_TRUE(latest().listed.request.txn.empty());
  clock_.advance(1s);
  call("GET", "/Users/" + ann);
  EXPECT_EQ(effect(), ScimEffect::kNone);
  clock_.advance(1s);
  call("DELETE", "/Users/" + ann);
  EXPECT_EQ(effect(), ScimEffect::kDelete);
}

TEST_P(RecorderSuite, ARefusalIsKeptWithItsReasonAndTheClause) {
  const std::string ann = make_user("ann");
  clock_.advance(1s);
  const Answer refused = call("PATCH", "/Users/" + ann, patch("remove", "emails[type eq", "null"));
  ASSERT_EQ(refused.status, 400);
  const ScimRequestView seen = latest();
  EXPECT_EQ(seen.listed.request.reason, "scim_invalid_filter");
  EXPECT_EQ(seen.listed.request.scim_type, refused.str("/scimType"));
  EXPECT_EQ(seen.listed.details.detail, refused.str("/detail"));
  EXPECT_EQ(seen.listed.request.resource_id, ann);
  EXPECT_EQ(seen.listed.request.effect, ScimEffect::kNone);
  EXPECT_THAT(seen.listed.details.changes, IsEmpty());
  clock_.advance(1s);
  call("POST", "/Users", R"({"userName":"ANN"})");
  EXPECT_EQ(latest().listed.request.reason, "user_name_taken");
  clock_.advance(1s);
  call("POST", "/Users", "{broken");
  EXPECT_EQ(latest().bodies.request.text, "{broken");
}

TEST_P(RecorderSuite, ListsAreFiltered) {
  const std::string ann = make_user("ann");
  clock_.advance(1s);
  const std::string team = make_group("Team", {ann});
  clock_.advance(1s);
  const Timestamp later = clock_.now() - 500ms;  // requests began by as much before this as they really took
  call("GET", "/Users/" + ann);
  clock_.advance(1s);
  call("GET", "/Groups?filter=" + std::string("displayName%20eq%20%22Team%22"));
  clock_.advance(1s);
  call("DELETE", "/Groups/dirgroup_404");
  EXPECT_THAT(lines(list()), ElementsAre("DELETE /Groups/dirgroup_404 404", "GET /Groups 200",
                                         "GET /Users/" + ann + " 200", "POST /Groups 201", "POST /Users 201"));
  EXPECT_THAT(lines(list({.status_class = 4})), ElementsAre("DELETE /Groups/dirgroup_404 404"));
  EXPECT_THAT(lines(list({.method = "POST"})), ElementsAre("POST /Groups 201", "POST /Users 201"));
  EXPECT_EQ(list({.path_prefix = "/Groups"}).size(), 3U);
  EXPECT_EQ(list({.path_prefix = "/Groups/"}).size(), 1U);
  EXPECT_THAT(lines(list({.resource_id = ann})), ElementsAre("GET /Users/" + ann + " 200", "POST /Users 201"));
  EXPECT_EQ(list({.since = later}).size(), 3U);
  EXPECT_EQ(list({.until = later}).size(), 2U);
  EXPECT_EQ(list({.profile = "standard"}).size(), 5U);
  EXPECT_THAT(list({.profile = "duo"}), IsEmpty());
  EXPECT_EQ(list()[1].details.query, "filter=displayName%20eq%20%22Team%22");
}

TEST_P(RecorderSuite, ListsArePagedAndTheirTokensBelongToTheirFilter) {
  for (int i = 0; i < 5; ++i) {
    call("GET", fmt::format("/Users?count={}", i));
    clock_.advance(1s);
  }
  sync_wait(recorder_.flush());
  const auto page = [&](const ScimRequestFilter& filter, const std::string& token) {
    return sync_wait(requests_.list(operator_, home_.organization, home_.directory, filter, 2, token));
  };
  const auto queries = [](const Result<ScimRequestList>& list) {
    std::vector<std::string> out;
    for (const auto& one : list->requests) out.push_back(one.details.query);
    return out;
  };
  const auto first = page({}, "");
  EXPECT_THAT(queries(first), ElementsAre("count=4", "count=3"));
  const auto second = page({}, first->next_page_token);
  EXPECT_THAT(queries(second), ElementsAre("count=2", "count=1"));
  EXPECT_THAT(queries(page({}, second->next_page_token)), ElementsAre("count=0"));
  EXPECT_THAT(queries(page({}, second->prev_page_token)), ElementsAre("count=4", "count=3"));
  EXPECT_EQ(page({.method = "GET"}, first->next_page_token).error().reason, Reason::kInvalidPageToken);
}

TEST_P(RecorderSuite, NoSecretReachesARowOrAnAnswer) {
  const std::string ann = make_user("ann");
  const std::string canary = "canary-5f1e9c";
  const auto quoted = [&] { return "\"" + canary + "\""; };
  const std::string urn = "urn:ietf:params:scim:schemas:core:2.0:User";
  std::vector<Sent> all = {
      {"POST", "/Users", fmt::format(R"({{"userName":"bob","password":{}}})", quoted())},
      {"POST", "/Users", fmt::format(R"({{"userName":"bob","PassWord":{}}})", quoted())},
      {"POST", "/Users", fmt::format(R"({{"userName":"eve","pass\u0077ord":{}}})", quoted())},
      {"POST", "/Users", fmt::format(R"({{"userName":"eve","password":{},"password":null}})", quoted())},
      {"POST", "/Users", fmt::format(R"({{"userName":"broken","password":{})", quoted())},
      {"POST", "/Users", fmt::format(R"({{"{}:password":{}}})", urn, quoted())},
      {"POST", "/Users",
       fmt::format(R"({{"userName":"x","clientSecret":{0},"apiKey":[{0}],"a":{{"token":{0}}}}})", quoted())},
      {"PUT", "/Users/" + ann, fmt::format(R"({{"userName":"ann","password":{}}})", quoted())},
      {"PATCH", "/Users/" + ann, patch("replace", "password", quoted())},
      {"PATCH", "/Users/" + ann, patch("Replace", "PASSWORD", quoted())},
      {"PATCH", "/Users/" + ann, patch("add", urn + ":password", quoted())},
      {"PATCH", "/Users/" + ann,
       fmt::format(R"({{"Operations":[{{"op":"add","value":{{"password":{}}}}}]}})", quoted())},
      {"PATCH", "/Users/" + ann, fmt::format(R"({{"Operations":[{{"value":{},"op":"add","pa)", quoted())},
      {"PATCH", "/Users/" + ann,
       fmt::format(R"({{"Operations":[{{"op":"remove","path":"password[value eq \"{}\"]"}}]}})", canary)},
      {"POST", "/Users/.search", fmt::format(R"({{"filter":"password eq \"{}\""}})", canary)},
      {"GET", fmt::format("/Users?filter=password%20eq%20%22{}%22", canary), ""},
      {"GET", fmt::format("/Users?access_token={0}&token={0}", canary), ""},
      {"GET", fmt::format("/Users?filter=p%61ssword+eq+{}", canary), ""},
  };
  for (Sent& sent : all) {
    sent.token = home_.secret;
    sent.headers = {{"user-agent", "agent token=" + canary}, {"cookie", canary}};
    send(home_, sent);
    clock_.advance(1s);
  }
  // Credentials that are refused are secrets too.
  send(home_, {"GET", "/Users", "", canary});
  const auto recorded = list();
  ASSERT_GT(recorded.size(), all.size());
  for (const auto& one : recorded) {
    const auto view = must(sync_wait(requests_.get(operator_, home_.organization, home_.directory, one.request.id)));
    const std::string shown = one.details.path + one.details.query + one.details.user_agent + one.details.detail +
                              view.bodies.request.text + view.bodies.response.text;
    EXPECT_EQ(shown.find(canary), std::string::npos) << shown;
    EXPECT_EQ(shown.find(home_.secret), std::string::npos);
  }
}

TEST_P(RecorderSuite, BodiesAndQueriesAreSealedAtRest) {
  call("POST", "/Users?attributes=userName", R"({"userName":"visible-only-to-the-api"})");
  const ListedScimRequest seen = list().at(0);
  EXPECT_EQ(seen.request.sealed_details.find("attributes"), std::string::npos);
  const auto row =
      read([&](const ReadTx& tx) { return tx.scim_requests().find(environment_, home_.directory, seen.request.id); });
  ASSERT_TRUE(row);
  EXPECT_TRUE(row->sealed_bodies.starts_with("v1."));
  EXPECT_EQ(row->sealed_bodies.find("visible"), std::string::npos);
  ScimRequest moved = *row;
  moved.id = ScimRequestId("sreq_1");
  EXPECT_EQ(open_bodies(moved, *keys_).error().reason, Reason::kSecretUnreadable);
}

TEST_P(RecorderSuite, BodiesAreCutToTheirBound) {
  const std::string body = R"({"userName":"ann","title":")" + std::string(20'000, 'x') + "\"}";
  call("POST", "/Users", body);
  const RecordedBody cut = latest().bodies.request;
  EXPECT_EQ(cut.text, body.substr(0, RecorderSettings{}.body_bytes));
  EXPECT_TRUE(cut.cut);
  EXPECT_EQ(cut.bytes, static_cast<std::int64_t>(body.size()));
  clock_.advance(1s);
  const std::string huge = R"({"userName":"bob","title":")" + std::string(kMostSeenBytes, 'x') + "\"}";
  call("POST", "/Users", huge);
  EXPECT_EQ(latest().bodies.request.text, huge.substr(0, RecorderSettings{}.body_bytes));
}

TEST_P(RecorderSuite, RefusedStrangersAreRecordedOnlyWhereADirectoryIsAndAtABoundedRate) {
  Tenant nowhere = home_;
  nowhere.directory = DirectoryId("dir_404");
  send(nowhere, {"GET", "/Users", "", "guess"});
  for (int i = 0; i < 100; ++i) send(home_, {"POST", "/Users", R"({"userName":"x"})", "guess"});
  const auto seen = list();
  ASSERT_EQ(seen.size(), static_cast<std::size_t>(RequestRecorder::kStrangerLimits.burst));
  EXPECT_TRUE(seen[0].request.refused);
  EXPECT_EQ(seen[0].request.reason, "directory_secret_invalid");
  EXPECT_EQ(seen[0].details.credential, "");
  EXPECT_EQ(seen[0].request.organization_id, home_.organization);
  EXPECT_EQ(not_recorded_, 80U);
  EXPECT_EQ(read([&](const ReadTx& tx) {
              return tx.scim_requests().list(environment_, nowhere.directory, {}, {.limit = 10});
            }).items.size(),
            0U);
}

TEST_P(RecorderSuite, AFullQueueDropsTheOldestSuccessFirst) {
  send(home_, {"GET", "/Users/diruser_404", "", home_.secret});
  for (std::size_t i = 0; i < RequestRecorder::kQueuedPerDirectory + 10; ++i) {
    clock_.advance(1ms);
    send(home_, {"GET", "/Users?count=0", "", home_.secret});
  }
  const Tenant other = make_tenant();
  send(other, {"GET", "/Users", "", other.secret});
  EXPECT_EQ(not_recorded_, 11U);
  EXPECT_EQ(list(other).size(), 1U) << "a directory that pushes much takes nothing from others";
  EXPECT_EQ(list({.status_class = 4}).size(), 1U);
  EXPECT_EQ(list(home_, {}, 100).size(), 100U);
}

TEST_P(RecorderSuite, RetentionForgetsWhatIsTooOld) {
  call("GET", "/Users");
  list();
  clock_.advance(std::chrono::days(7) + 1s);
  call("GET", "/Groups");
  list();
  Retention retention(*store_, clock_, {});
  EXPECT_EQ(must(sync_wait(retention.run())).scim_requests, 1);
  EXPECT_THAT(lines(list()), ElementsAre("GET /Groups 200"));
}

TEST_P(RecorderSuite, OthersSeeNothing) {
  call("GET", "/Users");
  const auto id = list().at(0).request.id;
  const Tenant other = make_tenant();
  EXPECT_THAT(list(other), IsEmpty());
  const auto get = [&](const Caller& by, const Tenant& tenant, const DirectoryId& directory) {
    return sync_wait(requests_.get(by, tenant.organization, directory, id)).error().reason;
  };
  EXPECT_EQ(get(operator_, other, other.directory), Reason::kScimRequestNotFound);
  EXPECT_EQ(get(operator_, other, home_.directory), Reason::kDirectoryNotFound);
  Caller stranger = operator_;
  stranger.environment_id = EnvironmentId("env_2");
  EXPECT_EQ(get(stranger, home_, home_.directory), Reason::kDirectoryNotFound);
}

class SmallRecorder : public RecorderSuite {
 protected:
  SmallRecorder() : RecorderSuite({.requests = 20, .bytes = 30'000, .body_bytes = 4096}) {}
};

TEST_P(SmallRecorder, KeepsTheLatestWithinItsCount) {
  for (int i = 0; i < 30; ++i) {
    call("GET", fmt::format("/Users?count={}", i));
    clock_.advance(1s);
    if (i % 7 == 0) list();
  }
  const auto kept = list();
  ASSERT_EQ(kept.size(), 20U);
  EXPECT_EQ(kept.front().details.query, "count=29");
  EXPECT_EQ(kept.back().details.query, "count=10");
}

TEST_P(SmallRecorder, KeepsTheLatestWithinItsBytes) {
  for (int i = 0; i < 12; ++i) {
    call("POST", "/Users", fmt::format(R"({{"userName":"u{}","title":"{}"}})", i, std::string(4000, 'x')));
    clock_.advance(1s);
  }
  const auto kept = list();
  std::int64_t bytes = 0;
  for (const auto& one : kept) bytes += one.request.bytes;
  EXPECT_LE(bytes, 30'000);
  EXPECT_GE(kept.size(), 1U);
  EXPECT_LT(kept.size(), 12U);
  EXPECT_EQ(database_->read_number("SELECT sum(bytes) FROM scim_request_totals"), bytes);
}

TEST_P(SmallRecorder, AStrangerCannotPushOutWhatTheProviderDid) {
  call("GET", "/Users?count=7");
  for (int i = 0; i < 200; ++i) {
    send(home_, {"GET", "/Users", "", "guess"});
    clock_.advance(10s);
    if (i % 10 == 0) list();
  }
  EXPECT_EQ(list({.status_class = 2}).size(), 1U);
  EXPECT_EQ(list({.status_class = 4}).size(), 2U) << "a tenth of twenty";
}

TEST_P(RecorderSuite, ABulkRequestIsOneRecordOfWhatItsOperationsChanged) {
  make_user("bob");
  clock_.advance(1s);
  const Answer answer = call("POST", "/Bulk", R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
      "Operations":[
        {"method":"POST","path":"/Users","bulkId":"1","data":{"userName":"ann","password":"hunter2hunter2"}},
        {"method":"POST","path":"/Users","bulkId":"2","data":{"userName":"bob"}},
        {"method":"POST","path":"/Groups","bulkId":"3","data":{"displayName":"g","members":[{"value":"bulkId:1"}]}}]})");
  ASSERT_EQ(answer.status, 200) << answer.text;
  ASSERT_EQ(answer.str("/Operations/1/status"), "409") << answer.text;
  EXPECT_EQ(lines(list({.path_prefix = "/Bulk"})), std::vector<std::string>{"POST /Bulk 200"});
  EXPECT_EQ(list().size(), 2U) << "the user before, and the bulk request";
  const ScimRequestView seen = latest();
  EXPECT_EQ(seen.listed.request.effect, ScimEffect::kCreate);
  EXPECT_EQ(std::ranges::count(seen.listed.details.changes, ChangeOp::kCreate, &CausedChanges::Change::op), 2)
      << "of the operation that failed there is nothing";
  EXPECT_THAT(seen.bodies.request.text, Not(HasSubstr("hunter2")));
}

TEST_P(RecorderSuite, WhatWasRefusedAtTheDoorIsKeptWithoutWhatItSent) {
  send(home_, {"POST", "/Users?filter=pin%20eq%20%224711-4711%22", R"({"pin":"4711-4711"})", "wrong"});
  const ScimRequestView stranger = latest();
  EXPECT_EQ(stranger.listed.request.status, 401);
  EXPECT_EQ(stranger.bodies.request.omitted, "not_kept");
  EXPECT_GT(stranger.bodies.request.bytes, 0);
  EXPECT_THAT(stranger.listed.details.query, Not(HasSubstr("4711")));
  must(sync_wait(directories_.set_enabled(operator_, home_.organization, home_.directory, false)));
  clock_.advance(1s);
  ASSERT_EQ(call("POST", "/Users", R"({"pin":"4711-4711"})").status, 403);
  EXPECT_EQ(latest().bodies.request.omitted, "not_kept");
}

TEST_P(RecorderSuite, ABulkRequestNamesATransactionThatChangedSomething) {
  const std::string ann = make_user("ann");
  clock_.advance(1s);
  ASSERT_EQ(call("PATCH", "/Users/" + ann, patch("replace", "title", R"("Boss")")).status, 200);
  clock_.advance(1s);
  const Answer answer = call("POST", "/Bulk",
                             fmt::format(R"({{
      "schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[
        {{"method":"POST","path":"/Users","bulkId":"1","data":{{"userName":"bob"}}}},
        {{"method":"PATCH","path":"/Users/{}","data":{}}}]}})",
                                         ann, patch("replace", "title", R"("Boss")")));
  ASSERT_EQ(answer.status, 200) << answer.text;
  EXPECT_EQ(latest().listed.request.txn, history().back().txn);
}

TEST_P(RecorderSuite, WhatTheSchemasOfADirectoryHideIsHiddenHereToo) {
  const ScimSchemas::Place here{home_.organization, home_.directory};
  const char* schema = R"({"id": "urn:doorward:test:2.0:Reader", "name": "Reader",
      "attributes": [{"name": "title"}, {"name": "pin", "mutability": "writeOnly", "returned": "never"}]})";
  must(sync_wait(schemas_.register_schema(operator_, here, boost::json::parse(schema).as_object())));
  const scim::TypeDefinition type{"Reader", "/badge-readers2", {}, "urn:doorward:test:2.0:Reader", {}};
  must(sync_wait(schemas_.create_type(operator_, here, type)));
  clock_.advance(1s);
  const Answer made = call("POST", "/badge-readers2", R"({"title":"front door","pin":"4711-4711"})");
  ASSERT_EQ(made.status, 201) << made.text;
  const ScimRequestView seen = latest();
  EXPECT_EQ(seen.listed.request.path, "/badge-readers2");
  EXPECT_EQ(seen.listed.request.effect, ScimEffect::kCreate);
  EXPECT_EQ(seen.listed.request.resource_id, made.str("/id"));
  EXPECT_THAT(seen.bodies.request.text, HasSubstr("front door"));
  EXPECT_THAT(seen.bodies.request.text, Not(HasSubstr("4711")));
}

class NoRecorder : public RecorderSuite {
 protected:
  NoRecorder() : RecorderSuite({.requests = 0}) {}
};

TEST_P(NoRecorder, NothingIsKeptWhenItIsOff) {
  call("GET", "/Users");
  EXPECT_THAT(list(), IsEmpty());
  EXPECT_EQ(not_recorded_, 0U);
}

const auto kDatabases = testing::Values(store::DatabaseKind::kSqlite, store::DatabaseKind::kPostgres);
const auto kName = [](const auto& info) { return store::database_name(info.param); };
INSTANTIATE_TEST_SUITE_P(EveryDatabase, RecorderSuite, kDatabases, kName);
INSTANTIATE_TEST_SUITE_P(EveryDatabase, SmallRecorder, kDatabases, kName);
INSTANTIATE_TEST_SUITE_P(EveryDatabase, NoRecorder, kDatabases, kName);

}  // namespace
}  // namespace doorward::test
