#pragma once

#include <filesystem>
#include <memory>

#include "plyo/service/store.h"

namespace plyo::service {

/// Opens or makes the database; an older schema is brought up to this program's, a newer one is
/// refused. The file and its journal can be read by their owner alone. Several processes may have
/// it open. Errors: kStoreFailed.
Result<std::unique_ptr<Store>> OpenSqliteStore(const std::filesystem::path& file);

}  // namespace plyo::service
