#include "domain/claim_names.h"

#include <gtest/gtest.h>

namespace doorward {
namespace {

TEST(ClaimNames, TellWhatOnlyDoorwardMaySay) {
  for (const char* name : {"sub",         "iss",      "aud",  "exp",  "iat",   "nbf",         "jti",
                           "oid",         "sid",      "xoid", "xuid", "roles", "permissions", "email_verified",
                           "identities",  "amr",      "azp",  "acr",  "xuid",  "grant_id",    "client_secret_id",
                           "client_keys", "token_use"}) {
    EXPECT_TRUE(is_reserved_claim(name)) << name;
    EXPECT_FALSE(is_standard_claim(name)) << name;
  }
  for (const char* name :
       {"email", "name", "given_name", "family_name", "preferred_username", "picture", "locale", "phone_number"}) {
    EXPECT_TRUE(is_standard_claim(name)) << name;
    EXPECT_FALSE(is_reserved_claim(name)) << name;
  }
  for (const char* name : {"", "department", "groups", "Sub", "sub ", "emails"}) {
    EXPECT_FALSE(is_reserved_claim(name)) << name;
    EXPECT_FALSE(is_standard_claim(name)) << name;
  }
}

}  // namespace
}  // namespace doorward
