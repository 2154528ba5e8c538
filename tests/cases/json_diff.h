#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace plyo::cases {

/// One line for each place in which two documents differ, as "athletes[0].reps[1].metrics[com_rise]
/// .value: 0.41 expected, 0.43 found (+0.02)". Members of a list are named by their ids. Numbers
/// may differ by `tolerance`, of their size where that is above one.
std::vector<std::string> Differences(const nlohmann::ordered_json& expected,
                                     const nlohmann::ordered_json& found, double tolerance);

}  // namespace plyo::cases
