#pragma once

#include <vector>

#include "plyo/kinematics/landmark.h"
#include "plyo/service/live_backend.h"

namespace plyo::service {

/// The people in a media message of landmarks (contract/stream.yaml, `media`). Errors:
/// kInvalidLandmarks (its length, a value that is no number, a track twice).
Result<std::vector<PoseFrame>> ReadLandmarks(const MediaMessage& media, Timestamp t);

}  // namespace plyo::service
