// What a search needs to know of one type of resource: which indexes there are, and how to find, load, match and
// relate its resources.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/provisioning/group_provisioning.h"
#include "app/provisioning/search_plan.h"
#include "app/provisioning/user_provisioning.h"
#include "base/result.h"
#include "domain/resource_walk.h"
#include "domain/scim_definition.h"
#include "ports/store.h"
#include "protocol/scim/filter_match.h"
#include "protocol/scim/schema.h"

namespace doorward {

using FoundResource = std::variant<ProvisionedUser, ProvisionedGroup, ScimResource>;

inline const std::string& id_of(const ProvisionedUser& user) { return user.user.id.str(); }
inline const std::string& id_of(const ProvisionedGroup& group) { return group.group.id.str(); }
inline const std::string& id_of(const ScimResource& resource) { return resource.id.str(); }
inline const std::string& id_of(const FoundResource& row) {
  return std::visit([](const auto& found) -> const std::string& { return id_of(found); }, row);
}

// Of one request. Methods that are given a transaction read at most `limit` rows besides relations.
class SearchSource {
 public:
  virtual ~SearchSource() = default;

  virtual const scim::ResourceType& type() const = 0;
  virtual std::span<const SearchIndex> indexes() const = 0;
  // What ResourceOrder::kName goes by: "userName". Empty where there is none: then nobody asks for that order.
  virtual std::string_view name_attribute() const = 0;
  // The attribute that is kept in rows of its own: "groups" of a user; empty where there is none. It is loaded only
  // where it is asked for.
  virtual std::string_view relation() const = 0;

  // Find: ids in order, after `after`; nullopt when the index cannot tell. Rows by id or in an order, without relation.
  virtual Result<std::optional<std::vector<std::string>>> look_up(const ReadTx& tx, const IndexKey& key,
                                                                  const std::string& after,
                                                                  std::int64_t limit) const = 0;
  virtual Result<std::vector<FoundResource>> find_each(const ReadTx& tx, const std::vector<std::string>& ids) const = 0;
  virtual Result<std::vector<FoundResource>> walk(const ReadTx& tx, const ResourceWalk& walk,
                                                  const std::optional<ResourcePosition>& after,
                                                  std::int64_t limit) const = 0;
  virtual Result<std::optional<ResourcePosition>> position(const ReadTx& tx, const ResourceWalk& walk,
                                                           std::int64_t offset) const = 0;
  virtual Result<std::int64_t> count(const ReadTx& tx, const ResourceWalk& walk) const = 0;

  // Load: the relation, as far as the filter must see it. Drops rows at the end, never the first, when all together
  // would be too much.
  virtual Result<void> load(const ReadTx& tx, const scim::BoundFilter& filter,
                            std::vector<FoundResource>& rows) const = 0;
  // Match: the complete resource with what was loaded.
  virtual boost::json::object view(const FoundResource& row) const = 0;
  virtual ResourcePosition position_of(const FoundResource& row, ResourceOrder order) const = 0;
  // What relate() would load for this one at least, beyond what every page can afford: members of a group.
  virtual std::int64_t related_rows(const FoundResource& row) const = 0;
  // Relate: what the answer shows of the relation; nothing when it shows none. For how many of the rows, at least the
  // first: the others would be too much for one page.
  virtual Result<std::size_t> relate(const ReadTx& tx, std::span<FoundResource* const> rows) const = 0;
};

}  // namespace doorward
