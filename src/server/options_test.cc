#include "server/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include "net/outbound/curl_http_client.h"
#include "server/limit_table.h"
#include "server/option_values.h"
#include "store/open.h"

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
  EXPECT_EQ(options->environment, EnvironmentKind::kDevelopment);
  EXPECT_EQ(options->log_format, LogFormat::kText);
  EXPECT_EQ(options->log_level, log::Level::kInfo);
  EXPECT_EQ(options->retain_events_days, 90);
  EXPECT_EQ(options->machine_id, -1);
  EXPECT_FALSE(options->no_migrate);
}

TEST(Options, DefaultsOfLimitsAreThoseOfTheirOwners) {
  const auto options = load(invoke({"serve"}));
  ASSERT_TRUE(options) << options.error().message;
  const net::Limits own;
  EXPECT_EQ(options->limits.connections, own.connections);
  EXPECT_EQ(options->limits.connections_per_source, own.connections_per_source);
  EXPECT_EQ(options->limits.concurrent_streams, own.concurrent_streams);
  EXPECT_EQ(options->limits.header_bytes, own.header_bytes);
  EXPECT_EQ(options->limits.body_bytes, own.body_bytes);
  EXPECT_EQ(options->limits.header_read, own.header_read);
  EXPECT_EQ(options->limits.body_read, own.body_read);
  EXPECT_EQ(options->limits.handler, own.handler);
  EXPECT_EQ(options->limits.idle, own.idle);
  const net::OutboundOptions outbound;
  EXPECT_EQ(static_cast<std::size_t>(options->outbound_connections), outbound.max_in_flight);
  EXPECT_EQ(static_cast<std::size_t>(options->outbound_connections_per_target), outbound.max_per_target);
  EXPECT_EQ(static_cast<std::size_t>(options->database_connections), store::kDefaultConnections);
}

TEST(Options, EveryDefaultIsWithinItsBounds) {
  for (const OptionRow& row : option_table()) {
    Options options;
    if (row.initial.empty()) continue;
    const auto applied = row.apply(options, row.initial, row);
    EXPECT_TRUE(applied) << row.name << ": " << applied.error().message;
  }
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
  EXPECT_THAT(options.error().message,
              HasSubstr("doorward.toml:2: there is no option named \"data-dirr\"; did you mean \"data-dir\"?"));
}

