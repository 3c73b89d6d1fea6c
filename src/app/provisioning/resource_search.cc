// Listing resources of an administrator's types: by the store's own order, by an index, or by a scan in bounded pages.
#include <algorithm>
#include <utility>

#include "app/provisioning/resource_provisioning.h"
#include "protocol/scim/filter_match.h"
#include "protocol/scim/message.h"

namespace doorward {
namespace {

using Resources = std::vector<ScimResource>;

// The resources among whom every match must be, when an index knows; nullopt when only a scan finds them.
Result<std::optional<Resources>> candidates(const ReadTx& tx, const Caller& by, const scim::BoundFilter& filter) {
  const ScimResourceRepository& rows = tx.scim_resources();
  const std::string& type = filter.type().name;
  for (const scim::RequiredEquality& term : filter.required_equalities()) {
    if (term.name == "id") {
      DOORWARD_TRY(auto found, rows.find(by.environment_id, by.directory_id, type, ScimResourceId{term.value}));
      Resources resources;
      if (found) resources.push_back(*std::move(found));
      return std::optional<Resources>(std::move(resources));
    }
    if (term.name == "externalId") {
      DOORWARD_TRY(Resources found, rows.find_by_external_id(by.environment_id, by.directory_id, type, term.value));
      return std::optional<Resources>(std::move(found));
    }
  }
  return std::optional<Resources>();
}

void keep_matches(const scim::BoundFilter& filter, const ProvisioningSearch& search, Resources& rows) {
  std::erase_if(rows, [&](const ScimResource& row) {
    return !filter.matches(scim::complete_resource(filter.type(), row.attributes,
                                                   {.id = row.id.str(),
                                                    .location = search.location_prefix + row.id.str(),
                                                    .created = row.create_time,
                                                    .last_modified = row.update_time}));
  });
}

}  // namespace

task<Result<Found<ScimResource>>> ResourceProvisioning::list(Push& push, const scim::ResourceType& type,
                                                             const ProvisioningSearch& search) {
  const Caller& by = push.by;
  using Outcome = Result<Found<ScimResource>>;
  if (!search.filter) {
    co_return co_await store_.read("scim.resource.list", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Outcome {
      Found<ScimResource> found;
      DOORWARD_TRY(found.total, tx.scim_resources().count(by.environment_id, by.directory_id, type.name));
      if (search.count == 0) return found;
      DOORWARD_TRY(found.items, tx.scim_resources().slice(by.environment_id, by.directory_id, type.name,
                                                          search.start_index - 1, search.count));
      return found;
    });
  }
  DOORWARD_CO_TRY(const scim::BoundFilter filter, scim::BoundFilter::bind(*search.filter, type, push.dialect));
  PageCollector<ScimResource> page(search);
  auto indexed = co_await store_.read(
      "scim.resource.search", {.deadline = by.deadline},
      [&](const ReadTx& tx) -> Result<std::optional<Resources>> { return candidates(tx, by, filter); });
  if (!indexed) co_return tl::unexpected(std::move(indexed).error());
  if (*indexed) {
    keep_matches(filter, search, **indexed);
    for (ScimResource& match : **indexed) page.match(std::move(match));
    co_return page.take();
  }
  // As UserProvisioning::scan.
  PageRequest request{.limit = static_cast<std::uint32_t>(kScanPage)};
  do {
    auto scanned = co_await store_.read("scim.resource.scan", {.deadline = by.deadline}, [&](const ReadTx& tx) {
      return tx.scim_resources().list(by.environment_id, by.directory_id, type.name, request);
    });
    if (!scanned) co_return tl::unexpected(std::move(scanned).error());
    request.after.reset();
    if (scanned->has_next) {
      request.after = Keyset{scanned->items.back().create_time, scanned->items.back().id.str()};
    }
    auto matched = co_await offload_.run([&] {
      keep_matches(filter, search, scanned->items);
      return true;
    });
    if (!matched) co_return tl::unexpected(std::move(matched).error());
    for (ScimResource& match : scanned->items) page.match(std::move(match));
  } while (request.after);
  co_return page.take();
}

}  // namespace doorward
