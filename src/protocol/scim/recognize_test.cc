#include "protocol/scim/recognize.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string>

namespace doorward::scim {
namespace {

std::optional<Profile> shape(std::string_view body) { return profile_of_shape(boost::json::parse(body).as_object()); }
std::optional<Profile> patch(const std::string& operations) { return shape(R"({"Operations":[)" + operations + "]}"); }

TEST(Recognize, ThePinnedProfileCountsBeforeEverything) {
  ProfileClues clues{.pinned = Profile::kStrict,
                     .provider = DirectoryProvider::kOkta,
                     .user_agent = "Google-Auto-Provisioning",
                     .aad_flag = true,
                     .remembered = ProfileChoice{Profile::kKeycloak, ProfileSource::kShape}};
  EXPECT_EQ(choose_profile(clues), (ProfileChoice{Profile::kStrict, ProfileSource::kPinned}));
  clues.pinned.reset();
  EXPECT_EQ(choose_profile(clues), (ProfileChoice{Profile::kOkta, ProfileSource::kProvider}));
  clues.provider = DirectoryProvider::kAuth0;  // has no habits of its own
  EXPECT_EQ(choose_profile(clues), (ProfileChoice{Profile::kGoogle, ProfileSource::kUserAgent}));
  clues.user_agent = "curl/8";
  EXPECT_EQ(choose_profile(clues), (ProfileChoice{Profile::kEntra, ProfileSource::kQueryFlag}));
  clues.aad_flag = false;
  EXPECT_EQ(choose_profile(clues), (ProfileChoice{Profile::kKeycloak, ProfileSource::kShape}));
  clues.remembered.reset();
  EXPECT_EQ(choose_profile(clues), ProfileChoice{});
}

TEST(Recognize, WhatAnAdministratorSaidIsNoRecognition) {
  EXPECT_FALSE(is_recognition({}));
  EXPECT_FALSE(is_recognition({Profile::kOkta, ProfileSource::kPinned}));
  EXPECT_FALSE(is_recognition({Profile::kOkta, ProfileSource::kProvider}));
  EXPECT_TRUE(is_recognition({Profile::kOkta, ProfileSource::kUserAgent}));
  EXPECT_TRUE(is_recognition({Profile::kEntra, ProfileSource::kQueryFlag}));
  EXPECT_TRUE(is_recognition({Profile::kEntra, ProfileSource::kShape}));
}

TEST(Recognize, UserAgentsByTheNameOfTheProduct) {
  EXPECT_EQ(profile_of_user_agent("Okta SCIM Client 1.0.0"), Profile::kOkta);
  EXPECT_EQ(profile_of_user_agent("Google-Auto-Provisioning"), Profile::kGoogle);
  EXPECT_EQ(profile_of_user_agent("JumpCloud/1"), Profile::kJumpCloud);
  EXPECT_EQ(profile_of_user_agent("goauthentik.io/2025.2"), Profile::kAuthentik);
  EXPECT_EQ(profile_of_user_agent("python-requests/2"), std::nullopt);
  EXPECT_EQ(profile_of_user_agent(""), std::nullopt);
}

TEST(Recognize, EntraByTwoMarksTogether) {
  EXPECT_EQ(patch(R"({"op":"Replace","path":"active","value":"False"})"), Profile::kEntra);
  EXPECT_EQ(patch(R"({"op":"Add","path":"emails[type eq \"work\"].value","value":"a@x"})"), Profile::kEntra);
  EXPECT_EQ(patch(R"({"op":"replace","path":"title","value":"T"},
                     {"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
                      "value":"D"})"),
            Profile::kEntra);
  // Each alone is sent by others too.
  EXPECT_EQ(patch(R"({"op":"Replace","path":"title","value":"T"})"), std::nullopt);
  EXPECT_EQ(patch(R"({"op":"replace","path":"emails[type eq \"work\"].value","value":"a@x"})"), std::nullopt);
  EXPECT_EQ(patch(R"({"op":"replace","path":"active","value":"False"})"), std::nullopt);
  EXPECT_EQ(shape(R"({"displayName":"G","schemas":["urn:ietf:params:scim:schemas:core:2.0:Group",
                      "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"]})"),
            Profile::kEntra);
}

TEST(Recognize, OthersByWhatOnlyTheySend) {
  EXPECT_EQ(patch(R"({"op":"replace","value":{"active":false}})"), Profile::kOkta);
  EXPECT_EQ(shape(R"({"userName":"a","locale":"en-US","groups":[]})"), Profile::kOkta);
  EXPECT_EQ(patch(R"({"op":"remove","path":"members","value":null})"), Profile::kKeycloak);
  EXPECT_EQ(shape(R"({"userName":"a","active":"true"})"), Profile::kKeycloak);
  EXPECT_EQ(patch(R"({"op":"replace","value":{"id":"1","schemas":["x"],"displayName":"G"}})"), Profile::kAuthentik);
  EXPECT_EQ(shape(R"({"userName":"a","schemas":["urn:scim:schemas:core:2.0"]})"), Profile::kOneLogin);
  EXPECT_EQ(patch(R"({"op":"remove","path":"members"})"), std::nullopt);
  EXPECT_EQ(patch(R"({"op":"replace","value":{"id":"1","displayName":"G"}})"), std::nullopt);
  EXPECT_EQ(shape(R"({"userName":"a","active":true})"), std::nullopt);
}

TEST(Recognize, AnyShapeIsLookedAtWithoutHarm) {
  EXPECT_EQ(shape("{}"), std::nullopt);
  EXPECT_EQ(shape(R"({"Operations":7})"), std::nullopt);
  EXPECT_EQ(patch(""), std::nullopt);
  EXPECT_EQ(patch("7"), std::nullopt);
  EXPECT_EQ(patch(R"({"op":7,"path":[],"value":"True"})"), std::nullopt);
  EXPECT_EQ(shape(R"({"schemas":[7,null],"active":7,"groups":7})"), std::nullopt);
}

TEST(Recognize, NamesLeadBack) {
  for (const ProfileSource source : {ProfileSource::kPinned, ProfileSource::kProvider, ProfileSource::kUserAgent,
                                     ProfileSource::kQueryFlag, ProfileSource::kShape, ProfileSource::kDefault}) {
    EXPECT_EQ(profile_source_named(profile_source_name(source)), source);
  }
  EXPECT_EQ(profile_source_named("nothing"), std::nullopt);
}

}  // namespace
}  // namespace doorward::scim
