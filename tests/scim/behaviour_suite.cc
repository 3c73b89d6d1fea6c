// Which profile a request is read by, and what each switch does. Switches that one request of the engine shows are in
// protocol/scim/dialect_test.cc, both ways.
#include "protocol/scim/switches.h"
#include "requirements.h"

namespace doorward::test {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::IsEmpty;

class BehaviourSuite : public Requirements {
 protected:
  Directory directory() {
    return *read([&](const ReadTx& tx) { return tx.directories().find_by_id(environment_, home_.directory); });
  }
  Answer call_as(const std::string& user_agent, std::string method, std::string path, std::string body = {}) {
    Sent sent{std::move(method), std::move(path), std::move(body), home_.secret};
    sent.headers.push_back({"user-agent", user_agent});
    Answer answer = send(home_, sent);
    clock_.advance(std::chrono::seconds(1));
    return answer;
  }
  void provide(DirectoryProvider provider) {
    must(sync_wait(directories_.update(operator_, home_.organization, home_.directory, {.provider = provider})));
    clock_.advance(std::chrono::seconds(1));
  }
  std::string chosen() {
    const scim::ProfileChoice choice = behaviour().choice;
    return fmt::format("{} by {}", scim::profile_name(choice.profile), scim::profile_source_name(choice.source));
  }
  // 204 under Entra's profile, 200 under the standard one.
  int patch_answer(const std::string& path) {
    return patch(path, R"([{"op":"replace","path":"title","value":"T"}])").status;
  }

  const Caller operator_{.kind = CallerKind::kApiClient, .environment_id = environment_, .id = "skc_1"};
};

TEST_F(BehaviourSuite, AStrangerGetsTheStandard) {
  const std::string ann = new_user(R"("userName":"ann")");
  EXPECT_EQ(patch_answer(ann), 200);
  EXPECT_EQ(call_as("curl/8", "GET", ann).status, 200);
  EXPECT_EQ(chosen(), "standard by default");
  EXPECT_FALSE(directory().scim.recognition);
}

TEST_F(BehaviourSuite, EachClueCountsBeforeTheNext) {
  const std::string ann = new_user(R"("userName":"ann")");
  EXPECT_EQ(patch_answer(ann + "?aadOptscim062020"), 204);
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(chosen(), "entra by query_flag");
  // The user agent of a request counts before what the directory is remembered as.
  EXPECT_EQ(
      call_as("Okta SCIM Client 1.0.0", "PATCH", ann, R"({"Operations":[{"op":"replace","path":"title","value":"U"}]})")
          .status,
      200);
  EXPECT_EQ(patch_answer(ann), 204) << "remembered";
  provide(DirectoryProvider::kOkta);
  EXPECT_EQ(patch_answer(ann + "?aadOptscim062020"), 200);
  EXPECT_EQ(chosen(), "okta by provider");
  pin("entra");
  EXPECT_EQ(patch_answer(ann), 204);
  EXPECT_EQ(chosen(), "entra by pinned");
  pin("");
  EXPECT_EQ(chosen(), "okta by provider");
}

TEST_F(BehaviourSuite, AShapeIsRememberedForRequestsWithoutMarks) {
  const std::string ann = new_user(R"("userName":"ann")");
  EXPECT_EQ(patch_answer(ann), 200);
  EXPECT_EQ(patch(ann, R"([{"op":"Replace","path":"active","value":"False"}])").status, 204) << "itself already";
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(patch_answer(ann), 204);
  EXPECT_EQ(chosen(), "entra by shape");
  const auto first = directory().scim.recognition;
  ASSERT_TRUE(first);
  // Written once, whatever comes after.
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(call_as("Google-Auto-Provisioning", "GET", ann).status, 200);
  EXPECT_EQ(directory().scim.recognition, first);
  behave({.pinned_profile = {}, .overrides = {}, .forget_recognition = true});
  EXPECT_EQ(chosen(), "standard by default");
  EXPECT_EQ(patch_answer(ann), 200);
  EXPECT_EQ(call_as("Google-Auto-Provisioning", "GET", ann).status, 200);
  EXPECT_EQ(chosen(), "google by user_agent");
}

TEST_F(BehaviourSuite, RecognitionIsOfOneDirectory) {
  const std::string ann = new_user(R"("userName":"ann")");
  patch(ann, R"([{"op":"Replace","path":"active","value":"False"}])");
  const Tenant other = make_tenant();
  const auto found =
      *read([&](const ReadTx& tx) { return tx.directories().find_by_id(environment_, other.directory); });
  EXPECT_FALSE(found.scim.recognition);
}

TEST_F(BehaviourSuite, SettingsAreRecordedAndRecognitionIsNot) {
  const auto mark = last_change();
  pin("strict");
  set_switch("omitted_on_put", "kept");
  auto records = history(mark);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].object, ObjectKind::kDirectory);
  EXPECT_EQ(records[0].after->at("scim_profile"), "strict");
  EXPECT_EQ(records[1].after->at("scim_overrides").at("omitted_on_put"), "kept");
  pin("strict");
  set_switch("omitted_on_put", "kept");
  behave({});
  EXPECT_EQ(history(mark).size(), 2U) << "what changes nothing leaves no record";
  pin("");
  set_switch("omitted_on_put", "");
  EXPECT_EQ(history(mark).size(), 4U);
  EXPECT_FALSE(history(mark).back().after->contains("scim_overrides"));
  const auto before = last_change();
  call_as("Google-Auto-Provisioning", "GET", "/Users");
  behave({.pinned_profile = {}, .overrides = {}, .forget_recognition = true});
  EXPECT_EQ(last_change(), before);
}

