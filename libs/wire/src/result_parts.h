#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "json_reader.h"
#include "plyo/kinematics/result.h"

// Parts that the result document and the live messages have in common.
namespace plyo::wire {

/// The kind of a source that is no video; a video's is not written.
inline constexpr const char* kForcePlate = "force_plate";

/// Seven significant digits; what is no number is null.
nlohmann::ordered_json Significant(double value);
nlohmann::ordered_json Significant(const std::optional<double>& value);
/// To whole steps; what is no number is null.
nlohmann::ordered_json Rounded(double value, double steps_per_unit);

nlohmann::ordered_json EventJson(const Event& event);
/// Without traces.
nlohmann::ordered_json RepJson(const Rep& rep);

Rep ReadRep(const JsonReader& json);

}  // namespace plyo::wire
