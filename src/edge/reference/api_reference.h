// The API's own description: GET /openapi.json for machines, GET /docs/api for people. No credentials; it holds nothing
// that differs between callers.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "net/http.h"
#include "net/router.h"

namespace doorward::edge {

class ApiReference {
 public:
  // `make_document` gives the OpenAPI document; called once, at the first request, on an I/O thread: it takes some
  // milliseconds, which a server that nobody asks does not spend.
  explicit ApiReference(std::function<boost::json::object()> make_document);
  ~ApiReference();

  // GET and HEAD with entity tags; other methods answer 405. This object must outlive the router.
  void add_to(net::Router& router);

 private:
  struct Text {
    std::string body;
    std::string etag;
  };
  struct Texts;

  const Texts& texts();
  net::Response answer(const net::Request& request, const Text& text, std::string_view type);

  std::function<boost::json::object()> make_document_;
  std::once_flag once_;
  std::unique_ptr<Texts> texts_;
};

}  // namespace doorward::edge
