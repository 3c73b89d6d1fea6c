#include "edge/scim/scim_endpoint.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "edge/scim/dialect_choice.h"
#include "edge/scim/discovery_endpoint.h"
#include "edge/scim/exchange_note.h"
#include "edge/scim/scim_response.h"
#include "protocol/scim/case_fold.h"
#include "protocol/scim/message.h"

namespace doorward::edge {
namespace {

// The token of "Authorization: Bearer TOKEN" (RFC 6750 section 2.1); empty when there is none.
std::string_view bearer_token(const net::Request& request) {
  const std::string* header = net::find_header(request.headers, "authorization");
  if (header == nullptr || !scim::starts_with_name(*header, "Bearer ")) return {};
  const std::string_view rest = std::string_view(*header).substr(7);
  const std::size_t first = rest.find_first_not_of(' ');
  return first == std::string_view::npos ? std::string_view() : rest.substr(first);
}

// Those of a wrong or missing credential; not those of one that was good once.
bool is_guess(Reason reason) { return reason == Reason::kDirectorySecretInvalid || reason == Reason::kWrongTokenClass; }

net::Response not_found() { return scim_error(make_error(Reason::kRouteNotFound, "There is no such SCIM endpoint.")); }

}  // namespace

ScimEndpoint::ScimEndpoint(DirectoryAuthenticator& authenticator, UserProvisioning& users, GroupProvisioning& groups,
                           FailureLimiter& failures, Offload& offload, std::string base_url, ScimPages pages,
                           RequestRecorder* recorder)
    : authenticator_(authenticator),
      users_(users),
      groups_(groups),
      failures_(failures),
      offload_(offload),
      base_url_(std::move(base_url)),
      pages_(pages),
      recorder_(recorder) {}

task<net::Response> ScimEndpoint::handle(const net::Request& request) {
  const auto target = parse_scim_target(request.path);
  if (!target) co_return not_found();
  SeenScimRequest seen;
  const auto began = std::chrono::steady_clock::now();
  net::Response response = co_await answer(request, *target, seen);
  if (recorder_ != nullptr && recorder_->records()) {
    seen.took = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began);
    note_exchange(request, *target, response, seen);
    recorder_->record(std::move(seen));
  }
  co_return response;
}

net::Response ScimEndpoint::refuse(const net::Request& request, const ScimTarget& target, const Error& error) {
  Error told = error;
  if (is_guess(error.reason)) {
    if (auto allowed = failures_.check(request.peer); !allowed) told = std::move(allowed).error();
    failures_.record_failure(request.peer);
  }
  log::warning("scim.refused", {{"reason", reason_name(told.reason)},
                                {"directory_id", target.directory.str().substr(0, 64)},
                                {"source", request.peer},
                                {"request_id", request.request_id}});
  return scim_error(told);
}

task<net::Response> ScimEndpoint::answer(const net::Request& request, const ScimTarget& target, SeenScimRequest& seen) {
  auto caller = co_await authenticator_.authenticate(target.directory, bearer_token(request), request.deadline);
  if (!caller) co_return refuse(request, target, caller.error());
  caller->request_id = request.request_id;
  caller->caused = &seen.caused;
  seen.organization = caller->organization_id;
  seen.credential = caller->id;
  Push push{.by = *std::move(caller)};
  const auto query = ScimQuery::parse(request.query);
  if (!query) co_return scim_error(query.error());
  choose_dialect(push, request, *query);
  const ScimCall call{
      request,  push,  target, *query, fmt::format("{}/directory/{}/scim/v2", base_url_, target.directory.str()),
      offload_, pages_};

  net::Response response;
  if (auto document = discovery(call)) {
    response = *std::move(document);
  } else if (target.collection == "Users") {
    response = co_await users_.handle(call);
  } else if (target.collection == "Groups") {
    response = co_await groups_.handle(call);
  } else {
    response = not_found();
  }
  seen.profile = push.choice.profile;
  seen.quirks = push.dialect.quirks;
  if (scim::is_recognition(push.choice)) {
    const scim::ProfileChoice& found = push.choice;
    co_await authenticator_.recognise(push.by, {.profile = std::string(scim::profile_name(found.profile)),
                                                .by = std::string(scim::profile_source_name(found.source)),
                                                .at = {}});
  }
  co_return response;
}

}  // namespace doorward::edge
