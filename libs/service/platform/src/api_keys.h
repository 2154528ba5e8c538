#pragma once

#include <string>
#include <vector>

#include "context.h"

namespace plyo::service {

/// A new key of a project; the text itself is nowhere kept. Throws Refused.
contract::ApiKeyCreated MakeApiKey(SqlConnection& sql, const std::string& project,
                                   const std::string& name, const std::vector<std::string>& scopes,
                                   bool test, std::optional<std::int64_t> expires_us,
                                   std::int64_t now_us);

}  // namespace plyo::service
