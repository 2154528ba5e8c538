#pragma once

#include <string_view>
#include <vector>

namespace plyo::service {

/// How the records came to be what they are; see Migrate().
extern const std::vector<std::string_view> kRecordSteps;
/// How many of them a program has to know: raised by a step that takes away what those with fewer
/// use. docs/operate/migrations.md.
inline constexpr int kOldestRecords = 4;

}  // namespace plyo::service
