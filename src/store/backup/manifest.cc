#include "store/backup/manifest.h"

#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

constexpr std::int64_t kForm = 1;

constexpr std::string_view kCreate =
    "CREATE TABLE backup_manifest(form BIGINT NOT NULL, schema_version BIGINT NOT NULL, made_at BIGINT NOT NULL, "
    "made_by TEXT NOT NULL);"
    "CREATE TABLE backup_tables(name TEXT NOT NULL PRIMARY KEY, row_count BIGINT NOT NULL, digest TEXT NOT NULL)";
constexpr Query kExists{"backup.exists",
                        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'backup_manifest'"};
constexpr Query kInsertManifest{"backup.insert_manifest",
                                "INSERT INTO backup_manifest(form, schema_version, made_at, made_by) "
                                "VALUES($1, $2, $3, $4)"};
constexpr Query kInsertTable{"backup.insert_table",
                             "INSERT INTO backup_tables(name, row_count, digest) VALUES($1, $2, $3)"};
constexpr Query kForms{"backup.form", "SELECT coalesce(max(form), 0) FROM backup_manifest"};
constexpr Query kManifest{"backup.manifest", "SELECT schema_version, made_at, made_by FROM backup_manifest"};
constexpr Query kTables{"backup.manifest_tables", "SELECT name, row_count, digest FROM backup_tables ORDER BY name"};

}  // namespace

Result<void> write_manifest(Connection& backup, const BackupManifest& manifest) {
  DOORWARD_CHECK(backup.run_script(kCreate));
  DOORWARD_CHECK(backup.post(kInsertManifest, {kForm, manifest.schema_version, manifest.made_at, manifest.made_by}));
  for (const BackupTable& table : manifest.tables) {
    DOORWARD_CHECK(backup.post(kInsertTable, {table.name, table.rows, table.digest}));
  }
  return {};
}

Result<BackupManifest> read_manifest(Connection& backup) {
  const auto exists = find_integer(backup, kExists, {});
  if (!exists || *exists == 0) return failure(Reason::kBackupFile, "The file is not a backup of Doorward.");
  DOORWARD_TRY(const std::int64_t form, find_integer(backup, kForms, {}));
  if (form != kForm)
    return failure(Reason::kBackupFile, "The backup was written in a form that this Doorward cannot read.");
  DOORWARD_TRY(auto manifest, find_one(backup, kManifest, {}, [](const Row& row) {
                 return BackupManifest{row.integer(0), time_at(row, 1), text_at(row, 2), {}};
               }));
  DOORWARD_TRY(manifest->tables, find_all(backup, kTables, {}, [](const Row& row) {
                 return BackupTable{text_at(row, 0), row.integer(1), text_at(row, 2)};
               }));
  return *std::move(manifest);
}

}  // namespace doorward::store
