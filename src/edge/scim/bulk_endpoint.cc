#include "edge/scim/bulk_endpoint.h"

#include <fmt/format.h>

#include <mutex>
#include <utility>

#include "app/provisioning/bulk.h"
#include "domain/caused_changes.h"
#include "edge/scim/scim_response.h"
#include "protocol/scim/bulk.h"
#include "protocol/scim/message.h"

namespace doorward::edge {
namespace {

constexpr std::size_t kManyOperations = 100;  // whose answers a worker writes

scim::BulkAnswer refusal(const Error& error) {
  return {.status = scim::error_status(error).status, .error = scim::error_body(error)};
}

// Where an operation goes: a path below the SCIM base, or an absolute URL of this directory.
Result<ScimTarget> target_of(const ScimCall& call, std::string_view path) {
  if (path.starts_with(call.base)) path.remove_prefix(call.base.size());
  const auto refuse = [&] {
    return failure(
        Reason::kScimInvalidValue,
        fmt::format("\"path\" must be the path of a resource or of a resource type, not \"{}\".", path.substr(0, 200)));
  };
  if (path.find_first_of("?#") != std::string_view::npos) return refuse();
  const std::string_view slash = path.starts_with('/') ? "" : "/";
  const auto target =
      parse_scim_target(fmt::format("/directory/{}/scim/v2{}{}", call.push.by.directory_id.str(), slash, path));
  // What begins with a dot is no resource: .search only reads.
  if (!target || target->collection.empty() || target->id.starts_with('.')) return refuse();
  return *target;
}

std::string header(const net::Response& response, std::string_view name) {
  const std::string* found = net::find_header(response.headers, name);
  return found == nullptr ? std::string() : *found;
}

class OneByOne final : public BulkRunner {
 public:
  OneByOne(const ScimCall& call, const BulkEndpoint::Resources& resources) : call_(call), resources_(resources) {}

  task<scim::BulkAnswer> run(const scim::BulkOperation& operation) override {
    const auto target = target_of(call_, operation.path);
    if (!target) co_return refusal(target.error());
    net::Request request;
    request.method = operation.method;
    request.peer = call_.request.peer;
    request.request_id = call_.request.request_id;
    request.deadline = call_.request.deadline;
    Push push{.by = call_.push.by,
              .dialect = {.behaviour = call_.push.dialect.behaviour},
              .choice = call_.push.choice,
              .types = call_.push.types};
    if (!operation.version.empty()) push.conditions.if_match = scim::EntityTags::parse(operation.version);
    // Nobody reads the resource: it need not be loaded nor written.
    static const ScimQuery kNothing = *ScimQuery::parse("attributes=id");
    ScimCall one{request, push, *target, kNothing, call_.base, call_.offload, call_.pages, call_.body_bytes};
    if (operation.method != "DELETE") one.data = &operation.data;
    one.data_bytes = operation.bytes;
    CausedChanges caused;  // of this operation: others run meanwhile
    if (call_.push.by.caused != nullptr) push.by.caused = &caused;
    net::Response response = co_await resources_(one);

    scim::BulkAnswer answer{.status = response.status, .version = header(response, "etag")};
    answer.quirks = push.dialect.quirks;
    if (response.status >= 400) {
      answer.error = std::move(response.body);
    } else if (call_.push.by.caused != nullptr) {
      const std::lock_guard lock(mutex_);
      call_.push.by.caused->add(caused);
    }
    answer.location = header(response, "content-location");
    if (operation.method == "POST") {
      answer.id = answer.location.substr(answer.location.rfind('/') + 1);
    } else if (answer.location.empty() && !target->id.empty()) {
      answer.location = fmt::format("{}/{}/{}", call_.base, target->collection, target->id);
    }
    co_return answer;
  }

 private:
  const ScimCall& call_;
  const BulkEndpoint::Resources& resources_;
  std::mutex mutex_;  // operations end on any thread
};

}  // namespace

std::string bulk_limits_text(std::size_t body_bytes) {
  return fmt::format("A bulk request may hold at most {} operations and {} bytes.", scim::limits::kBulkOperations,
                     body_bytes);
}

task<net::Response> BulkEndpoint::handle(const ScimCall& call) {
  if (call.request.method != "POST") co_return method_not_allowed("POST");
  if (call.request.body.size() > call.body_bytes) {
    co_return scim_error(make_error(Reason::kPayloadTooLarge, bulk_limits_text(call.body_bytes)));
  }
  auto request = co_await run_off_io(has_large_body(call), call.offload, [&]() -> Result<scim::BulkRequest> {
    DOORWARD_TRY(auto body, read_body(call));
    return scim::parse_bulk(std::move(body), call.push.dialect);
  });
  if (!request) {
    Error error = request.error();
    if (error.reason == Reason::kPayloadTooLarge) error.message = bulk_limits_text(call.body_bytes);
    co_return scim_error(error);
  }
  OneByOne runner(call, resources_);
  const BulkAnswers answers = co_await run_bulk(*request, runner);
  const auto body = co_await run_off_io(answers.size() > kManyOperations, call.offload, [&]() -> Result<std::string> {
    std::vector<std::string> entries;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (!answers[i]) continue;
      call.push.dialect.quirks |= answers[i]->quirks;
      entries.push_back(scim::bulk_entry(request->operations[i], *answers[i]));
    }
    return scim::bulk_body(entries);
  });
  co_return body ? scim_response(200, *body) : scim_error(body.error());
}

}  // namespace doorward::edge
