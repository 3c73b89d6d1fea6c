// The tables of a backup in which it says what it is.
#pragma once

#include "base/result.h"
#include "store/backup/backup.h"
#include "store/sql/connection.h"

namespace doorward::store {

Result<void> write_manifest(Connection& backup, const BackupManifest& manifest);

// kBackupFile when there is none, or it is of a form that this binary does not know.
Result<BackupManifest> read_manifest(Connection& backup);

}  // namespace doorward::store
