#include "server/credentials_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace doorward::server {
namespace {

struct CredentialsFileTest : testing::Test {
  std::string folder = [] {
    std::string name = (std::filesystem::temp_directory_path() / "doorward-credentials-XXXXXX").string();
    return std::string(::mkdtemp(name.data()));
  }();
  JsonCredentialsFile file{folder};

  ~CredentialsFileTest() override { std::filesystem::remove_all(folder); }

  static Credentials credentials(const char* environment, const char* secret) {
    Credentials all;
    all.environment_url = "http://localhost:8080";
    all.environment_id = EnvironmentId(environment);
    all.client_id = ApiClientId("skc_1");
    all.client_secret = Secret<std::string>(secret);
    all.ca_file = "/data \"x\"/tls/ca.pem";
    return all;
  }
  std::string path(const char* name) const { return folder + "/" + name; }
  std::string content(const char* name) const {
    std::ifstream in(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void put(const char* name, std::string_view text) const { std::ofstream(path(name), std::ios::binary) << text; }
};

TEST_F(CredentialsFileTest, WritesTheFieldsThatExistInTheirOrder) {
  ASSERT_TRUE(file.write(credentials("env_1", "s")));
  const auto object = boost::json::parse(content("credentials.json")).as_object();
  std::vector<std::string> names;
  for (const auto& member : object) names.emplace_back(member.key());
  EXPECT_EQ(names,
            (std::vector<std::string>{"environment_url", "environment_id", "client_id", "client_secret", "ca_file"}));
  EXPECT_EQ(object.at("ca_file"), "/data \"x\"/tls/ca.pem");
  struct stat status{};
  ASSERT_EQ(::stat(path("credentials.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
}

TEST_F(CredentialsFileTest, ReadsWhatItWrote) {
  Credentials all = credentials("env_1", "s");
  all.environment_url_https = "https://localhost:8443";
  all.test_organization_id = OrganizationId("org_1");
  all.test_connection_id = ConnectionId("conn_1");
  ASSERT_TRUE(file.write(all));
  const auto read = file.read(EnvironmentId("env_1"));
  ASSERT_TRUE(read && *read);
  EXPECT_EQ((*read)->environment_url_https, "https://localhost:8443");
  EXPECT_EQ((*read)->client_secret.reveal(), "s");
  EXPECT_EQ((*read)->test_organization_id.str(), "org_1");
  EXPECT_EQ((*read)->test_connection_id.str(), "conn_1");
}

TEST_F(CredentialsFileTest, NothingIsKnownOfAnotherEnvironment) {
  EXPECT_EQ(file.read(EnvironmentId("env_1")).value().has_value(), false);
  ASSERT_TRUE(file.write(credentials("env_1", "s")));
  EXPECT_EQ(file.read(EnvironmentId("env_2")).value().has_value(), false);
}

TEST_F(CredentialsFileTest, ASecretSurvivesTheUseOfAnotherDatabase) {
  ASSERT_TRUE(file.write(credentials("env_1", "first")));
  ASSERT_TRUE(file.write(credentials("env_2", "second")));
  EXPECT_EQ(file.read(EnvironmentId("env_1")).value()->client_secret.reveal(), "first");
  EXPECT_EQ(file.read(EnvironmentId("env_2")).value()->client_secret.reveal(), "second");
  struct stat status{};
  ASSERT_EQ(::stat(path("credentials-env_1.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
}

TEST_F(CredentialsFileTest, ForgetsOnlyTheEnvironmentNamed) {
  ASSERT_TRUE(file.write(credentials("env_1", "s")));
  ASSERT_TRUE(file.discard(EnvironmentId("env_2")));
  EXPECT_TRUE(file.read(EnvironmentId("env_1")).value().has_value());
  ASSERT_TRUE(file.discard(EnvironmentId("env_1")));
  EXPECT_FALSE(file.read(EnvironmentId("env_1")).value().has_value());
  EXPECT_FALSE(std::filesystem::exists(path("credentials.json")));
}

TEST_F(CredentialsFileTest, NeverReplacesWhatItCannotRead) {
  for (const char* text : {"", "{", "[]", "{}", R"({"environment_id":"../x"})", R"({"environment_id":7})"}) {
    put("credentials.json", text);
    const auto read = file.read(EnvironmentId("env_1"));
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().reason, Reason::kCredentialsUnreadable);
    const auto written = file.write(credentials("env_1", "s"));
    ASSERT_FALSE(written) << text;
    EXPECT_EQ(written.error().reason, Reason::kCredentialsUnreadable);
    EXPECT_EQ(content("credentials.json"), text);
  }
}

}  // namespace
}  // namespace doorward::server
