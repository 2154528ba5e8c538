#include "plyo/kinematics_testing/motion_path.h"

namespace plyo::testing {

MotionPath::MotionPath(const PathEnd& begin, const PathEnd& end, double duration_s)
    : duration_s_(duration_s) {
  const double v0 = begin.velocity * duration_s;
  const double v1 = end.velocity * duration_s;
  const double a0 = begin.acceleration * duration_s * duration_s;
  const double a1 = end.acceleration * duration_s * duration_s;
  const double d = end.height - begin.height;
  c_[0] = begin.height;
  c_[1] = v0;
  c_[2] = a0 / 2;
  c_[3] = 10 * d - 6 * v0 - 4 * v1 - 1.5 * a0 + 0.5 * a1;
  c_[4] = -15 * d + 8 * v0 + 7 * v1 + 1.5 * a0 - a1;
  c_[5] = 6 * d - 3 * (v0 + v1) - 0.5 * (a0 - a1);
}

PathEnd MotionPath::At(double t) const {
  const double u = t / duration_s_;
  const double height = c_[0] + u * (c_[1] + u * (c_[2] + u * (c_[3] + u * (c_[4] + u * c_[5]))));
  const double slope = c_[1] + u * (2 * c_[2] + u * (3 * c_[3] + u * (4 * c_[4] + u * 5 * c_[5])));
  const double bend = 2 * c_[2] + u * (6 * c_[3] + u * (12 * c_[4] + u * 20 * c_[5]));
  return {height, slope / duration_s_, bend / (duration_s_ * duration_s_)};
}

}  // namespace plyo::testing
