#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace plyo::service {

/// The JSON text of somebody else. Nothing where it is none, or is not meant: nested deeper than 32
/// (whatever walks through it goes as deep, and a stack ends), or of more than `most_values` (each
/// takes far more memory than text, and names are looked for one by one). Thread safe.
std::optional<nlohmann::ordered_json> ReadJson(std::string_view text,
                                               std::size_t most_values = 4096);

}  // namespace plyo::service
