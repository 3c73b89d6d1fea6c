#include "app/scim_requests/scim_requests.h"

#include <utility>

#include "app/directories/lookup.h"

namespace doorward {
namespace {

std::string time_text(const std::optional<Timestamp>& time) {
  return time ? std::to_string(to_micros(*time)) : std::string();
}

std::string list_scope(const Caller& by, const DirectoryId& directory, const ScimRequestFilter& filter) {
  return page_scope({"scim_requests", by.environment_id.str(), by.id, directory.str(),
                     std::to_string(filter.status_class), filter.method, filter.path_prefix, filter.resource_id,
                     filter.profile, time_text(filter.since), time_text(filter.until)});
}

Keyset position(const ScimRequest& request) { return {request.create_time, request.id.str()}; }

}  // namespace

task<Result<ScimRequestList>> ScimRequests::list(const Caller& by, OrganizationId organization, DirectoryId directory,
                                                 ScimRequestFilter filter, std::uint32_t page_size,
                                                 std::string page_token) {
  const std::string scope = list_scope(by, directory, filter);
  DOORWARD_CO_TRY(const PageRequest wanted, page_tokens_.parse(scope, page_size, page_token));
  co_return co_await store_.read(
      "scim_request.list", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<ScimRequestList> {
        DOORWARD_CHECK(find_directory(tx, by.environment_id, organization, directory));
        DOORWARD_TRY(auto page, tx.scim_requests().list(by.environment_id, directory, filter, wanted));
        ScimRequestList list{.requests = {},
                             .next_page_token = page_tokens_.next(scope, page, position),
                             .prev_page_token = page_tokens_.previous(scope, page, position)};
        for (ScimRequest& request : page.items) {
          DOORWARD_TRY(auto details, open_details(request, box_));
          list.requests.push_back({std::move(request), std::move(details)});
        }
        return list;
      });
}

task<Result<ScimRequestView>> ScimRequests::get(const Caller& by, OrganizationId organization, DirectoryId directory,
                                                ScimRequestId id) {
  co_return co_await store_.read(
      "scim_request.get", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<ScimRequestView> {
        DOORWARD_CHECK(find_directory(tx, by.environment_id, organization, directory));
        DOORWARD_TRY(auto request, tx.scim_requests().find(by.environment_id, directory, id));
        if (!request) return failure(Reason::kScimRequestNotFound, "SCIM request not found");
        ScimRequestView view;
        DOORWARD_TRY(view.listed.details, open_details(*request, box_));
        DOORWARD_TRY(view.bodies, open_bodies(*request, box_));
        view.listed.request = *std::move(request);
        return view;
      });
}

}  // namespace doorward