TEST(Options, AFileThatIsMissingBrokenOrOfWrongTypesStopsTheStart) {
  EXPECT_FALSE(load(invoke({"serve", "--config", "/nowhere/doorward.toml"})));
  for (const char* text : {"data-dir = ", "data-dir = 1.5", "data-dir = { a = 1 }", "http-listen = [1]",
                           "data-dir = [\"a\"]", "[server]\ndata-dir = \"x\""}) {
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

TEST(Options, TheNearestNameIsSuggested) {
  const struct {
    const char *wrong, *near;
  } cases[] = {{"data-dirr", "data-dir"},
               {"data_dir", "data-dir"},
               {"retain-event-days", "retain-events-days"},
               {"dns-server", "dns-servers"},
               {"htpt-listen", "http-listen"},
               {"trusted-proxy", "trusted-proxies"},
               {"no-such-option-at-all", ""},
               {"", ""}};
  for (const auto& c : cases) EXPECT_EQ(nearest_option(c.wrong), c.near) << c.wrong;
  EXPECT_EQ(nearest_option(std::string(100'000, 'x')), "");
  const auto invocation = invoke({"serve", "--data-dirr=x"});
  EXPECT_THAT(invocation.text.value_or(""), HasSubstr("Did you mean --data-dir?"));
  EXPECT_THAT(invocation.text.value_or(""), HasSubstr("--data-dirr"));
}

TEST(Options, TimesAndSizesHaveUnits) {
  const auto options = load(invoke({"serve", "--header-timeout", "1500ms", "--handler-timeout", "2m",
                                    "--max-body-bytes", "512KiB", "--idle-timeout", "1h"}));
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->limits.header_read, std::chrono::milliseconds(1500));
  EXPECT_EQ(options->limits.handler, std::chrono::minutes(2));
  EXPECT_EQ(options->limits.idle, std::chrono::hours(1));
  EXPECT_EQ(options->limits.body_bytes, 512u * 1024);
  for (const char* wrong : {"10", "s", "10 s", "10sec", "-1s", "1.5s", "0s", "999999999999999999d", "1h"}) {
    const auto refused = load(invoke({"serve", "--header-timeout", wrong}));
    ASSERT_FALSE(refused) << wrong;
    EXPECT_THAT(refused.error().message,
                HasSubstr("--header-timeout: expected a time from 1s to 2m with its unit (ms, s, m, h or d)"));
  }
  for (const char* wrong : {"1048576", "1MB", "1M", "1KiB", "1GiB", "MiB", "1.5MiB"}) {
    const auto refused = load(invoke({"serve", "--max-body-bytes", wrong}));
    ASSERT_FALSE(refused) << wrong;
    EXPECT_THAT(refused.error().message, HasSubstr("--max-body-bytes: expected a size from 64KiB to 4MiB"));
  }
  EXPECT_EQ(duration_text(std::chrono::milliseconds(90'000)), "90s");
  EXPECT_EQ(duration_text(std::chrono::milliseconds(0)), "0s");
  EXPECT_EQ(size_text(1536), "1536B");
}

TEST(Options, ListsAreSeparatedByCommasOrArraysInTheFile) {
  const File file(
      "trusted-proxies = [\"10.0.0.5\", \"10.1.0.0/24\"]\ndns-servers = [\"192.0.2.53\", \"[2001:db8::53]:5353\"]\n"
      "egress-allow = \"10.9.0.0/16, fd00::7\"\n");
  const auto options = load(invoke({"serve"}), {{"DOORWARD_CONFIG", file.path()}});
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_TRUE(options->trusted_proxies.contain(*parse_ip_address("10.1.0.77")));
  EXPECT_FALSE(options->trusted_proxies.contain(*parse_ip_address("10.0.0.6")));
  ASSERT_EQ(options->dns_servers.size(), 2u);
  EXPECT_EQ(net::to_string(options->dns_servers[1]), "[2001:db8::53]:5353");
  EXPECT_EQ(options->egress_allow.all().size(), 2u);
  const auto refusal = [](const char* option, const char* value) {
    const auto loaded = load(invoke({"serve", option, value}));
    return loaded ? std::string("accepted") : loaded.error().message;
  };
  EXPECT_THAT(refusal("--trusted-proxies", "proxy.internal"), HasSubstr("--trusted-proxies: \"proxy.internal\""));
  EXPECT_THAT(refusal("--dns-servers", "dns.example.com"), HasSubstr("expected the address of a name server"));
  EXPECT_THAT(refusal("--egress-allow", "0.0.0.0/0"), HasSubstr("would allow nearly everything"));
  EXPECT_THAT(refusal("--egress-allow", "::/0"), HasSubstr("would allow nearly everything"));
  EXPECT_EQ(refusal("--egress-allow", "10.0.0.0/8,fd00::/8"), "accepted");
}

TEST(Options, TheMachinePartIsANumberOrTakenFromTheDatabase) {
  EXPECT_EQ(load(invoke({"serve", "--machine-id", "65535"}))->machine_id, 65535);
  EXPECT_EQ(load(invoke({"serve", "--machine-id", "auto"}))->machine_id, -1);
  for (const char* wrong : {"65536", "-1", "x"}) {
    EXPECT_THAT(load(invoke({"serve", "--machine-id", wrong})).error().message,
                HasSubstr("--machine-id: expected auto or a whole number from 0 to 65535"));
  }
}

TEST(Options, BoundsThatContradictEachOtherAreRefused) {
  EXPECT_THAT(load(invoke({"serve", "--max-connections", "100"})).error().message,
              HasSubstr("max-connections-per-source is greater"));
  EXPECT_THAT(load(invoke({"serve", "--scim-max-page-size", "50"})).error().message,
              HasSubstr("scim-page-size is greater"));
  EXPECT_THAT(load(invoke({"serve", "--outbound-connections", "16"})).error().message,
              HasSubstr("outbound-connections-per-target is greater"));
}

TEST(Options, TheEffectiveConfigurationShowsOriginsAndNoSecrets) {
  const File file("http-listen = [\"127.0.0.1:1\", \"[::1]:1\"]\nretain-events-days = 5\n");
  const auto invocation = invoke({"serve", "--check-config", "--log-level", "debug"});
  EXPECT_TRUE(invocation.check_config);
  const Variables variables = {{"DOORWARD_CONFIG", file.path()},
                               {"DOORWARD_DATABASE_URL", "postgresql://door:s3cr:et@db/x?password=s3cret&a=b"}};
  const auto settings = effective_settings(invocation, [&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
  ASSERT_TRUE(settings);
  const std::string text = effective_toml(*settings);
  EXPECT_THAT(text, HasSubstr("# Listeners\nhttp-listen = [\"127.0.0.1:1\", \"[::1]:1\"]  # " + file.path() +
                              ": http-listen\n"));
  EXPECT_THAT(text, HasSubstr("retain-events-days = 5  # " + file.path()));
  EXPECT_THAT(text, HasSubstr("log-level = \"debug\"  # --log-level\n"));
  EXPECT_THAT(text, HasSubstr("data-dir = \"./data\"  # default\n"));
  EXPECT_THAT(text,
              HasSubstr("database-url = \"postgresql://door:***@db/x?password=***&a=b\"  # DOORWARD_DATABASE_URL\n"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("s3cr")));
  const File again(text);
  EXPECT_TRUE(load(invoke({"serve"}), {{"DOORWARD_CONFIG", again.path()}})) << "it is a configuration file itself";
}

// Every block of the guide that is marked as TOML.
TEST(Options, TheExamplesOfTheGuideAreTaken) {
  std::ifstream in(DOORWARD_SOURCE_DIR "/docs/configuration.md");
  int examples = 0;
  std::string line;
  while (std::getline(in, line)) {
    if (line != "```toml") continue;
    std::string text;
    while (std::getline(in, line) && line != "```") text += line + "\n";
    const File file(text);
    const auto options = load(invoke({"serve"}), {{"DOORWARD_CONFIG", file.path()}});
    EXPECT_TRUE(options) << options.error().message << "\n" << text;
    ++examples;
  }
  EXPECT_GE(examples, 2);
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
  for (const char* heading :
       {"General:", "Listeners:", "Storage:", "Keys:", "Webhooks and outbound:", "Limits:", "Retention:", "Logging:"}) {
    EXPECT_THAT(*invocation.text, HasSubstr("\n" + std::string(heading) + "\n"));
  }
}

TEST(Options, CommandsAreTold) {
  EXPECT_EQ(invoke({"serve"}).command, Command::kServe);
  EXPECT_EQ(invoke({"migrate"}).command, Command::kMigrate);
  EXPECT_EQ(invoke({"version"}).command, Command::kVersion);
  const auto migrate = load(invoke({"migrate", "--database-url", "postgresql://localhost/doorward"}));
  ASSERT_TRUE(migrate);
  EXPECT_EQ(migrate->database_url, "postgresql://localhost/doorward");
}

TEST(Options, ARotationOfSigningKeysSaysWhichAndHow) {
  const Invocation plain = invoke({"rotate-signing-key"});
  EXPECT_EQ(plain.command, Command::kRotateSigningKey);
  EXPECT_TRUE(plain.rotation.algorithm.empty());
  EXPECT_FALSE(plain.rotation.at_once || plain.rotation.compromised);
  const Invocation emergency = invoke({"rotate-signing-key", "--compromised", "--at-once", "--algorithm", "ES256"});
  EXPECT_EQ(emergency.rotation.algorithm, "ES256");
  EXPECT_TRUE(emergency.rotation.at_once && emergency.rotation.compromised);
  const Invocation wrong = invoke({"rotate-signing-key", "--algorithm", "HS256"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.text.value_or(""), HasSubstr("HS256"));
  EXPECT_EQ(load(invoke({"serve"}))->signing_key_rotation_days, 90);
  EXPECT_EQ(load(invoke({"serve", "--signing-key-rotation-days", "0"}))->signing_key_rotation_days, 0);
  EXPECT_FALSE(load(invoke({"serve", "--signing-key-rotation-days", "3651"})));
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

// A limit that nobody is told of is found out by failing.
TEST(Options, TheReferencePageNamesEveryLimitOfScim) {
  std::ifstream in(DOORWARD_SOURCE_DIR "/src/protocol/scim/limits.h");
  std::stringstream header;
  header << in.rdbuf();
  const std::string source = header.str();
  const std::regex constant("constexpr [A-Za-z_:]+ (k[A-Za-z]+)");
  std::vector<std::string> declared;
  for (std::sregex_iterator at(source.begin(), source.end(), constant), end; at != end; ++at)
    declared.push_back((*at)[1]);
  std::vector<std::string> shown;
  for (const LimitRow& row : scim_limit_table()) shown.emplace_back(row.constant);
  EXPECT_GT(declared.size(), 15U);
  EXPECT_THAT(shown, testing::UnorderedElementsAreArray(declared)) << "add it to server/limit_table.cc";
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
