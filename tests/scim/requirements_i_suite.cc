// I: /Me (RFC 7644 section 3.11).
#include "requirements.h"

namespace doorward::test {
namespace {

TEST_F(Requirements, I1_ASecretStandsForNobodySoThereIsNoMe) {
  make_user("ann");
  for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
    expect_error(call(method, "/Me", R"({"userName":"me"})"), 501);
  }
  EXPECT_EQ(call("GET", "/Users").body.at("totalResults"), 1);
  expect_error(send(home_, {"GET", "/Me", "", "wrong"}), 401);
}

}  // namespace
}  // namespace doorward::test
