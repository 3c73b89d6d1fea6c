// Backups of a whole database, taken while the server serves and restored into an empty database of either kind.
//
// A backup is a SQLite file in the schema of the database it was taken from, whatever kind that is, with a manifest of
// rows and digests for each table. So a backup of SQLite can be restored into PostgreSQL: that is also the way to move.
// It is what one read snapshot holds; writers are not held up. Secrets in it are sealed or hashed as in the database;
// the key-encryption key is not in it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace doorward::store {

struct BackupTable {
  std::string name;
  std::int64_t rows = 0;
  std::string digest;  // of all rows, in any order: hexadecimal
};

// What a backup says of itself.
struct BackupManifest {
  std::int64_t schema_version = 0;
  Timestamp made_at;
  std::string made_by;  // version of the Doorward that wrote it
  std::vector<BackupTable> tables;
};

// Told of each table when it is copied. For a sign of life.
using BackupProgress = std::function<void(const BackupTable&)>;

// Copies the database at `url` into `file`, which must not exist; it appears under that name (mode 0600) only when it
// is complete, verified and on disk. The database may be in use, by this process or another, and may be of an older
// schema than this binary's.
// kStoreUnavailable: the database is not there or went away, or the file cannot be written. kStoreSchema: not a
// database that this binary knows. kBackupFile: `file` exists.
Result<BackupManifest> write_backup(const std::string& url, const std::string& file, std::string_view made_by,
                                    Timestamp now, const BackupProgress& progress);

// Fills the database at `url` from `file` and brings it to this binary's schema. A SQLite file must not be there yet;
// in PostgreSQL the database must be there and hold nothing of Doorward's. On an error SQLite is left as it was;
// PostgreSQL may be left with an empty schema, into which a second restore goes.
// kBackupFile: not a backup, of a newer schema than this binary's, or not as its manifest says. kDatabaseNotEmpty: the
// target holds data. kStoreUnavailable as above.
Result<BackupManifest> restore_backup(const std::string& url, const std::string& file, Timestamp now,
                                      const BackupProgress& progress);

}  // namespace doorward::store
