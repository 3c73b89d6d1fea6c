#include "store/sql/saml_keys.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/encoding.h"
#include "store/sql/advisory_locks.h"
#include "store/sql/document.h"
#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

constexpr Query kList{"saml_keys.list",
                      "SELECT environment_id, id, state, document, create_time FROM saml_keys "
                      "WHERE environment_id = $1 ORDER BY create_time DESC, id DESC"};
constexpr Query kInsert{"saml_keys.insert",
                        "INSERT INTO saml_keys(environment_id, id, state, document, create_time) "
                        "VALUES($1, $2, $3, $4, $5)"};
constexpr Query kUpdate{"saml_keys.update",
                        "UPDATE saml_keys SET state = $3, document = $4 WHERE environment_id = $1 AND id = $2"};
constexpr Query kRemove{"saml_keys.remove", "DELETE FROM saml_keys WHERE environment_id = $1 AND id = $2"};
constexpr Query kFindPath{"saml_paths.find",
                          "SELECT connection_id FROM saml_paths WHERE environment_id = $1 AND path = $2"};
constexpr Query kRemovePaths{"saml_paths.remove",
                             "DELETE FROM saml_paths WHERE environment_id = $1 AND connection_id = $2"};
constexpr Query kInsertPath{"saml_paths.insert",
                            "INSERT INTO saml_paths(environment_id, path, connection_id) VALUES($1, $2, $3)"};

std::string document_of(const SamlKey& key) {
  boost::json::object document{
      {"certificate", base64_encode(key.certificate_der)},
      {"sealed_private_key", key.sealed_private_key},
      {"not_after", to_micros(key.not_after)},
  };
  if (key.retire_time) document["retire_time"] = to_micros(*key.retire_time);
  if (key.decrypt_until) document["decrypt_until"] = to_micros(*key.decrypt_until);
  return boost::json::serialize(document);
}

std::optional<Timestamp> time_in(const boost::json::object& document, std::string_view name) {
  if (!document.contains(name)) return std::nullopt;
  return from_micros(number_in(document, name));
}

SamlKey read_key(const Row& row) {
  const boost::json::object document = compact_object_at(row, 3);
  return SamlKey{.environment_id = id_at<EnvironmentId>(row, 0),
                 .id = id_at<SamlCertificateId>(row, 1),
                 .state = enum_at<SamlKeyState>(row, 2),
                 .certificate_der = base64_decode(text_in(document, "certificate")).value_or(std::string()),
                 .sealed_private_key = text_in(document, "sealed_private_key"),
                 .not_after = from_micros(number_in(document, "not_after")),
                 .create_time = time_at(row, 4),
                 .retire_time = time_in(document, "retire_time"),
                 .decrypt_until = time_in(document, "decrypt_until")};
}

}  // namespace

Result<std::vector<SamlKey>> SqlSamlKeys::list(const EnvironmentId& environment) const {
  return find_all(connection_, kList, {environment}, read_key);
}

Result<void> SqlSamlKeys::hold() { return wait_for_lock(connection_, AdvisoryLock::kSamlKeys); }

Result<void> SqlSamlKeys::insert(const SamlKey& key) {
  const std::string document = document_of(key);
  return connection_.post(kInsert, {key.environment_id, key.id, key.state, document, key.create_time});
}

Result<void> SqlSamlKeys::update(const SamlKey& key) {
  const std::string document = document_of(key);
  return connection_.post(kUpdate, {key.environment_id, key.id, key.state, document});
}

Result<void> SqlSamlKeys::remove(const EnvironmentId& environment, const SamlCertificateId& id) {
  return connection_.post(kRemove, {environment, id});
}

Result<std::optional<ConnectionId>> SqlSamlKeys::connection_at(const EnvironmentId& environment,
                                                               const std::string& path) const {
  return find_one(connection_, kFindPath, {environment, path},
                  [](const Row& row) { return id_at<ConnectionId>(row, 0); });
}

Result<void> SqlSamlKeys::assign_paths(const EnvironmentId& environment, const ConnectionId& connection,
                                       const std::vector<std::string>& paths) {
  DOORWARD_CHECK(connection_.post(kRemovePaths, {environment, connection}));
  for (const std::string& path : paths) {
    DOORWARD_CHECK(connection_.execute(kInsertPath, {environment, path, connection}));
  }
  return {};
}

}  // namespace doorward::store
