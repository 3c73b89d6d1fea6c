#include "net/router.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "base/completion.h"

namespace doorward::net {
namespace {

Handler says(const char* text) {
  return [text](const Request&) -> task<Response> {
    return [](const char* t) -> task<Response> { co_return text_response(200, t); }(text);
  };
}

std::string answer(const Router& router, std::string path) {
  Request request;
  request.path = std::move(path);
  return sync_wait(router(request)).body;
}

TEST(Router, ExactThenLongestPrefixThenFallback) {
  Router router;
  router.add("/keys", says("keys"));
  router.add_prefix("/directory", says("directory"));
  router.add_prefix("/directory/internal/", says("internal"));
  EXPECT_EQ(answer(router, "/keys"), "keys\n");
  EXPECT_EQ(answer(router, "/directory"), "directory\n");
  EXPECT_EQ(answer(router, "/directory/dir_1/scim"), "directory\n");
  EXPECT_EQ(answer(router, "/directory/internal/x"), "internal\n");
  EXPECT_EQ(answer(router, "/directoryx"), "There is nothing at this path.\n");
  EXPECT_EQ(answer(router, "/keys/"), "There is nothing at this path.\n");
  router.set_fallback(says("fallback"));
  EXPECT_EQ(answer(router, "/other"), "fallback\n");
  EXPECT_TRUE(router.has("/keys") && router.has("/directory/internal/x"));
  EXPECT_FALSE(router.has("/other") || router.has("/directoryx"));
}

TEST(Router, RefusesMistakesOfTheCompositionRoot) {
  Router router;
  router.add("/a", says("a"));
  EXPECT_THROW(router.add("/a", says("b")), std::logic_error);
  EXPECT_THROW(router.add("a", says("b")), std::logic_error);
  router.add_prefix("/p/", says("p"));
  EXPECT_THROW(router.add_prefix("/p", says("q")), std::logic_error);
}

TEST(Paths, LeadingSlashesFold) {
  EXPECT_EQ(fold_leading_slashes("//oauth/token"), "/oauth/token");
  EXPECT_EQ(fold_leading_slashes("///a//b"), "/a//b");
  EXPECT_EQ(fold_leading_slashes("//"), "/");
  EXPECT_EQ(fold_leading_slashes("/"), "/");
}

}  // namespace
}  // namespace doorward::net
