// Use cases of the authentication log: finding attempts and looking into one.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/paging/page_token.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/api_client.h"
#include "domain/auth_request.h"
#include "domain/caller.h"
#include "domain/connection.h"
#include "ports/clock.h"
#include "ports/mac.h"
#include "ports/secret_box.h"
#include "ports/store.h"

namespace doorward {

// What the ids of an entry stand for today: names are not kept with the entry, and what was deleted has none.
struct AuthRequestNames {
  std::map<ConnectionId, Connection> connections;
  std::map<ApiClientId, ApiClient> clients;

  const Connection* connection_of(const AuthRequest& request) const;
  const ApiClient* client_of(const AuthRequest& request) const;
};

struct AuthRequestList {
  std::vector<AuthRequest> requests;  // newest first
  AuthRequestNames names;
  std::string next_page_token;
  std::string prev_page_token;
  std::int64_t total_size = 0;  // of all pages, as far as they are counted
};

// All that is known of an attempt.
struct AuthRequestBundle {
  struct Message {
    std::string name;
    std::string text;
    Timestamp create_time;
    Timestamp expire_time;
  };

  AuthRequest request;
  std::optional<boost::json::object> connection;  // as change records show it; without secrets
  std::vector<Message> messages;                  // those that can be read
  Timestamp create_time;
};

class AuthRequests {
 public:
  struct Ports {
    Store& store;
    const Clock& clock;
    const Mac& mac;
    const SecretBox& box;
  };

  explicit AuthRequests(Ports ports) : ports_(ports), page_tokens_(ports.mac) {}

  // kInvalidPageToken.
  task<Result<AuthRequestList>> list(const Caller& by, AuthRequestFilter filter, std::uint32_t page_size,
                                     std::string page_token);
  // kAuthRequestNotFound for anything outside the caller's environment.
  task<Result<AuthRequest>> get(const Caller& by, AuthRequestId id);
  // kAuthRequestNotFound as above.
  task<Result<AuthRequestBundle>> bundle(const Caller& by, AuthRequestId id);

 private:
  const Ports ports_;
  PageTokens page_tokens_;
};

}  // namespace doorward
