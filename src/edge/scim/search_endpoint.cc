#include "edge/scim/search_endpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/paging/sealed_token.h"
#include "app/provisioning/search_sources.h"
#include "app/provisioning/version.h"
#include "edge/scim/render.h"
#include "edge/scim/scim_response.h"
#include "protocol/scim/directory_types.h"
#include "protocol/scim/filter.h"
#include "protocol/scim/message.h"
#include "protocol/scim/search_request.h"

namespace doorward::edge {
namespace {

namespace json = boost::json;

bool is_root(const ScimCall& call) { return call.target.collection.empty() || call.target.collection == kSearchPath; }

bool is_search_path(const ScimCall& call) {
  return is_root(call) ? call.target.collection == kSearchPath : call.target.id == kSearchPath;
}

std::vector<const scim::ResourceType*> types_of(const ScimCall& call) {
  std::vector<const scim::ResourceType*> types;
  for (const scim::ResourceType& type : call.push.types->all()) {
    if (is_root(call) || std::string_view(type.endpoint).substr(1) == call.target.collection) types.push_back(&type);
  }
  return types;
}

// One type of a list: where its resources come from and what of them shows.
struct ListedType {
  scim::Projection projection;
  std::unique_ptr<SearchSource> source;
};

Result<ListedType> listed(const ScimCall& call, const scim::ResourceType& type, const scim::SearchRequest& request) {
  DOORWARD_TRY(scim::Projection projection,
               make_projection(call, type, request.attributes, request.excluded_attributes));
  SourceOptions options{.scope = DirectoryScope::of(call.push.by),
                        .type = type,
                        .related = false,
                        .location_prefix = fmt::format("{}{}/", call.base, type.endpoint)};
  std::unique_ptr<SearchSource> source;
  if (&type == &call.push.types->user()) {
    // The groups of a user are part of its version.
    options.related =
        projection.shows("groups") || (projection.shows("meta") && version_shows_groups(call.push.dialect.behaviour));
    source = std::make_unique<UserSource>(std::move(options));
  } else if (&type == &call.push.types->group()) {
    options.related = projection.shows("members");
    source = std::make_unique<GroupSource>(std::move(options));
  } else {
    source = std::make_unique<ResourceSource>(std::move(options));
  }
  return ListedType{std::move(projection), std::move(source)};
}

Result<scim::SearchRequest> read_request(const ScimCall& call) {
  if (!is_search_path(call)) {
    return scim::read_search_parameters([&](std::string_view name) { return call.query.find(name); });
  }
  DOORWARD_TRY(const json::object body, read_body(call));
  return scim::read_search_body(body, call.push.dialect);
}

// startIndex below 1 is 1, count below 0 is 0, above the largest page is that (RFC 7644 section 3.4.2.4).
Result<ProvisioningSearch> search_for(const ScimCall& call, const scim::SearchRequest& request) {
  ProvisioningSearch search;
  if (!request.filter.empty()) {
    DOORWARD_TRY(search.filter, scim::parse_filter(request.filter, call.push.dialect));
  }
  search.sort_by = request.sort_by;
  search.descending = request.descending;
  search.start_index = std::max<std::int64_t>(request.start_index.value_or(1), 1);
  const auto largest = static_cast<std::int64_t>(call.pages.largest);
  search.count =
      std::clamp<std::int64_t>(request.count.value_or(static_cast<std::int64_t>(call.pages.initial)), 0, largest);
  search.count_given = request.count.has_value();
  search.cursor = request.cursor;
  // Which types a list of all types has may change.
  search.scope = page_scope({is_root(call) ? std::to_string(call.push.types->version()) : call.target.collection,
                             request.filter, request.sort_by, request.descending ? "descending" : "ascending"});
  return search;
}

std::size_t weight_of(const FoundResource& row) {
  const auto* group = std::get_if<ProvisionedGroup>(&row);
  return 1 + (group != nullptr ? group->members.size() / 10 : 0);
}

const scim::ResourceType& type_of(const FoundResource& row, const scim::DirectoryTypes& types) {
  if (std::holds_alternative<ProvisionedUser>(row)) return types.user();
  if (std::holds_alternative<ProvisionedGroup>(row)) return types.group();
  return *types.named(std::get<ScimResource>(row).type);
}

json::object render(FoundResource row, const ScimCall& call, const std::vector<ListedType>& types) {
  const scim::ResourceType& type = type_of(row, *call.push.types);
  const scim::Projection& projection =
      std::ranges::find_if(types, [&](const ListedType& t) { return &t.source->type() == &type; })->projection;
  if (auto* user = std::get_if<ProvisionedUser>(&row)) {
    std::string version =
        projection.shows("meta") ? version_of(user->user, user->groups, call.push.dialect.behaviour) : std::string();
    return render_user(std::move(*user), call.base, std::move(version), projection);
  }
  if (const auto* group = std::get_if<ProvisionedGroup>(&row)) return render_group(*group, call.base, projection);
  return render_resource(std::get<ScimResource>(std::move(row)), call.base, projection);
}

}  // namespace

bool SearchEndpoint::serves(const ScimCall& call) {
  if (is_root(call)) return call.target.id.empty();
  if (types_of(call).empty()) return false;
  return is_search_path(call) || (call.target.id.empty() && call.request.method == "GET");
}

task<net::Response> SearchEndpoint::handle(const ScimCall& call) {
  const std::string_view method = is_search_path(call) ? "POST" : "GET";
  if (call.request.method != method) co_return method_not_allowed(method);
  const auto request = co_await run_off_io(has_large_body(call), call.offload, [&] { return read_request(call); });
  if (!request) co_return scim_error(request.error());
  auto search = search_for(call, *request);
  if (!search) co_return scim_error(search.error());
  std::vector<ListedType> types;
  std::vector<const SearchSource*> sources;
  for (const scim::ResourceType* type : types_of(call)) {
    auto one = listed(call, *type, *request);
    if (!one) co_return scim_error(one.error());
    sources.push_back(one->source.get());
    types.push_back(*std::move(one));
  }
  auto found = co_await search_.run(call.push, std::move(sources), *search);
  if (!found) co_return scim_error(found.error());

  std::size_t weight = 0;
  for (const FoundResource& row : found->items) weight += weight_of(row);
  const auto body = co_await run_off_io(weight > kLargeAnswerResources, call.offload, [&]() -> Result<std::string> {
    scim::ListPage page{.total_results = found->total, .next_cursor = std::move(found->next_cursor)};
    page.start_index = search->cursor ? std::nullopt : std::optional(search->start_index);
    return scim::list_body(page, found->items.size(),
                           [&](std::size_t i) { return render(std::move(found->items[i]), call, types); });
  });
  co_return body ? scim_response(200, *body) : scim_error(body.error());
}

}  // namespace doorward::edge
