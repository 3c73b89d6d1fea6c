#include "net/http1_response.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace doorward::net {
namespace {

bool is_token_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

bool is_sendable(const Header& header) {
  const auto plain = [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F); };
  return !header.name.empty() && std::ranges::all_of(header.name, is_token_char) &&
         std::ranges::all_of(header.value, plain);
}

bool is_owned_by_net(std::string_view name) {
  switch (name.size()) {
    case 4:
      return name == "date";
    case 7:
      return name == "trailer" || name == "upgrade";
    case 10:
      return name == "connection" || name == "keep-alive";
    case 12:
      return name == "x-request-id";
    case 14:
      return name == "content-length";
    case 16:
      return name == "proxy-connection";
    case 17:
      return name == "transfer-encoding";
    default:
      return false;
  }
}

bool has_no_content(int status) { return status < 200 || status == 204 || status == 304; }

void append_head(std::string& out, const Response& response, const HeadOptions& options) {
  fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", response.status, status_text(response.status));
  for (const Header& header : response.headers) {
    if (!is_owned_by_net(header.name)) append_field(out, header.name, header.value);
  }
  append_field(out, "date", options.date);
  append_field(out, "x-request-id", options.request_id);
  if (options.framing == Framing::kChunked) {
    out.append("transfer-encoding: chunked\r\n");
    if (!response.trailers.empty()) {
      out.append("trailer: ");
      for (const Header& trailer : response.trailers) {
        if (&trailer != &response.trailers.front()) out.append(", ");
        out.append(trailer.name);
      }
      out.append("\r\n");
    }
  } else if (options.framing == Framing::kLength && !has_no_content(response.status)) {
    fmt::format_to(std::back_inserter(out), "content-length: {}\r\n", response.body.size());
  }
  if (!options.keep_alive) {
    out.append("connection: close\r\n");
  } else if (options.http10) {
    out.append("connection: keep-alive\r\n");
  }
  out.append("\r\n");
}

void append_chunk(std::string& out, std::string_view data) {
  if (data.empty()) return;  // an empty chunk would end the body
  fmt::format_to(std::back_inserter(out), "{:x}\r\n", data.size());
  out.append(data).append("\r\n");
}

void append_last_chunk(std::string& out, const Headers& trailers) {
  out.append("0\r\n");
  for (const Header& trailer : trailers) append_field(out, trailer.name, trailer.value);
  out.append("\r\n");
}

}  // namespace doorward::net
