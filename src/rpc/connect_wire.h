// What the Connect protocol says in header fields, query and error bodies (connectrpc.com/docs/protocol).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http.h"
#include "rpc/codec.h"
#include "rpc/error_info.h"
#include "rpc/gzip.h"

namespace doorward::rpc {

// The codec of application/proto and application/json, with or without parameters.
std::optional<Codec> connect_codec(std::string_view content_type);

// One to ten digits of milliseconds. nullopt for anything else.
std::optional<std::chrono::nanoseconds> parse_connect_timeout(std::string_view text);

// A call by GET: everything in the query.
struct ConnectQuery {
  std::optional<Codec> codec;  // nullopt: absent or unknown
  std::string message;         // decoded, still compressed
  std::string compression;     // as named, empty when absent
  std::optional<std::string> version;
  bool bad_base64 = false;
};
// kMalformedRequest for what is no query at all.
Result<ConnectQuery> parse_connect_query(std::string_view query);

// A refusal as Connect sends it: HTTP status by code, {code, message, details} as JSON. Trailing metadata is prefixed.
net::Response connect_error(const net::Request& request, const Error& error, ErrorSource source,
                            const AnswerMetadata& metadata = {});

// Adds the handler's metadata to a unary answer.
void add_connect_metadata(const AnswerMetadata& metadata, net::Response& response);

}  // namespace doorward::rpc
