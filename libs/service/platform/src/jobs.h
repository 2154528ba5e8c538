#pragma once

#include <string>

#include "context.h"

namespace plyo::service {

/// What somebody takes.
enum class Claims {
  kAny,
  kFixtures,  ///< of test mode, which wait for no video
};

/// Takes the next job and does it to its end; false where there is none. Several threads and
/// instances may do so at a time: a job has one owner, whose lease runs out when he is gone, and
/// what he then still brings is not taken any more. `owner` names him. Throws Refused.
bool RunNextJob(Context& context, const std::string& owner, Claims claims = Claims::kAny);

}  // namespace plyo::service
