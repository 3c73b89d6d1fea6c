#include "edge/sso/test_result_page.h"

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <string>
#include <string_view>

#include "edge/browser_page.h"
#include "edge/html.h"

namespace doorward::edge {
namespace {

// In the order shown; everything else that a provider says stays out of the page.
constexpr std::array<std::string_view, 10> kShownClaims = {
    "sub",          "email",  "email_verified", "name", "given_name", "family_name", "preferred_username",
    "phone_number", "locale", "picture"};
constexpr std::size_t kShownBytes = 256;

std::string text_of(const boost::json::value& value) {
  if (value.is_string()) return std::string(value.get_string().subview(0, kShownBytes));
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  return {};
}

PageFacts profile_facts(std::string_view user_info) {
  PageFacts facts;
  boost::system::error_code unreadable;
  const boost::json::value info = boost::json::parse(user_info, unreadable);
  if (unreadable || !info.is_object()) return facts;
  for (const std::string_view name : kShownClaims) {
    if (const auto* value = info.get_object().if_contains(name)) facts.emplace_back(name, text_of(*value));
  }
  return facts;
}

}  // namespace

net::Response test_result_page(const TestEnded& ended) {
  const ConnectionTest& test = ended.test;
  const PageFacts of_test = {{"Connection", ended.connection.id.str()}, {"Test", test.id.str()}};
  if (test.status == ConnectionTestStatus::kSuccess) {
    return browser_page(200, "The connection works",
                        "<p>The identity provider signed this person in. Nobody was signed in to an application.</p>" +
                            facts_html(profile_facts(test.user_info)) + facts_html(of_test));
  }
  PageFacts facts = {{"Error", test.error}, {"Details", test.error_details}};
  facts.insert(facts.end(), of_test.begin(), of_test.end());
  return browser_page(200, "The connection does not work yet",
                      "<p>" + escaped(test.error_description) + "</p>" + facts_html(facts));
}

}  // namespace doorward::edge
