// Chooses a handler by path. The longest match wins: an exact path before any prefix, a longer prefix before a shorter.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "net/http.h"

namespace doorward::net {

// Filled at start, then read from any thread. Matches the path as sent, still percent-encoded (so "%2F" is never a
// separator). Methods are the handler's business. Adding the same path twice, or a path that does not start with '/',
// throws std::logic_error: a fault of the composition root.
class Router {
 public:
  Router();  // the fallback answers 404

  void add(std::string path, Handler handler);
  // Matches `prefix` itself and everything below it: "/scim" matches "/scim" and "/scim/v2" but not "/scimitar".
  void add_prefix(std::string prefix, Handler handler);
  void set_fallback(Handler handler);

  const Handler& find(std::string_view path) const;
  // Whether something else than the fallback is there.
  bool has(std::string_view path) const { return &find(path) != &fallback_; }
  task<Response> operator()(const Request& request) const { return find(request.path)(request); }

 private:
  std::map<std::string, Handler, std::less<>> exact_;
  std::vector<std::pair<std::string, Handler>> prefixes_;  // longest first; without a final '/'
  Handler fallback_;
};

}  // namespace doorward::net