TEST_F(BehaviourSuite, AnOverrideHoldsUnderEveryProfile) {
  const std::string ann = new_user(R"("userName":"ann")");
  set_switch("user_patch_answer", "no_content");
  EXPECT_EQ(patch_answer(ann), 204);
  pin("strict");
  EXPECT_EQ(patch_answer(ann), 204);
  set_switch("user_patch_answer", "");
  EXPECT_EQ(patch_answer(ann), 200);
}

TEST_F(BehaviourSuite, WrongSettingsAreRefusedAndChangeNothing) {
  const auto refused = [&](ScimBehaviourPatch patch) {
    const auto outcome =
        sync_wait(behaviours_.update(operator_, home_.organization, home_.directory, std::move(patch)));
    return !outcome && outcome.error().reason == Reason::kInvalidArgument;
  };
  EXPECT_TRUE(refused({.pinned_profile = "oktaa", .overrides = {}, .forget_recognition = false}));
  EXPECT_TRUE(refused({.pinned_profile = {}, .overrides = {{"nothing", "x"}}, .forget_recognition = false}));
  EXPECT_TRUE(refused({.pinned_profile = {}, .overrides = {{"references", "x"}}, .forget_recognition = false}));
  EXPECT_TRUE(refused({.pinned_profile = {},
                       .overrides = {{"references", "wait"}, {"references", "must_exist"}},
                       .forget_recognition = false}));
  EXPECT_EQ(chosen(), "standard by default");
  const auto elsewhere = sync_wait(behaviours_.get(operator_, OrganizationId{"org_other"}, home_.directory));
  ASSERT_FALSE(elsewhere);
  EXPECT_EQ(elsewhere.error().reason, Reason::kDirectoryNotFound);
}

TEST_F(BehaviourSuite, PatchAnswers) {
  const std::string ann = new_user(R"("userName":"ann")");
  const std::string staff = new_group(R"("displayName":"Staff")");
  const char* rename = R"([{"op":"replace","path":"displayName","value":"N"}])";
  for (const auto& [value, status] : {std::pair("resource", 200), std::pair("no_content", 204)}) {
    set_switch("user_patch_answer", value);
    EXPECT_EQ(patch(ann, rename).status, status);
    set_switch("group_patch_answer", value);
    EXPECT_EQ(patch(staff, rename).status, status);
  }
}

