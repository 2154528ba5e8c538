#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "plyo/kinematics/landmark.h"

namespace plyo::pipeline {

/// What spoils the measurement, for whoever stands before the camera now (`quality` of
/// contract/stream.yaml). A hint comes when its cause has held for a while, and goes when it has
/// been gone as long: a jump takes the feet out of their place for less. Not thread safe.
class Framing {
 public:
  /// Everyone in the picture at `t`, and whether it is too dark to see.
  void Observe(Timestamp t, int width, int height, std::span<const PoseFrame> poses, bool dark);
  /// All that hold now, in a fixed order.
  const std::vector<std::string>& hints() const { return shown_; }

 private:
  std::vector<std::string> CausesNow(int width, int height, std::span<const PoseFrame> poses,
                                     bool dark);

  std::map<std::string, std::int64_t> since_us_;  ///< of causes that hold
  std::map<std::string, std::int64_t> last_us_;   ///< when a shown hint's cause was last there
  std::vector<std::string> shown_;
  std::vector<PoseFrame> recent_;  ///< of the largest person, for the view
};

}  // namespace plyo::pipeline
