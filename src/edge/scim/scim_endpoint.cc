#include "edge/scim/scim_endpoint.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "base/log.h"
#include "domain/directory.h"
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

constexpr std::string_view kBulk = "Bulk";
// Those of a wrong or missing credential; not those of one that was good once.
bool is_guess(Reason reason) { return reason == Reason::kDirectorySecretInvalid || reason == Reason::kWrongTokenClass; }

net::Response not_found() { return scim_error(make_error(Reason::kRouteNotFound, "There is no such SCIM endpoint.")); }

}  // namespace

ScimEndpoint::ScimEndpoint(DirectoryAuthenticator& authenticator, TypeCache& types, UserProvisioning& users,
                           GroupProvisioning& groups, ResourceProvisioning& resources, ResourceSearch& search,
                           FailureLimiter& failures, Offload& offload, std::string base_url, ScimPages pages,
                           RequestRecorder* recorder, std::size_t body_bytes)
    : authenticator_(authenticator),
      types_(types),
      users_(users),
      groups_(groups),
      resources_(resources),
      search_(search),
      bulk_([this](const ScimCall& call) { return change(call); }),
      failures_(failures),
      offload_(offload),
      base_url_(std::move(base_url)),
      pages_(pages),
      recorder_(recorder),
      body_bytes_(body_bytes) {}

task<net::Response> ScimEndpoint::handle(const net::Request& request) {
  const auto target = parse_scim_target(request.path);
  if (!target) {
    const Error& error = target.error();
    net::Response response = error.reason == Reason::kUnimplemented
                                 ? scim_response(400, scim::error_body(400, "invalidVers", error.message))
                                 : scim_error(error);
    answer_as_accepted(request, {}, response);
    co_return response;
  }
  SeenScimRequest seen;
  const auto began = std::chrono::steady_clock::now();
  net::Response response;
  std::exception_ptr fault;
  try {
    response = co_await answer(request, *target, seen);
  } catch (...) {
    fault = std::current_exception();  // a fault of ours is recorded too, then told as every edge's
    response.status = 500;
    response.reason = reason_name(Reason::kInternal);
  }
  if (recorder_ != nullptr && recorder_->records()) {
    seen.took = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began);
    note_exchange(request, *target, response, seen);
    recorder_->record(std::move(seen));
  }
  if (fault) std::rethrow_exception(fault);
  co_return response;
}

std::optional<net::Response> ScimEndpoint::refused(const net::Request& request, int status) const {
  const auto target = parse_scim_target(request.path);
  if (!target) return std::nullopt;
  net::Response response;
  if (status == 413) {
    response = scim_error(make_error(Reason::kPayloadTooLarge,
                                     target->collection == kBulk
                                         ? bulk_limits_text(body_bytes_)
                                         : fmt::format("A request body may hold at most {} bytes.", body_bytes_)));
  } else if (status == 503) {
    response = scim_error(make_error(Reason::kOverloaded, "The request was not done in time. Try again later."));
  } else {
    response = scim_response(
        status, scim::error_body(status, {}, fmt::format("The request was refused: {}.", net::status_text(status))));
  }
  answer_as_accepted(request, {}, response);
  return response;
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
  net::Response response = scim_error(told);
  answer_as_accepted(request, {}, response);
  return response;
}

task<Result<Caller>> ScimEndpoint::identify(const net::Request& request, const ScimTarget& target) {
  const std::string_view token = bearer_token(request);
  if (token.empty() && is_discovery(target)) {
    co_return co_await authenticator_.admit_stranger(target.directory, request.deadline);
  }
  co_return co_await authenticator_.authenticate(target.directory, token, request.deadline);
}

task<net::Response> ScimEndpoint::answer(const net::Request& request, const ScimTarget& target, SeenScimRequest& seen) {
  auto caller = co_await identify(request, target);
  if (!caller) co_return refuse(request, target, caller.error());
  caller->request_id = request.request_id;
  caller->caused = &seen.caused;
  const bool is_directory = caller->kind == CallerKind::kDirectory;
  // What a stranger reads must not push out the record of the directory's own provider.
  if (is_directory) seen.organization = caller->organization_id;
  seen.credential = caller->id;
  auto types = co_await types_.types_of(target.directory, caller->directory->schema_version, request.deadline);
  if (!types) co_return refuse(request, target, types.error());
  caller->schema_version = (*types)->version();
  note_types(target, **types, seen);
  Push push{.by = *std::move(caller), .types = *std::move(types), .conditions = read_conditions(request)};
  const auto query = ScimQuery::parse(request.query);
  net::Response response;
  if (query) {
    choose_dialect(push, request, *query);
    const ScimCall call{
        request,  push,   target,     *query, fmt::format("{}/directory/{}/scim/v2", base_url_, target.directory.str()),
        offload_, pages_, body_bytes_};
    response = co_await route(call);
  } else {
    response = scim_error(query.error());
  }
  seen.profile = push.choice.profile;
  seen.quirks = push.dialect.quirks;
  if (is_directory && scim::is_recognition(push.choice)) {
    const scim::ProfileChoice& found = push.choice;
    co_await authenticator_.recognise(push.by, {.profile = std::string(scim::profile_name(found.profile)),
                                                .by = std::string(scim::profile_source_name(found.source)),
                                                .at = {}});
  }
  answer_as_accepted(request, push.dialect.behaviour, response);
  co_return response;
}

task<net::Response> ScimEndpoint::route(const ScimCall& call) {
  if (auto document = discovery(call)) co_return *std::move(document);
  const bool is_collection = call.target.id.empty();
  if (is_collection && call.target.collection == kBulk) co_return co_await bulk_.handle(call);
  if (is_collection && call.target.collection == "Me") {
    co_return scim_error(
        make_error(Reason::kUnimplemented, "The secret of a directory stands for no user: there is no /Me."));
  }
  if (SearchEndpoint::serves(call)) co_return co_await search_.handle(call);
  co_return co_await change(call);
}

task<net::Response> ScimEndpoint::change(const ScimCall& call) {
  if (call.target.collection == "Users") co_return co_await users_.handle(call);
  if (call.target.collection == "Groups") co_return co_await groups_.handle(call);
  if (const scim::ResourceType* type = call.push.types->at_endpoint(call.target.collection)) {
    co_return co_await resources_.handle(call, *type);
  }
  co_return not_found();
}

}  // namespace doorward::edge
