#pragma once

#include <string_view>
#include <vector>

namespace plyo::service {

/// How the records came to be what they are; see Migrate().
extern const std::vector<std::string_view> kRecordSteps;

}  // namespace plyo::service
