#include <gtest/gtest.h>

#include <filesystem>

#include "server/application.h"

namespace doorward::server {
namespace {

class UrlsTest : public ::testing::Test {
 protected:
  UrlsTest() : root_(make_folder()), folder_(*DataDir::acquire(root_)) {}
  ~UrlsTest() override { std::filesystem::remove_all(root_); }

  static std::string make_folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "doorward-urls-XXXXXX").string();
    return mkdtemp(pattern.data());
  }

  const std::string root_;
  const DataDir folder_;
  Options options_;
};

TEST_F(UrlsTest, DevelopmentFollowsThePortsThatWereBound) {
  const InstallationUrls urls = urls_of(options_, {{"127.0.0.1", 8081, false}, {"127.0.0.1", 8444, true}}, folder_);
  EXPECT_EQ(urls.environment_url, "http://localhost:8081");
  EXPECT_EQ(urls.environment_url_https, "https://localhost:8444");
  EXPECT_EQ(urls.ca_file, std::filesystem::absolute(root_ + "/tls/ca.pem").string());
}

TEST_F(UrlsTest, WithoutAPlaintextListenerTheTlsOneIsTheBase) {
  const InstallationUrls urls = urls_of(options_, {{"127.0.0.1", 8444, true}}, folder_);
  EXPECT_EQ(urls.environment_url, "https://localhost:8444");
}

TEST_F(UrlsTest, TheBaseUrlCountsBeforeThePorts) {
  options_.base_url = "https://auth.example.com";
  options_.tls_cert = "/cert.pem";
  const InstallationUrls urls = urls_of(options_, {{"0.0.0.0", 80, false}, {"0.0.0.0", 443, true}}, folder_);
  EXPECT_EQ(urls.environment_url, "https://auth.example.com");
  EXPECT_EQ(urls.environment_url_https, "https://auth.example.com");
  EXPECT_EQ(urls.ca_file, "");
  EXPECT_EQ(urls_of(options_, {{"0.0.0.0", 80, false}}, folder_).environment_url_https, "");
}

TEST_F(UrlsTest, ReadyNamesAnAddressThatCanBeConnectedTo) {
  EXPECT_EQ(local_address({{"0.0.0.0", 80, false}, {"::", 443, true}}, false), "127.0.0.1:80");
  EXPECT_EQ(local_address({{"0.0.0.0", 80, false}, {"::", 443, true}}, true), "[::1]:443");
  EXPECT_EQ(local_address({{"192.0.2.1", 80, false}}, false), "192.0.2.1:80");
  EXPECT_EQ(local_address({{"192.0.2.1", 80, false}}, true), "");
}

}  // namespace
}  // namespace doorward::server
