#include "protocol/oidc/logout_token.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "protocol/oidc/test_tokens.h"

namespace doorward::oidc {
namespace {

using test::kNow;
using test::reason_of;
using test::text_of;
namespace json = boost::json;

constexpr std::int64_t kSeconds = 1'800'000'000;

json::object good() {
  return {{"iss", test::kIssuer},
          {"aud", test::kClientId},
          {"sub", "u1"},
          {"sid", "s1"},
          {"jti", "j1"},
          {"iat", kSeconds},
          {"exp", kSeconds + 120},
          {"events", json::object{{"http://schemas.openid.net/event/backchannel-logout", json::object{}}}}};
}

Result<LogoutNotice> check(const json::object& claims, std::string_view issuer = test::kIssuer) {
  return check_logout_token(test::signed_claims(claims),
                            {.issuer = std::string(issuer), .client_id = std::string(test::kClientId), .now = kNow});
}

Result<LogoutNotice> check_with(std::string_view name, json::value value) {
  json::object claims = good();
  if (value.is_null()) {
    claims.erase(name);
  } else {
    claims[name] = std::move(value);
  }
  return check(claims);
}

TEST(LogoutToken, TellsWhoIsLoggedOut) {
  const auto notice = check(good());
  ASSERT_TRUE(notice) << notice.error().detail;
  EXPECT_EQ(notice->issuer, test::kIssuer);
  EXPECT_EQ(notice->subject, "u1");
  EXPECT_EQ(notice->session, "s1");
  EXPECT_EQ(notice->token_id, "j1");
  EXPECT_EQ(reason_of(check_with("sub", nullptr)), "none") << "a session is enough";
  EXPECT_EQ(reason_of(check_with("sid", nullptr)), "none") << "so is a person";
}

TEST(LogoutToken, IsRememberedForAsLongAsItWouldBeAccepted) {
  json::object late = good();
  late["iat"] = kSeconds + 120;
  late["exp"] = kSeconds + 100'000;
  const auto notice = check(late);
  ASSERT_TRUE(notice);
  const auto again = check_logout_token(
      test::signed_claims(late),
      {.issuer = std::string(test::kIssuer), .client_id = std::string(test::kClientId), .now = notice->expires_at});
  EXPECT_EQ(reason_of(again), text_of(Reason::kLogoutToken));
}

TEST(LogoutToken, D29_WrongIssuerAudienceNonceEventsOrTime) {
  const std::pair<const char*, json::value> changes[] = {
      {"iss", "https://evil.test"},
      {"iss", json::value()},
      {"aud", "client-2"},
      {"aud", json::array{"client-1", "client-2"}},
      {"aud", json::value()},
      {"nonce", "n"},
      {"events", json::value()},
      {"events", json::object{}},
      {"events", "http://schemas.openid.net/event/backchannel-logout"},
      {"events", json::object{{"http://schemas.openid.net/event/backchannel-logout", "x"}}},
      {"jti", json::value()},
      {"jti", json::value(std::string(256, 'j'))},
      {"iat", json::value()},
      {"iat", kSeconds - 601},
      {"iat", kSeconds + 121},
      {"exp", json::value()},
      {"exp", json::value(kSeconds - 120)},
      {"sid", 7},
      {"sub", json::value(std::string(256, 's'))},
  };
  for (const auto& [name, value] : changes) {
    EXPECT_EQ(reason_of(check_with(name, value)), text_of(Reason::kLogoutToken)) << name << ' ' << value;
  }
  json::object nobody = good();
  nobody.erase("sub");
  nobody.erase("sid");
  EXPECT_EQ(reason_of(check(nobody)), text_of(Reason::kLogoutToken));
}

}  // namespace
}  // namespace doorward::oidc
