#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace plyo::service {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kOff };

/// From here on lines of that level and above go to standard error, each a JSON object:
/// {"time": RFC 3339 UTC, "level", "event", fields...}. Thread safe after the first call.
void StartLog(LogLevel level);

using LogFields = std::initializer_list<std::pair<std::string_view, nlohmann::json>>;

/// One line; `event` is a stable word, the fields say the rest. No field may hold a secret. Thread
/// safe. Silent before StartLog().
void Log(LogLevel level, std::string_view event, LogFields fields = {});

}  // namespace plyo::service
