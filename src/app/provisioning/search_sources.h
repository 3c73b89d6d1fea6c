// Users, groups, and resources of a directory's own types as sources of a search.
#pragma once

#include <string>

#include "app/provisioning/directory_scope.h"
#include "app/provisioning/search_source.h"

namespace doorward {

// What all need. `type` must outlive the source.
struct SourceOptions {
  DirectoryScope scope;
  const scim::ResourceType& type;
  bool related = true;          // answers show the relation
  std::string location_prefix;  // address of a resource without its id, for filters on meta.location
};

class UserSource final : public SearchSource {
 public:
  explicit UserSource(SourceOptions options) : options_(std::move(options)) {}

  const scim::ResourceType& type() const override { return options_.type; }
  std::span<const SearchIndex> indexes() const override;
  std::string_view name_attribute() const override { return "userName"; }
  std::string_view relation() const override { return "groups"; }
  Result<std::optional<std::vector<std::string>>> look_up(const ReadTx& tx, const IndexKey& key,
                                                          const std::string& after, std::int64_t limit) const override;
  Result<std::vector<FoundResource>> find_each(const ReadTx& tx, const std::vector<std::string>& ids) const override;
  Result<std::vector<FoundResource>> walk(const ReadTx& tx, const ResourceWalk& walk,
                                          const std::optional<ResourcePosition>& after,
                                          std::int64_t limit) const override;
  Result<std::optional<ResourcePosition>> position(const ReadTx& tx, const ResourceWalk& walk,
                                                   std::int64_t offset) const override;
  Result<std::int64_t> count(const ReadTx& tx, const ResourceWalk& walk) const override;
  Result<void> load(const ReadTx& tx, const scim::BoundFilter& filter, std::vector<FoundResource>& rows) const override;
  boost::json::object view(const FoundResource& row) const override;
  ResourcePosition position_of(const FoundResource& row, ResourceOrder order) const override;
  std::int64_t related_rows(const FoundResource&) const override { return 0; }
  Result<std::size_t> relate(const ReadTx& tx, std::span<FoundResource* const> rows) const override;

 private:
  SourceOptions options_;
};

class GroupSource final : public SearchSource {
 public:
  explicit GroupSource(SourceOptions options) : options_(std::move(options)) {}

  const scim::ResourceType& type() const override { return options_.type; }
  std::span<const SearchIndex> indexes() const override;
  std::string_view name_attribute() const override { return "displayName"; }
  std::string_view relation() const override { return "members"; }
  Result<std::optional<std::vector<std::string>>> look_up(const ReadTx& tx, const IndexKey& key,
                                                          const std::string& after, std::int64_t limit) const override;
  Result<std::vector<FoundResource>> find_each(const ReadTx& tx, const std::vector<std::string>& ids) const override;
  Result<std::vector<FoundResource>> walk(const ReadTx& tx, const ResourceWalk& walk,
                                          const std::optional<ResourcePosition>& after,
                                          std::int64_t limit) const override;
  Result<std::optional<ResourcePosition>> position(const ReadTx& tx, const ResourceWalk& walk,
                                                   std::int64_t offset) const override;
  Result<std::int64_t> count(const ReadTx& tx, const ResourceWalk& walk) const override;
  Result<void> load(const ReadTx& tx, const scim::BoundFilter& filter, std::vector<FoundResource>& rows) const override;
  boost::json::object view(const FoundResource& row) const override;
  ResourcePosition position_of(const FoundResource& row, ResourceOrder order) const override;
  std::int64_t related_rows(const FoundResource& row) const override;
  Result<std::size_t> relate(const ReadTx& tx, std::span<FoundResource* const> rows) const override;

 private:
  SourceOptions options_;
};

class ResourceSource final : public SearchSource {
 public:
  explicit ResourceSource(SourceOptions options) : options_(std::move(options)) {}

  const scim::ResourceType& type() const override { return options_.type; }
  std::span<const SearchIndex> indexes() const override;
  std::string_view name_attribute() const override { return {}; }
  std::string_view relation() const override { return {}; }
  Result<std::optional<std::vector<std::string>>> look_up(const ReadTx& tx, const IndexKey& key,
                                                          const std::string& after, std::int64_t limit) const override;
  Result<std::vector<FoundResource>> find_each(const ReadTx& tx, const std::vector<std::string>& ids) const override;
  Result<std::vector<FoundResource>> walk(const ReadTx& tx, const ResourceWalk& walk,
                                          const std::optional<ResourcePosition>& after,
                                          std::int64_t limit) const override;
  Result<std::optional<ResourcePosition>> position(const ReadTx& tx, const ResourceWalk& walk,
                                                   std::int64_t offset) const override;
  Result<std::int64_t> count(const ReadTx& tx, const ResourceWalk& walk) const override;
  Result<void> load(const ReadTx&, const scim::BoundFilter&, std::vector<FoundResource>&) const override { return {}; }
  boost::json::object view(const FoundResource& row) const override;
  ResourcePosition position_of(const FoundResource& row, ResourceOrder order) const override;
  std::int64_t related_rows(const FoundResource&) const override { return 0; }
  Result<std::size_t> relate(const ReadTx&, std::span<FoundResource* const> rows) const override { return rows.size(); }

 private:
  SourceOptions options_;
};

}  // namespace doorward
