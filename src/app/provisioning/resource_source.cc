#include <array>
#include <utility>

#include "app/provisioning/search_sources.h"
#include "protocol/scim/message.h"

namespace doorward {
namespace {

using Index = ScimResourceRepository::Index;

constexpr auto kIndexes = std::to_array<SearchIndex>({{"id", 0}, {"externalId", 2}});
constexpr auto kPorts = std::to_array({Index::kId, Index::kExternalId});
static_assert(kIndexes.size() == kPorts.size());

std::vector<FoundResource> found(std::vector<ScimResource> resources) {
  std::vector<FoundResource> rows;
  rows.reserve(resources.size());
  for (ScimResource& resource : resources) rows.emplace_back(std::move(resource));
  return rows;
}

}  // namespace

std::span<const SearchIndex> ResourceSource::indexes() const { return kIndexes; }

Result<std::optional<std::vector<std::string>>> ResourceSource::look_up(const ReadTx& tx, const IndexKey& key,
                                                                        const std::string& after,
                                                                        std::int64_t limit) const {
  DOORWARD_TRY(const auto resources,
               tx.scim_resources().look_up(options_.scope.environment, options_.scope.directory, options_.type.name,
                                           kPorts.at(key.index), key.value, ScimResourceId{after}, limit));
  std::vector<std::string> ids;
  ids.reserve(resources.size());
  for (const ScimResourceId& id : resources) ids.push_back(id.str());
  return std::optional(std::move(ids));
}

Result<std::vector<FoundResource>> ResourceSource::find_each(const ReadTx& tx,
                                                             const std::vector<std::string>& ids) const {
  const std::vector<ScimResourceId> resources(ids.begin(), ids.end());
  return tx.scim_resources()
      .find_each(options_.scope.environment, options_.scope.directory, options_.type.name, resources)
      .map(found);
}

Result<std::vector<FoundResource>> ResourceSource::walk(const ReadTx& tx, const ResourceWalk& walk,
                                                        const std::optional<ResourcePosition>& after,
                                                        std::int64_t limit) const {
  return tx.scim_resources()
      .walk(options_.scope.environment, options_.scope.directory, options_.type.name, walk, after, limit)
      .map(found);
}

Result<std::optional<ResourcePosition>> ResourceSource::position(const ReadTx& tx, const ResourceWalk& walk,
                                                                 std::int64_t offset) const {
  return tx.scim_resources().position(options_.scope.environment, options_.scope.directory, options_.type.name, walk,
                                      offset);
}

Result<std::int64_t> ResourceSource::count(const ReadTx& tx, const ResourceWalk& walk) const {
  return tx.scim_resources().count_walk(options_.scope.environment, options_.scope.directory, options_.type.name, walk);
}

boost::json::object ResourceSource::view(const FoundResource& row) const {
  const auto& resource = std::get<ScimResource>(row);
  return scim::complete_resource(options_.type, resource.attributes,
                                 {.id = resource.id.str(),
                                  .location = options_.location_prefix + resource.id.str(),
                                  .created = resource.create_time,
                                  .last_modified = resource.update_time});
}

ResourcePosition ResourceSource::position_of(const FoundResource& row, ResourceOrder order) const {
  const auto& resource = std::get<ScimResource>(row);
  return {.time = order == ResourceOrder::kModified ? resource.update_time : resource.create_time,
          .name = {},
          .id = resource.id.str()};
}

}  // namespace doorward
