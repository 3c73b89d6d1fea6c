#include "app/provisioning/unique_values.h"

#include <fmt/format.h>

#include <vector>

#include "crypto/hash.h"
#include "protocol/scim/stored_document.h"

namespace doorward {

Result<void> keep_unique_values(WriteTx& tx, const Directory& directory, const scim::ResourceType& type,
                                const std::string& owner, const boost::json::object& document) {
  if (directory.schema_version == 0) return {};
  std::vector<std::string> hashes;
  for (const scim::UniqueValue& value : scim::unique_values(type, document)) {
    std::string hash = crypto::sha256(value.key);
    DOORWARD_TRY(const auto other,
                 tx.scim_resources().unique_value_owner(directory.environment_id, directory.id, hash));
    if (other && *other != owner) {
      return failure(Reason::kScimUniqueness,
                     fmt::format("Another resource of this directory has this \"{}\".", value.attribute));
    }
    hashes.push_back(std::move(hash));
  }
  return tx.scim_resources().replace_unique_values(directory.environment_id, directory.id, owner, hashes);
}

Result<void> forget_unique_values(WriteTx& tx, const Directory& directory, const std::string& owner) {
  if (directory.schema_version == 0) return {};
  return tx.scim_resources().replace_unique_values(directory.environment_id, directory.id, owner, {});
}

}  // namespace doorward
