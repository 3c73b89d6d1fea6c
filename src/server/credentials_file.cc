#include "server/credentials_file.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "server/data_dir.h"

namespace doorward::server {
namespace {

namespace json = boost::json;

tl::unexpected<Error> unreadable(const std::string& path, std::string_view why) {
  return failure(
      Reason::kCredentialsUnreadable,
      fmt::format("{} {}; it may hold the only copy of a client secret, so move it away yourself", path, why));
}

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// Becomes part of a file name.
bool is_plain_id(std::string_view id) {
  return id.starts_with(EnvironmentId::kPrefix) && id.size() <= 64 &&
         std::ranges::all_of(id, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '_'; });
}

Result<std::optional<Credentials>> read_file(const std::string& path) {
  std::error_code missing;
  if (!std::filesystem::exists(path, missing)) return std::nullopt;
  std::ifstream in(path, std::ios::binary);
  std::string text(JsonCredentialsFile::kMostBytes + 1, '\0');
  if (!in.is_open()) return unreadable(path, "cannot be read");
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return unreadable(path, "cannot be read");
  text.resize(static_cast<std::size_t>(in.gcount()));
  boost::system::error_code error;
  const json::value parsed = json::parse(text, error);
  if (error || !parsed.is_object()) return unreadable(path, "is not the JSON that Doorward wrote");
  const json::object& object = parsed.get_object();
  Credentials credentials;
  credentials.environment_url = text_of(object, "environment_url");
  credentials.environment_url_https = text_of(object, "environment_url_https");
  credentials.environment_id = EnvironmentId(text_of(object, "environment_id"));
  credentials.client_id = ApiClientId(text_of(object, "client_id"));
  credentials.client_secret = Secret<std::string>(text_of(object, "client_secret"));
  credentials.ca_file = text_of(object, "ca_file");
  credentials.test_organization_id = OrganizationId(text_of(object, "test_organization_id"));
  credentials.test_connection_id = ConnectionId(text_of(object, "test_connection_id"));
  if (!is_plain_id(credentials.environment_id.str())) return unreadable(path, "names no environment");
  return credentials;
}

std::string to_text(const Credentials& credentials) {
  std::string text = "{";
  const auto add = [&text](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    text += fmt::format("{}\n  {}: {}", text.size() == 1 ? "" : ",", json::serialize(json::string(name)),
                        json::serialize(json::string(value)));
  };
  add("environment_url", credentials.environment_url);
  add("environment_url_https", credentials.environment_url_https);
  add("environment_id", credentials.environment_id.str());
  add("client_id", credentials.client_id.str());
  add("client_secret", credentials.client_secret.reveal());
  add("ca_file", credentials.ca_file);
  add("test_organization_id", credentials.test_organization_id.str());
  add("test_connection_id", credentials.test_connection_id.str());
  return text + "\n}\n";
}

}  // namespace

std::string JsonCredentialsFile::current_path() const {
  return (std::filesystem::path(folder_) / "credentials.json").string();
}

std::string JsonCredentialsFile::kept_path(const EnvironmentId& environment) const {
  return (std::filesystem::path(folder_) / fmt::format("credentials-{}.json", environment.str())).string();
}

Result<std::optional<Credentials>> JsonCredentialsFile::read(const EnvironmentId& environment) {
  DOORWARD_TRY(auto current, read_file(current_path()));
  if (current && current->environment_id == environment) return current;
  if (!is_plain_id(environment.str())) return std::nullopt;
  DOORWARD_TRY(auto kept, read_file(kept_path(environment)));
  if (kept && kept->environment_id == environment) return kept;
  return std::nullopt;
}

Result<void> JsonCredentialsFile::write(const Credentials& credentials) {
  DOORWARD_TRY(const auto current, read_file(current_path()));
  if (current && current->environment_id != credentials.environment_id && !current->client_secret.reveal().empty()) {
    // A copy first and the replacement after it: at no moment is the secret in neither file.
    DOORWARD_CHECK(write_file_atomically(kept_path(current->environment_id), to_text(*current), S_IRUSR | S_IWUSR));
  }
  return write_file_atomically(current_path(), to_text(credentials), S_IRUSR | S_IWUSR);
}

Result<void> JsonCredentialsFile::discard(const EnvironmentId& environment) {
  DOORWARD_TRY(const auto current, read_file(current_path()));
  if (!current || current->environment_id != environment) return {};
  if (::unlink(current_path().c_str()) != 0 && errno != ENOENT) {
    return failure(Reason::kCredentialsUnreadable,
                   fmt::format("{} cannot be removed: {}", current_path(), std::strerror(errno)));
  }
  return {};
}

}  // namespace doorward::server
