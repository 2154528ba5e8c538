#pragma once

#include <filesystem>
#include <memory>

#include "plyo/service/sql.h"

namespace plyo::service {

/// A SQLite database in that file, made where there is none, readable by its owner alone; WAL, each
/// commit on the disk. One transaction writes at a time, four read beside it. Errors:
/// kStoreFailed, kDiskFull.
Result<std::unique_ptr<SqlDatabase>> OpenSqlite(const std::filesystem::path& file);

}  // namespace plyo::service
