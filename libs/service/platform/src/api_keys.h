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

/// What ApiKeyOf() reads, without a condition.
inline constexpr std::string_view kSelectApiKey =
    "SELECT id, created_us, name, hint, scopes, test, expires_us, revoked_us, last_used_us, project"
    " FROM api_key";
contract::ApiKey ApiKeyOf(const SqlRow& row, std::int64_t now_us);

}  // namespace plyo::service