TEST_F(BehaviourSuite, UnmatchedPaths) {
  const std::string ann = new_user(R"("userName":"ann")");
  const auto with = [&](const char* op, const char* type) {
    return patch(ann, fmt::format(R"([{{"op":"{}","path":"ims[type eq \"{}\"].value","value":"1"}}])", op, type))
        .status;
  };
  EXPECT_EQ(with("replace", "a"), 400);
  EXPECT_EQ(with("add", "b"), 200);
  set_switch("unmatched_replace", "create");
  set_switch("unmatched_add", "no_target");
  EXPECT_EQ(with("replace", "c"), 200);
  EXPECT_EQ(with("add", "d"), 400);
}

TEST_F(BehaviourSuite, UnknownPathsAndAttributes) {
  const std::string ann = new_user(R"("userName":"ann")");
  const auto paths = [&] {
    std::vector<int> statuses;
    for (const char* path : {"noSuch", "urn:x:y:2.0:User:a", "title"}) {
      statuses.push_back(patch(ann, fmt::format(R"([{{"op":"replace","path":"{}","value":"1"}}])", path)).status);
    }
    return statuses;
  };
  EXPECT_THAT(paths(), ElementsAre(400, 200, 200));
  set_switch("unknown_paths", "ignore");
  EXPECT_THAT(paths(), ElementsAre(200, 200, 200));
  set_switch("unknown_paths", "refuse");
  EXPECT_THAT(paths(), ElementsAre(400, 400, 200));
  const char* filter = "/Users?filter=noSuch%20pr";
  EXPECT_EQ(call("GET", filter).status, 200);
  set_switch("unknown_attributes", "refuse");
  expect_error(call("GET", filter), 400, "invalidFilter");
}

TEST_F(BehaviourSuite, DiscoveryFilters) {
  for (const char* path : {"/Schemas?filter=id%20pr", "/ResourceTypes?filter=name%20pr"}) {
    expect_error(call("GET", path), 403);
  }
  set_switch("discovery_filter", "ignore");
  EXPECT_EQ(call("GET", "/Schemas?filter=id%20pr").text, call("GET", "/Schemas").text);
}

TEST_F(BehaviourSuite, DiscoveryForStrangers) {
  const auto ask = [&](const std::string& path, const std::string& token) {
    const Answer answer = send(home_, {"GET", path, "", token});
    clock_.advance(std::chrono::seconds(1));
    return answer.status;
  };
  EXPECT_EQ(ask("/Schemas", ""), 401);
  set_switch("open_discovery", "true");
  for (const char* path : {"/Schemas", "/ResourceTypes/User", "/ServiceProviderConfig"}) {
    EXPECT_EQ(ask(path, ""), 200);
    EXPECT_EQ(ask(path, "wrong"), 401);
    EXPECT_EQ(ask(path, home_.secret), 200);
  }
  EXPECT_EQ(ask("/Users", ""), 401) << "and nothing else";
  must(sync_wait(directories_.set_enabled(operator_, home_.organization, home_.directory, false)));
  EXPECT_EQ(ask("/Schemas", ""), 401);
}

TEST_F(BehaviourSuite, UnquotedLiterals) {
  new_user(R"("userName":"jyoung","externalId":"jyoung")");
  const char* filter = "/Users?filter=externalId%20eq%20jyoung";
  EXPECT_EQ(at(call("GET", filter), "/totalResults"), 1);
  set_switch("unquoted_literals", "refuse");
  expect_error(call("GET", filter), 400, "invalidFilter");
}

TEST_F(BehaviourSuite, OmittedAttributesAndConflicts) {
  // Both ways in requirements_u_suite.cc and requirements_c_suite.cc; here only that a profile has them as documented.
  for (std::size_t i = 0; i < scim::kProfileCount; ++i) {
    const scim::Behaviour& b = scim::behaviour_of(static_cast<scim::Profile>(i));
    EXPECT_EQ(b.omitted_on_put, scim::Behaviour::Omitted::kCleared);
    EXPECT_EQ(b.inactive_conflict, scim::Behaviour::Conflict::kRefuse) << "adopting is an administrator's decision";
  }
}

