#include "server/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace doorward::server {
namespace {

using net::ListenAddress;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Variables = std::map<std::string, std::string>;

Invocation invoke(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "doorward");
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

Result<Options> load(const Invocation& invocation, const Variables& variables = {}) {
  return load_options(invocation, [&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  });
}

class File {
 public:
  explicit File(const std::string& text) {
    std::string pattern = (std::filesystem::temp_directory_path() / "doorward-options-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    std::ofstream(path()) << text;
  }
  ~File() { std::filesystem::remove_all(folder_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  std::string path() const { return folder_ + "/doorward.toml"; }

 private:
  std::string folder_;
};

TEST(Options, DefaultsAreThoseOfTheContract) {
  const auto options = load(invoke({"serve"}));
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->data_dir, "./data");
  EXPECT_EQ(options->database_url, "sqlite:./data/doorward.db");
  EXPECT_THAT(options->http_listen, ElementsAre(ListenAddress{{"127.0.0.1", "::1"}, 8080}));
  EXPECT_THAT(options->https_listen, ElementsAre(ListenAddress{{"127.0.0.1", "::1"}, 8443}));
  EXPECT_EQ(options->base_url, "");
  EXPECT_EQ(options->environment, Environment::kDevelopment);
  EXPECT_EQ(options->log_format, LogFormat::kText);
  EXPECT_EQ(options->log_level, log::Level::kInfo);
  EXPECT_EQ(options->retain_events_days, 90);
  EXPECT_FALSE(options->no_migrate);
}

TEST(Options, CommandLineCountsBeforeEnvironmentBeforeFile) {
  const File file("data-dir = \"/file\"\nlog-level = \"error\"\nlog-format = \"json\"\nretain-events-days = 5\n");
  const Variables variables = {{"DOORWARD_DATA_DIR", "/environment"}, {"DOORWARD_LOG_LEVEL", "debug"}};
  const std::string config = file.path();
  const auto options = load(invoke({"serve", "--data-dir", "/line", "--config", config.c_str()}), variables);
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->data_dir, "/line");
  EXPECT_EQ(options->log_level, log::Level::kDebug);
  EXPECT_EQ(options->log_format, LogFormat::kJson);
  EXPECT_EQ(options->retain_events_days, 5);
}

TEST(Options, TheEnvironmentMayNameTheFile) {
  const File file("no-migrate = true\nhttp-listen = [\"127.0.0.1:0\", \"[::1]:0\"]\n");
  const auto options = load(invoke({"serve"}), {{"DOORWARD_CONFIG", file.path()}});
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_TRUE(options->no_migrate);
  EXPECT_THAT(options->http_listen, ElementsAre(ListenAddress{{"127.0.0.1"}, 0}, ListenAddress{{"::1"}, 0}));
}

TEST(Options, AnUnknownKeyInTheFileStopsTheStartWithItsNameAndLine) {
  const File file("\ndata-dirr = \"x\"\n");
  const auto options = load(invoke({"serve"}), {{"DOORWARD_CONFIG", file.path()}});
  ASSERT_FALSE(options);
  EXPECT_THAT(options.error().message, HasSubstr("doorward.toml:2: there is no option named \"data-dirr\""));
}

TEST(Options, AFileThatIsMissingBrokenOrOfWrongTypesStopsTheStart) {
  EXPECT_FALSE(load(invoke({"serve", "--config", "/nowhere/doorward.toml"})));
  for (const char* text : {"data-dir = ", "data-dir = 1.5", "data-dir = { a = 1 }", "http-listen = [1]"}) {
    const File file(text);
    EXPECT_FALSE(load(invoke({"serve"}), {{"DOORWARD_CONFIG", file.path()}})) << text;
  }
}

TEST(Options, AnUnknownOptionOrCommandIsAnErrorOfTheCommandLine) {
  for (const auto& arguments : std::vector<std::vector<const char*>>{
           {"serve", "--data-dirr", "x"}, {"serv"}, {}, {"serve", "extra"}, {"serve", "--data-dir"}}) {
    const auto invocation = invoke(arguments);
    EXPECT_TRUE(invocation.text.has_value());
    EXPECT_EQ(invocation.status, 2);
  }
}

TEST(Options, HelpListsEveryOptionWithItsVariable) {
  const auto invocation = invoke({"serve", "--help"});
  ASSERT_TRUE(invocation.text.has_value());
  EXPECT_EQ(invocation.status, 0);
  for (const OptionRow& row : option_table()) {
    EXPECT_THAT(*invocation.text, HasSubstr("--" + std::string(row.name)));
    EXPECT_THAT(*invocation.text, HasSubstr(environment_name(row.name)));
  }
  EXPECT_THAT(*invocation.text, HasSubstr("DOORWARD_CONFIG"));
}

TEST(Options, CommandsAreTold) {
  EXPECT_EQ(invoke({"serve"}).command, Command::kServe);
  EXPECT_EQ(invoke({"migrate"}).command, Command::kMigrate);
  EXPECT_EQ(invoke({"version"}).command, Command::kVersion);
  const auto migrate = load(invoke({"migrate", "--database-url", "postgresql://localhost/doorward"}));
  ASSERT_TRUE(migrate);
  EXPECT_EQ(migrate->database_url, "postgresql://localhost/doorward");
}

TEST(Options, ListenAddressesAreRead) {
  const auto options = load(invoke({"serve", "--http-listen", "0.0.0.0:80, [::]:80", "--https-listen", "off"}));
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_THAT(options->http_listen, ElementsAre(ListenAddress{{"0.0.0.0"}, 80}, ListenAddress{{"::"}, 80}));
  EXPECT_TRUE(options->https_listen.empty());
  for (const char* wrong : {"8080", "localhost", "localhost:", "::1:8080", "localhost:65536", "localhost:-1",
                            "localhost:8080,", "localhost:80x", "[]:80"}) {
    EXPECT_FALSE(load(invoke({"serve", "--http-listen", wrong}))) << wrong;
  }
  EXPECT_FALSE(load(invoke({"serve", "--http-listen", "off", "--https-listen", "off"})));
}

TEST(Options, TheBaseUrlHasNoPathAndNoSlashAtItsEnd) {
  const auto options = load(invoke({"serve", "--base-url", "https://Auth.example.com:8443/"}));
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->base_url, "https://auth.example.com:8443");
  for (const char* wrong :
       {"auth.example.com", "ftp://x", "https://", "https://x/path", "https://x?y", "https://u@x", "https://x y"}) {
    EXPECT_FALSE(load(invoke({"serve", "--base-url", wrong}))) << wrong;
  }
}

TEST(Options, WrongValuesNameTheirOrigin) {
  const auto line = load(invoke({"serve", "--retain-events-days", "0"}));
  ASSERT_FALSE(line);
  EXPECT_THAT(line.error().message, HasSubstr("--retain-events-days: expected a whole number from 1"));
  const auto variable = load(invoke({"serve"}), {{"DOORWARD_LOG_FORMAT", "xml"}});
  ASSERT_FALSE(variable);
  EXPECT_THAT(variable.error().message, HasSubstr("DOORWARD_LOG_FORMAT: expected text or json"));
}

TEST(Options, ProductionRefusesWhatIsOnlyFitForDevelopment) {
  std::vector<const char*> good = {"serve",
                                   "--environment",
                                   "production",
                                   "--base-url",
                                   "https://auth.example.com",
                                   "--tls-cert",
                                   "/c",
                                   "--tls-key",
                                   "/k",
                                   "--key-encryption-key-file",
                                   "/kek"};
  ASSERT_TRUE(load(invoke(good)));
  const auto refusal = [](std::vector<const char*> arguments) {
    const auto options = load(invoke(std::move(arguments)));
    return options ? std::string("accepted") : options.error().message;
  };
  const char* kKek = "--key-encryption-key-file";
  EXPECT_THAT(refusal({"serve", "--environment", "production", "--tls-cert", "/c", "--tls-key", "/k", kKek, "/kek"}),
              HasSubstr("needs base-url"));
  EXPECT_THAT(refusal({"serve", "--environment", "production", "--base-url", "http://auth.example.com", "--tls-cert",
                       "/c", "--tls-key", "/k", kKek, "/kek"}),
              HasSubstr("refuses an http:// base-url"));
  EXPECT_THAT(refusal({"serve", "--environment", "production", "--base-url", "https://auth.example.com", kKek, "/kek"}),
              HasSubstr("refuses a generated certificate"));
  EXPECT_THAT(refusal({"serve", "--environment", "production", "--base-url", "https://auth.example.com",
                       "--https-listen", "off"}),
              HasSubstr("needs key-encryption-key-file"));
  EXPECT_EQ(refusal({"serve", "--environment", "production", "--base-url", "https://auth.example.com", "--https-listen",
                     "off", kKek, "/kek"}),
            "accepted");
  EXPECT_THAT(refusal({"serve", "--tls-cert", "/c"}), HasSubstr("belong together"));
}

TEST(Options, TheReferencePageIsMadeFromTheTable) {
  const std::string path = DOORWARD_SOURCE_DIR "/docs/reference/configuration.md";
  if (std::getenv("DOORWARD_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << options_markdown();
  std::ifstream in(path);
  std::stringstream page;
  page << in.rdbuf();
  EXPECT_EQ(page.str(), options_markdown()) << "the table changed; tools/update-golden writes the page anew";
}

}  // namespace
}  // namespace doorward::server
