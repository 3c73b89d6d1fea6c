#include "app/directories/schema_fit.h"

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "app/provisioning/unique_values.h"
#include "protocol/scim/case_fold.h"
#include "protocol/scim/limits.h"
#include "protocol/scim/stored_document.h"

namespace doorward {
namespace {

using Attributes = std::map<std::string, const scim::Attribute*>;  // by folded path with the URN in front

void collect(const std::vector<scim::Attribute>& attributes, const std::string& prefix, Attributes& into) {
  for (const scim::Attribute& attribute : attributes) {
    const std::string path = prefix + scim::fold_case(attribute.name);
    into.emplace(path, &attribute);
    collect(attribute.sub_attributes, path + '.', into);
  }
}

Attributes attributes_of(const scim::ResourceType& type) {
  Attributes all;
  collect(type.schema.attributes, scim::fold_case(type.schema.id) + ':', all);
  for (const scim::SchemaExtension& extension : type.extensions) {
    collect(extension.schema.attributes, scim::fold_case(extension.schema.id) + ':', all);
  }
  return all;
}

bool same_form(const scim::Attribute& a, const scim::Attribute& b) {
  return a.type == b.type && a.multi_valued == b.multi_valued && a.case_exact == b.case_exact;
}

// What the type asks for after a change and did not ask for before; empty names for nothing.
struct Demands {
  std::string required;
  std::string unique;
};

Demands new_demands(const scim::ResourceType& before, const scim::ResourceType& after) {
  Demands demands;
  for (const scim::SchemaExtension& extension : after.extensions) {
    if (!extension.required) continue;
    bool was = false;
    for (const scim::SchemaExtension& old : before.extensions) {
      was = was || (old.required && scim::equal_names(old.schema.id, extension.schema.id));
    }
    if (!was) demands.required = extension.schema.id;
  }
  const Attributes old = attributes_of(before);
  for (const auto& [path, attribute] : attributes_of(after)) {
    const auto known = old.find(path);
    const scim::Attribute* was = known == old.end() ? nullptr : known->second;
    const bool kept = was != nullptr && same_form(*was, *attribute);
    if (attribute->required && !(kept && was->required) && demands.required.empty()) demands.required = attribute->name;
    if (attribute->uniqueness != scim::Uniqueness::kNone && !(kept && was->uniqueness != scim::Uniqueness::kNone)) {
      demands.unique = attribute->name;
    }
  }
  return demands;
}

template <class List>
Result<void> keep_all(WriteTx& tx, const Directory& directory, const scim::ResourceType& type, List list) {
  PageRequest request{.limit = 500};
  do {
    DOORWARD_TRY(auto page, list(request));
    request.after.reset();
    if (page.has_next) request.after = Keyset{page.items.back().create_time, page.items.back().id.str()};
    for (auto& item : page.items) {
      scim::hide_unknown(type, item.attributes);
      DOORWARD_CHECK(keep_unique_values(tx, directory, type, item.id.str(), item.attributes));
    }
  } while (request.after);
  return {};
}

Result<void> keep_unique_values_of_all(WriteTx& tx, const Directory& directory, const scim::ResourceType& type) {
  const EnvironmentId& environment = directory.environment_id;
  if (type.name == scim::user_type().name) {
    return keep_all(tx, directory, type, [&](const PageRequest& page) {
      return tx.directory_users().list(environment, directory.id, {}, page);
    });
  }
  if (type.name == scim::group_type().name) {
    return keep_all(tx, directory, type, [&](const PageRequest& page) {
      return tx.directory_groups().list(environment, directory.id, {}, page);
    });
  }
  return keep_all(tx, directory, type, [&](const PageRequest& page) {
    return tx.scim_resources().list(environment, directory.id, type.name, page);
  });
}

}  // namespace

Result<std::int64_t> count_resources(WriteTx& tx, const Directory& directory, const scim::ResourceType& type) {
  if (type.name == scim::user_type().name) return directory.stats.total_users;
  if (type.name == scim::group_type().name) return directory.stats.total_groups;
  return tx.scim_resources().count(directory.environment_id, directory.id, type.name);
}

Result<void> fit_stored_resources(WriteTx& tx, const Directory& directory, const scim::DirectoryTypes& before,
                                  const scim::DirectoryTypes& after) {
  for (const scim::ResourceType& type : after.all()) {
    const scim::ResourceType* was = before.named(type.name);
    if (was == nullptr) continue;
    const Demands demands = new_demands(*was, type);
    if (demands.required.empty() && demands.unique.empty()) continue;
    DOORWARD_TRY(const std::int64_t stored, count_resources(tx, directory, type));
    if (stored == 0) continue;
    if (!demands.required.empty()) {
      return failure(Reason::kScimSchemaInUse,
                     fmt::format("\"{}\" cannot become required: there are resources of {} that may not have it.",
                                 demands.required, type.name));
    }
    if (stored > static_cast<std::int64_t>(scim::limits::kIndexedAtOnce)) {
      return failure(Reason::kScimSchemaInUse,
                     fmt::format("\"{}\" cannot become unique: there are more than {} resources of {}.", demands.unique,
                                 scim::limits::kIndexedAtOnce, type.name));
    }
    Directory changed = directory;
    changed.schema_version = after.version();
    auto kept = keep_unique_values_of_all(tx, changed, type);
    if (!kept && kept.error().reason == Reason::kScimUniqueness) {
      return failure(Reason::kScimSchemaInUse,
                     fmt::format("\"{}\" cannot become unique: two resources of {} have the same value.",
                                 demands.unique, type.name));
    }
    if (!kept) return kept;
  }
  return {};
}

}  // namespace doorward