TEST_F(BehaviourSuite, WhatTheUseCasesForgiveIsNoted) {
  const auto user = must(sync_wait(users_.create(home_push_, {{"userName", "ann"}, {"active", false}})));
  EXPECT_TRUE(home_push_.dialect.quirks.empty());
  Push adopting{.by = home_.caller};
  adopting.dialect.behaviour.inactive_conflict = scim::Behaviour::Conflict::kAdopt;
  EXPECT_EQ(must(sync_wait(users_.create(adopting, {{"userName", "ann"}}))).user.id, user.user.id);
  EXPECT_TRUE(adopting.dialect.quirks.contains(scim::Quirk::kAdopted));
  Push waiting{.by = home_.caller};
  GroupInput input{.document = {{"displayName", "G"}}, .members = {{{.value = "later", .type = {}, .display = {}}}}};
  must(sync_wait(groups_.create(waiting, std::move(input), false)));
  EXPECT_TRUE(waiting.dialect.quirks.contains(scim::Quirk::kWaitingReference));
}

// Every request that an Entra tenant is known to send, against a directory that only its requests tell about.
TEST_F(BehaviourSuite, AnEntraTenantSeesNoErrorThatItCannotHandle) {
  // Test Connection: random look-ups, without a user agent.
  for (const char* path : {"/Users?filter=userName%20eq%20%22b1b7f2a4-5d5a-4d6e-9d7a-0d3a1d2e3f4a%22",
                           "/Users?filter=emails%5Btype%20eq%20%22work%22%5D.value%20eq%20%22nobody%22",
                           "/Users?filter=externalId+eq+%22x%22+and+userName+eq+%22y%22",
                           "/Groups?excludedAttributes=members&filter=displayName+eq+%22x%22", "/Schemas"}) {
    EXPECT_EQ(call("GET", path).status, 200) << path;
  }
  const Answer group = call("POST", "/Groups",
                            R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group",
                                 "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
                                "externalId":"g","displayName":"Staff","meta":{"resourceType":"Group"}})");
  ASSERT_EQ(group.status, 201) << group.text;
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(chosen(), "entra by shape");
  const Answer made = call("POST", "/Users",
                           R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User",
                                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
                               "externalId":"e","userName":"ann@x.test","active":true,"displayName":"Ann",
                               "emails":[{"primary":true,"type":"work","value":"ann@x.test"}],
                               "meta":{"resourceType":"User"},"name":{"formatted":"A","familyName":"L"},"roles":[],
                               "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":"later"}})");
  ASSERT_EQ(made.status, 201) << made.text;
  const std::string ann = "/Users/" + made.str("/id");
  for (const char* operations :
       {R"([{"op":"Replace","path":"emails[type eq \"untyped\"].value","value":"u@x.test"}])",
        R"([{"op":"Add","path":"addresses[type eq \"work\"].streetAddress","value":"S"},
            {"op":"Add","path":"employeeType","value":"x"}])",
        R"([{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":""}])",
        R"([{"op":"Replace","path":"active","value":"False"}])", "[]",
        R"([{"op":"replace","value":{"name.familyName":"Ray","active":true,
              "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":"D"}}])"}) {
    EXPECT_EQ(patch(ann, operations).status, 204) << operations;
  }
  const std::string staff = "/Groups/" + group.str("/id");
  const std::string member =
      fmt::format(R"([{{"$ref":null,"value":"{}"}},{{"$ref":null,"value":"later"}}])", ann.substr(7));
  for (const char* op : {"Add", "Add", "Remove", "Remove"}) {
    EXPECT_EQ(patch(staff, fmt::format(R"([{{"op":"{}","path":"members","value":{}}}])", op, member)).status, 204);
  }
  EXPECT_THAT(members_of(staff), IsEmpty());
  // Purge: the second one may find nothing.
  EXPECT_EQ(call("DELETE", ann).status, 204);
  EXPECT_EQ(call("DELETE", ann).status, 404);
}

}  // namespace
}  // namespace doorward::test
