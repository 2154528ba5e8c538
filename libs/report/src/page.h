#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace plyo::report {

/// A page that holds what it shows: the shell, the style, the charts, its data and the script that
/// lays them out. Only what stands in it may run in it.
std::string RenderPage(std::string_view script, const nlohmann::ordered_json& view);

}  // namespace plyo::report
