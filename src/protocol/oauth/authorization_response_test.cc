#include "protocol/oauth/authorization_response.h"

#include <gtest/gtest.h>

#include <string>

namespace doorward::oauth {
namespace {

const AuthorizationResponseTarget kTarget{
    .redirect_uri = "https://app.test/cb", .state = "a b&c", .issuer = "https://id.test"};

TEST(AuthorizationResponse, P23_CarriesTheIssuer) {
  EXPECT_EQ(code_redirect(kTarget, "abc"), "https://app.test/cb?code=abc&state=a%20b%26c&iss=https%3A%2F%2Fid.test");
  EXPECT_EQ(error_redirect(kTarget, make_error(Reason::kInvalidScope, "No such scope.")),
            "https://app.test/cb?error=invalid_scope&error_description=No%20such%20scope.&state=a%20b%26c"
            "&iss=https%3A%2F%2Fid.test");
}

TEST(AuthorizationResponse, LeavesOutAStateThatWasNotSent) {
  EXPECT_EQ(code_redirect({.redirect_uri = "app:/cb", .state = "", .issuer = "i"}, "c"), "app:/cb?code=c&iss=i");
}

TEST(AuthorizationResponse, AddsToAQuery) {
  EXPECT_EQ(with_parameter("https://app.test/?a=1", "b", "2/3"), "https://app.test/?a=1&b=2%2F3");
}

TEST(AuthorizationResponse, NothingBreaksOutOfTheUrl) {
  const std::string url =
      error_redirect({.redirect_uri = "https://app.test/cb", .state = "\r\nset-cookie: a=b", .issuer = "i"},
                     make_error(Reason::kInvalidRequest, "\"<script>\\\r\n", "internals"));
  EXPECT_EQ(url.find_first_of("\r\n <>\"\\"), std::string::npos) << url;
  EXPECT_EQ(url.find("internals"), std::string::npos);
}

TEST(AuthorizationResponse, TellsApplicationsWhatTheyCanActOn) {
  const auto expect = [](Reason reason, std::string_view error) {
    EXPECT_EQ(authorization_error(reason), error) << reason_name(reason);
  };
  expect(Reason::kInvalidRequest, "invalid_request");
  expect(Reason::kUnsupportedResponseType, "unsupported_response_type");
  expect(Reason::kLoginRequired, "login_required");
  expect(Reason::kInvalidConnectionSelector, "invalid_connection_selector");
  expect(Reason::kNoActiveConnections, "no_active_connections");
  expect(Reason::kNoConfiguredConnections, "no_configured_connections");
  expect(Reason::kConnectionNotActive, "connection_not_active");
  expect(Reason::kConnectionInactive, "connection_not_active");
  expect(Reason::kInvalidUserDomain, "invalid_user_domain");
  expect(Reason::kTokenExchange, "failed_to_exchange_token");
  expect(Reason::kUserInfoFailed, "user_info_retrieve_failed");
  expect(Reason::kMandatoryAttributeMissing, "mandatory_attribute_missing");
  expect(Reason::kAuthenticationNotCompleted, "authentication_not_completed");
  for (const Reason of_token : {Reason::kNonce, Reason::kSignatureInvalid, Reason::kAudience, Reason::kTimeWindow,
                                Reason::kIssuerMismatch, Reason::kSubMismatch, Reason::kStaleAuthn}) {
    expect(of_token, "invalid_id_token");
  }
  expect(Reason::kStoreUnavailable, "temporarily_unavailable");
  expect(Reason::kDeadlineExceeded, "temporarily_unavailable");
  expect(Reason::kInternal, "server_error");
  expect(Reason::kSecretUnreadable, "server_error");
}

TEST(AuthorizationError, NamesASamlFaultByWhatItIs) {
  const auto saml = [](Reason reason) { return authorization_error(reason, AnswerKind::kSaml); };
  EXPECT_EQ(saml(Reason::kSignatureInvalid), "signature_validation_failed");
  EXPECT_EQ(authorization_error(Reason::kSignatureInvalid), "invalid_id_token");
  EXPECT_EQ(saml(Reason::kDtdForbidden), "malformed_saml_response");
  EXPECT_EQ(saml(Reason::kDestination), "invalid_acs_url");
  EXPECT_EQ(saml(Reason::kTimeWindow), "assertion_expired");
  EXPECT_EQ(saml(Reason::kStatusNotSuccess), "invalid_status");
  EXPECT_EQ(saml(Reason::kReplay), "invalid_saml_response");
  EXPECT_EQ(saml(Reason::kConnectionInactive), "connection_not_active");
  EXPECT_EQ(saml(Reason::kMandatoryAttributeMissing), "mandatory_attribute_missing");
}

}  // namespace
}  // namespace doorward::oauth
