#include "rpc/connect_wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "net/query.h"
#include "rpc/json_writer.h"

namespace doorward::rpc {
namespace {

constexpr std::string_view kTrailerPrefix = "trailer-";

// Connect takes base64url with and without padding.
std::optional<std::string> decode_message(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  return base64url_decode(text);
}

}  // namespace

std::optional<Codec> connect_codec(std::string_view content_type) {
  const std::string type = ascii_lower(content_type.substr(0, content_type.find_first_of("; ")));
  if (type == "application/json") return Codec::kJson;
  if (type == "application/proto") return Codec::kProto;
  return std::nullopt;
}

std::optional<std::chrono::nanoseconds> parse_connect_timeout(std::string_view text) {
  constexpr std::size_t kMaxDigits = 10;
  if (text.empty() || text.size() > kMaxDigits) return std::nullopt;
  if (!std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  std::int64_t amount = 0;
  std::from_chars(text.data(), text.data() + text.size(), amount);
  return std::chrono::milliseconds(amount);
}

Result<ConnectQuery> parse_connect_query(std::string_view query) {
  DOORWARD_TRY(const auto parameters, net::parse_parameters(query));
  const auto text = [&](std::string_view name) {
    const auto* value = parameters.find(name);
    return value == nullptr ? std::string_view() : std::string_view(*value);
  };
  ConnectQuery out;
  if (text("encoding") == "json") out.codec = Codec::kJson;
  if (text("encoding") == "proto") out.codec = Codec::kProto;
  out.compression = text("compression");
  if (const auto* version = parameters.find("connect")) out.version = *version;
  if (text("base64") != "1") {
    out.message = text("message");
  } else if (auto decoded = decode_message(text("message"))) {
    out.message = *std::move(decoded);
  } else {
    out.bad_base64 = true;
  }
  return out;
}

void add_connect_metadata(const AnswerMetadata& metadata, net::Response& response) {
  for (const auto& [name, value] : metadata.leading) response.headers.push_back({name, value});
  for (const auto& [name, value] : metadata.trailing) {
    response.headers.push_back({std::string(kTrailerPrefix) + name, value});
  }
}

net::Response connect_error(const net::Request& request, const Error& error, ErrorSource source,
                            const AnswerMetadata& metadata) {
  const Code code = wire_code(error, source);
  net::Response response;
  response.status = http_status(code);
  response.headers = {{"content-type", "application/json"}};
  if (code == Code::kUnimplemented) response.headers.push_back({"accept-encoding", "gzip"});
  if (const auto seconds = retry_after(error)) response.headers.push_back({"retry-after", fmt::to_string(*seconds)});
  if (response.status == 401) response.headers.push_back({"www-authenticate", "Bearer"});
  add_connect_metadata(metadata, response);
  std::string& body = response.body;
  body = "{\"code\":\"" + connect_code(code) + "\",\"message\":";
  write_json_string(wire_message(error), body);
  body += ",\"details\":[{\"type\":\"";
  body += kErrorDetailType;
  body += "\",\"value\":\"" + error_detail(error, request.request_id) + "\",\"debug\":";
  body += error_json(error, request.request_id) + "}]}";
  return response;
}

}  // namespace doorward::rpc
