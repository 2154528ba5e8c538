#pragma once

#include <filesystem>
#include <memory>

#include "plyo/service/sql.h"

namespace plyo::service {

/// A SQLite database in that file, made where there is none, readable by its owner alone; WAL, each
/// commit on the disk. One transaction writes at a time, four read beside it. Errors:
/// kStoreFailed, kDiskFull.
Result<std::unique_ptr<SqlDatabase>> OpenSqlite(const std::filesystem::path& file);

/// A copy of a database as it is at this moment, also while others write; `to` is replaced once the
/// copy is complete and sound. Errors: kFileNotFound, kStoreFailed, kDiskFull.
Result<void> CopySqlite(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace plyo::service
