#pragma once

namespace plyo::testing {

/// Height, vertical velocity and acceleration at one end of a stretch of path.
struct PathEnd {
  double height = 0;
  double velocity = 0;
  double acceleration = 0;
};

/// Polynomial of the fifth degree between two ends, the smoothest that meets both (Flash and Hogan
/// 1985).
class MotionPath {
 public:
  MotionPath() = default;
  MotionPath(const PathEnd& begin, const PathEnd& end, double duration_s);

  double duration_s() const { return duration_s_; }
  /// `t` from 0 to duration_s.
  PathEnd At(double t) const;

 private:
  double duration_s_ = 1;
  double c_[6] = {};  // over t / duration
};

}  // namespace plyo::testing
