#include "rpc/connect_handler.h"

#include <optional>
#include <string>
#include <utility>

#include "rpc/call.h"
#include "rpc/limits.h"

namespace doorward::rpc {
namespace {

constexpr std::string_view kUnaryTypes =
    "application/grpc, application/grpc+json, application/grpc+proto, "
    "application/json, application/proto";
constexpr std::string_view kStreamTypes = "application/grpc, application/grpc+json, application/grpc+proto";
constexpr std::string_view kVersion = "1";        // of connect-protocol-version
constexpr std::string_view kQueryVersion = "v1";  // the same in a query

net::Response bare(int status, std::string name, std::string_view value) {
  net::Response response;
  response.status = status;
  response.headers = {{std::move(name), std::string(value)}};
  return response;
}

std::string_view type_of(Codec codec) { return codec == Codec::kJson ? "application/json" : "application/proto"; }

}  // namespace

// What a request carries, wherever it carries it.
struct ConnectHandler::Input {
  Codec codec = Codec::kJson;
  std::optional<ConnectQuery> query;  // of a GET
};

task<net::Response> ConnectHandler::handle(const net::Request& request) const {
  const Method* method = methods_.find(request.path);
  if (method == nullptr) {
    const Error error = make_error(Reason::kUnimplemented, "There is no method " + request.path + " on this server.");
    co_return connect_error(request, error, ErrorSource::kHandler);
  }
  Input input;
  std::optional<Codec> codec;
  if (request.method == "POST") {
    const auto* type = net::find_header(request.headers, "content-type");
    if (type != nullptr) codec = connect_codec(*type);
  } else if (request.method == "GET" && method->reads_only) {
    auto query = parse_connect_query(request.query);
    if (!query) co_return connect_error(request, query.error(), ErrorSource::kHandler);
    codec = query->codec;
    input.query = *std::move(query);
  } else {
    co_return bare(405, "allow", method->reads_only ? "GET, POST" : "POST");
  }
  if (!codec || !method->invoke) co_return bare(415, "accept-post", method->invoke ? kUnaryTypes : kStreamTypes);
  input.codec = *codec;

  auto context = co_await admit(*method, authenticator_, request);
  if (!context) {
    log_refusal(context.error(), method->name, request.request_id);
    co_return connect_error(request, context.error(), ErrorSource::kAuthentication);
  }
  auto response = co_await call(*method, *context, request, input);
  if (!response) {
    log_refusal(response.error(), method->name, request.request_id);
    co_return connect_error(request, response.error(), ErrorSource::kHandler, context->answer);
  }
  co_return *std::move(response);
}

task<Result<net::Response>> ConnectHandler::call(const Method& method, CallContext& context,
                                                 const net::Request& request, const Input& input) const {
  const auto now = now_();
  const auto* version = net::find_header(request.headers, "connect-protocol-version");
  if (version != nullptr && *version != kVersion) {
    co_return failure(Reason::kMalformedRequest, "The connect-protocol-version must be \"1\".");
  }
  if (const auto* timeout = net::find_header(request.headers, "connect-timeout-ms")) {
    const auto patience = parse_connect_timeout(*timeout);
    if (!patience) co_return failure(Reason::kMalformedRequest, "The connect-timeout-ms is not a timeout.");
    shorten_deadline(context, *patience, now);
  }
  std::string_view bytes = request.body;
  Encoding encoding = Encoding::kIdentity;
  if (input.query) {
    if (input.query->version && *input.query->version != kQueryVersion) {
      co_return failure(Reason::kMalformedRequest, "The query parameter connect must be \"v1\".");
    }
    if (input.query->bad_base64) co_return failure(Reason::kMalformedRequest, "The message is not base64url.");
    bytes = input.query->message;
    DOORWARD_CO_TRY(encoding, encoding_named(input.query->compression));
  } else {
    DOORWARD_CO_TRY(encoding, declared_encoding(request.headers, "content-encoding"));
  }
  std::string expanded;
  if (encoding == Encoding::kGzip && !bytes.empty()) {
    DOORWARD_CO_TRY(expanded, co_await compression_.expand(bytes));
    bytes = expanded;
  }
  RequestMessage message(method);
  DOORWARD_CO_CHECK(decode(input.codec, method, bytes, *message));
  DOORWARD_CO_TRY(const auto answered, co_await run(method, context, *message, now));

  net::Response response;
  response.headers = {{"content-type", std::string(type_of(input.codec))}};
  add_connect_metadata(context.answer, response);
  encode(input.codec, method, *answered, response.body);
  if (worth_compressing(method, response.body.size(), request.headers, "accept-encoding") &&
      co_await compression_.compress(response.body)) {
    add_gzip_fields(response);
  }
  co_return response;
}

}  // namespace doorward::rpc
