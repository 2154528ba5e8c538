#pragma once

#include <span>
#include <string>

#include "plyo/validation/validation.h"

namespace plyo {

/// The document `plyo.validation/1` (docs/guide/force-plates.md) of a comparison of videos with
/// force plates, indented, in SI units: what was paired and what was not, and of each metric the
/// agreement and the values it comes from. Ends without a line break.
std::string ValidationDocument(const Validation& validation,
                               std::span<const RecordingPair> recordings,
                               const std::string& plyo_version, const std::string& created_at);

}  // namespace plyo
