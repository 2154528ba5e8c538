#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace plyo::report {

/// One HTML document that needs nothing else: the frame that all reports have in common, the data
/// that it shows, and the scripts that lay them out, in their order.
std::string RenderPage(const nlohmann::ordered_json& view,
                       std::initializer_list<std::string_view> scripts);

}  // namespace plyo::report
