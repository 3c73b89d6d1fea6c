// Use cases of the recorded requests of a directory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/paging/page_token.h"
#include "app/scim_requests/recorded_request.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/caller.h"
#include "ports/mac.h"
#include "ports/secret_box.h"
#include "ports/store.h"

namespace doorward {

struct ListedScimRequest {
  ScimRequest request;
  ScimRequestDetails details;
};

struct ScimRequestList {
  std::vector<ListedScimRequest> requests;  // newest first
  std::string next_page_token;
  std::string prev_page_token;
};

struct ScimRequestView {
  ListedScimRequest listed;
  ScimRequestBodies bodies;
};

// All methods: kDirectoryNotFound for anything outside the caller's environment or the named organization.
class ScimRequests {
 public:
  ScimRequests(Store& store, const SecretBox& box, const Mac& mac) : store_(store), box_(box), page_tokens_(mac) {}

  task<Result<ScimRequestList>> list(const Caller& by, OrganizationId organization, DirectoryId directory,
                                     ScimRequestFilter filter, std::uint32_t page_size, std::string page_token);
  // kScimRequestNotFound.
  task<Result<ScimRequestView>> get(const Caller& by, OrganizationId organization, DirectoryId directory,
                                    ScimRequestId id);

 private:
  Store& store_;
  const SecretBox& box_;
  PageTokens page_tokens_;
};

}  // namespace doorward
