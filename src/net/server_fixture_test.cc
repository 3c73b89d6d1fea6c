#include "net/server_fixture.h"

#include <fmt/format.h>

#include <stdexcept>

namespace doorward::net {
namespace {

task<std::optional<std::string>> talk_on(std::shared_ptr<Incoming> incoming, std::chrono::milliseconds patience) {
  switch (auto event = co_await incoming->wait(std::chrono::steady_clock::now() + patience); event.what) {
    case Incoming::What::kPiece:
      co_return "<" + event.piece + ">";
    case Incoming::What::kEnd:
      co_return "end";
    case Incoming::What::kDraining:
      co_return "draining";
    default:
      co_return std::nullopt;
  }
}

// Says what arrives until nothing does for `patience`.
Response talk(const Request& request, std::chrono::milliseconds patience) {
  Response response;
  response.headers = {{"x-early-body", request.body}};
  response.stream = [incoming = request.incoming, patience] { return talk_on(incoming, patience); };
  response.final_trailers = [] { return Headers{{"x-said", "all"}, {"x-evil", "1\r\n"}}; };
  return response;
}

}  // namespace

task<Response> ServerFixture::handle(const Request& request) {
  Response response;
  if (request.path == "/echo") {
    response.body = fmt::format("{} {} {} {} {}\n", request.method, request.path, request.query, request.body.size(),
                                request.protocol == Protocol::kHttp2 ? "h2" : "h1");
    for (const Header& header : request.headers) response.body += header.name + "=" + header.value + "\n";
  } else if (request.path == "/body") {
    response.body = request.body;
  } else if (request.path == "/big") {
    response.body.assign(std::stoul(request.query), 'b');
  } else if (request.path == "/stream") {
    response.stream = [left = std::stoul(request.query)]() mutable -> task<std::optional<std::string>> {
      return [](std::size_t& n) -> task<std::optional<std::string>> {
        if (n == 0) co_return std::nullopt;
        --n;
        co_return std::string(1000, 's');
      }(left);
    };
    response.trailers.push_back({"grpc-status", "0"});
  } else if (request.path == "/talk") {
    response = talk(request, patience);
  } else if (request.path == "/wait") {
    co_await gate.pass();
    response.body = "waited";
  } else if (request.path == "/throw") {
    throw std::runtime_error("a bug");
  } else if (request.path == "/peer") {
    response.body = request.peer;
  } else if (request.path == "/status") {
    response.status = std::stoi(request.query);
  } else if (request.path == "/evil-header") {
    response.headers.push_back({"x-good", "1"});
    response.headers.push_back({"x-evil", "1\r\nset-cookie: a=b"});
    response.headers.push_back({"content-length", "99"});
  } else {
    response = text_response(404, "nothing");
  }
  co_return response;
}

}  // namespace doorward::net
