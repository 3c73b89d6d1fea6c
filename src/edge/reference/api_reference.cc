#include "edge/reference/api_reference.h"

#include <boost/json/serialize.hpp>
#include <utility>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "edge/reference/page.h"
#include "edge/reference/style.h"

namespace doorward::edge {
namespace {

constexpr std::size_t kTagBytes = 12;

// No script, no picture, no connection: only the one style that is part of the page.
std::string page_policy() {
  return "default-src 'none'; style-src 'sha256-" + base64_encode(crypto::sha256(reference_style())) +
         "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

bool names_tag(const std::string* if_none_match, std::string_view etag) {
  return if_none_match != nullptr && (*if_none_match == "*" || if_none_match->find(etag) != std::string::npos);
}

}  // namespace

struct ApiReference::Texts {
  Text document;
  Text page;
};

ApiReference::ApiReference(std::function<boost::json::object()> make_document)
    : make_document_(std::move(make_document)) {}
ApiReference::~ApiReference() = default;

const ApiReference::Texts& ApiReference::texts() {
  std::call_once(once_, [this] {
    const auto text = [](std::string body) {
      const std::string hash = crypto::sha256(body);
      return Text{std::move(body), '"' + base64url_encode(hash.substr(0, kTagBytes)) + '"'};
    };
    const boost::json::object document = make_document_();
    texts_ = std::make_unique<Texts>(Texts{text(boost::json::serialize(document)), text(reference_page(document))});
  });
  return *texts_;
}

net::Response ApiReference::answer(const net::Request& request, const Text& text, std::string_view type) {
  if (request.method != "GET" && request.method != "HEAD") {
    net::Response refused = net::text_response(405, "GET only");
    refused.headers.push_back({"allow", "GET, HEAD"});
    return refused;
  }
  net::Response response;
  response.headers = {{"etag", text.etag},
                      {"cache-control", "no-cache"},
                      {"x-content-type-options", "nosniff"},
                      {"referrer-policy", "no-referrer"}};
  if (names_tag(net::find_header(request.headers, "if-none-match"), text.etag)) {
    response.status = 304;
    return response;
  }
  response.headers.push_back({"content-type", std::string(type)});
  if (type.starts_with("text/html")) response.headers.push_back({"content-security-policy", page_policy()});
  response.body = text.body;
  return response;
}

void ApiReference::add_to(net::Router& router) {
  router.add("/openapi.json", [this](const net::Request& request) -> task<net::Response> {
    co_return answer(request, texts().document, "application/json");
  });
  router.add("/docs/api", [this](const net::Request& request) -> task<net::Response> {
    co_return answer(request, texts().page, "text/html; charset=utf-8");
  });
}

}  // namespace doorward::edge
