#include "rpc/path_template.h"

#include <gtest/gtest.h>

#include "rpc/route_table.h"

namespace doorward::rpc {
namespace {

PathTemplate parsed(std::string_view text) { return parse_path_template(text).value(); }

TEST(PathTemplate, ReadsLiteralsVariablesAndVerb) {
  const auto path = parsed("/api/v1/organizations/{organization_id}/directories/{id}:enable");
  ASSERT_EQ(path.segments.size(), 6u);
  EXPECT_EQ(path.segments[2].literal, "organizations");
  EXPECT_EQ(path.segments[3].kind, PathTemplate::SegmentKind::kOne);
  ASSERT_EQ(path.variables.size(), 2u);
  EXPECT_EQ(path.variables[1].field, "id");
  EXPECT_EQ(path.variables[1].begin, 5u);
  EXPECT_EQ(path.variables[1].end, 6u);
  EXPECT_EQ(path.verb, "enable");
}

TEST(PathTemplate, KeepsAColonInsideAnEarlierSegment) {
  const auto path = parsed("/api/v1/organizations:external/{external_id}");
  EXPECT_EQ(path.segments[2].literal, "organizations:external");
  EXPECT_EQ(path.verb, "");
}

TEST(PathTemplate, ReadsVariablesOfSeveralSegments) {
  const auto path = parsed("/v1/{name=shelves/*/books/*}/{rest.of=**}");
  ASSERT_EQ(path.variables.size(), 2u);
  EXPECT_EQ(path.variables[0].begin, 1u);
  EXPECT_EQ(path.variables[0].end, 5u);
  EXPECT_EQ(path.variables[1].field, "rest.of");
  EXPECT_EQ(path.segments[5].kind, PathTemplate::SegmentKind::kRest);
}

TEST(PathTemplate, RefusesWhatIsNotATemplate) {
  for (const auto* bad : {"", "api", "/", "/a//b", "/a/", "/{", "/{}", "/{a", "/{a=}", "/{a={b}}", "/**/a",
                          "/a:", "/a:b/", "/{a}:b:c", "/{a}b", "/a/{b}:*"}) {
    EXPECT_FALSE(parse_path_template(bad)) << bad;
  }
}

class Routes : public ::testing::Test {
 protected:
  Routes() {
    for (std::size_t i = 0; i < std::size(kTemplates); ++i) {
      EXPECT_TRUE(table_.add(parsed(kTemplates[i]), "GET", i));
    }
    EXPECT_TRUE(table_.add(parsed("/v1/users/{id}"), "PATCH", 100));
    EXPECT_TRUE(table_.add(parsed("/v1/users/{id}"), "DELETE", 101));
  }

  std::string found(std::string_view path) {
    const auto match = table_.find("GET", path);
    return match.route == RouteTable::kNone ? "none" : kTemplates[match.route];
  }

  static constexpr const char* kTemplates[] = {
      "/v1/users",
      "/v1/users/{id}",
      "/v1/users:this",
      "/v1/users/me",
      "/v1/users/{id}:verify",
      "/v1/users:external/{id}",
      "/v1/files/{p=**}",
      "/v1/users/{id}/roles/{role}",
      "/v1/files/{p=**}:sum",
  };
  RouteTable table_;
};

TEST_F(Routes, LiteralsWinOverVariables) {
  EXPECT_EQ(found("/v1/users"), "/v1/users");
  EXPECT_EQ(found("/v1/users/me"), "/v1/users/me");
  EXPECT_EQ(found("/v1/users/you"), "/v1/users/{id}");
  EXPECT_EQ(found("/v1/users/me/roles/x"), "/v1/users/{id}/roles/{role}");
}

TEST_F(Routes, AVerbIsTakenOffOnlyWhereATemplateHasIt) {
  EXPECT_EQ(found("/v1/users:this"), "/v1/users:this");
  EXPECT_EQ(found("/v1/users/7:verify"), "/v1/users/{id}:verify");
  EXPECT_EQ(found("/v1/users/7:other"), "/v1/users/{id}");
  EXPECT_EQ(found("/v1/users:external/a:verify"), "/v1/users:external/{id}");
  EXPECT_EQ(table_.find("GET", "/v1/users/7:verify").segments.back(), "7");
  EXPECT_EQ(table_.find("GET", "/v1/users/7:other").segments.back(), "7:other");
}

TEST_F(Routes, TwoStarsTakeWhatIsLeft) {
  EXPECT_EQ(found("/v1/files/a/b/c"), "/v1/files/{p=**}");
  EXPECT_EQ(found("/v1/files/a/b:sum"), "/v1/files/{p=**}:sum");
}

TEST_F(Routes, NothingElseMatches) {
  for (const auto* path : {"/", "/v1", "/v1/", "/v1/users/", "/v1/users//roles/x", "/v1/users/a/roles", "/v2/users"}) {
    EXPECT_EQ(found(path), "none") << path;
  }
  EXPECT_EQ(found("/v1" + std::string(100, '/')), "none");
}

TEST_F(Routes, ToldWhichMethodsAPathTakes) {
  const auto match = table_.find("PUT", "/v1/users/7");
  EXPECT_EQ(match.route, RouteTable::kNone);
  EXPECT_EQ(match.allowed, (std::vector<std::string_view>{"DELETE", "GET", "PATCH"}));
  EXPECT_TRUE(table_.find("PUT", "/v1/nothing").allowed.empty());
}

TEST_F(Routes, ALiteralWithoutTheMethodDoesNotHideAVariableThatHasIt) {
  EXPECT_EQ(table_.find("PATCH", "/v1/users/me").route, 100u);
}

TEST_F(Routes, APlaceIsTakenOnce) { EXPECT_FALSE(table_.add(parsed("/v1/users/{other}"), "GET", 5)); }

}  // namespace
}  // namespace doorward::rpc
