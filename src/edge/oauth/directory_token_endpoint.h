// POST /directory/{directory_id}/oauth/token: where the OAuth clients of a directory buy tokens for its SCIM endpoint
// (RFC 6749 sections 3.2 and 4.4).
#pragma once

#include <optional>
#include <string_view>

#include "app/directories/directory_tokens.h"
#include "base/task.h"
#include "net/http.h"

namespace doorward::edge {

class DirectoryTokenEndpoint {
 public:
  explicit DirectoryTokenEndpoint(DirectoryTokens& tokens) : tokens_(tokens) {}

  // The directory whose token endpoint this path is; nullopt for any other path.
  static std::optional<DirectoryId> directory_of(std::string_view path);

  // For a path that directory_of() knows. As token_endpoint.h says, for client credentials only; an unknown directory
  // is an unknown client.
  task<net::Response> handle(const net::Request& request);

 private:
  DirectoryTokens& tokens_;
};

}  // namespace doorward::edge
