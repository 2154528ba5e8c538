#include "plyo/kinematics/jump_detector.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "plyo/kinematics/body_track.h"
#include "plyo/kinematics/signal.h"

namespace plyo {
namespace {

constexpr double kLongestMemory_s = 20;
constexpr std::size_t kLongestMemoryFrames = 6000;
// Both feet higher than this over the ground, in statures, for this long: a flight. Heel raise
// before take-off stays below.
constexpr double kAirborneLift = 0.05;
constexpr double kShortestFlight_s = 0.12;
// Both feet lower than this under the ground: it was a box.
constexpr double kBelowGround = 0.06;
// Who keeps his feet at one level for so long, to so much, stands on it. (At the apex of a jump
// that is played eight times too slowly they rise and fall by more.)
constexpr double kStandsFor_s = 1.2;
constexpr double kStandsWithin = 0.010;
// Until it has lasted for so long, a new and lower ground is where the feet were lowest.
constexpr double kNewGround_s = 0.5;
// Before that much was seen nobody knows where the ground is.
constexpr double kShortestGround_s = 0.2;
constexpr double kMeasureEvery_s = 0.1;
// A frame counts for the time until the next one, so that it does not matter how many were looked
// at while nothing moved.
constexpr double kLeastWeight_s = 1e-3;
constexpr double kMostWeight_s = 0.5;
// Between two flights the ground may be nearer or farther than it was: as long after the last frame
// clearly above it as this, the feet show it.
constexpr double kContactLag_s = 0.045;
constexpr double kContactShown_s = 0.1;
// From the box to the ground, from as high as athletes jump down.
constexpr double kLongestFall_s = 0.6;
// Who was on the ground for longer stood there.
constexpr double kShortStay_s = 1.0;
constexpr double kProvisionalAfterLanding_s = 0.25;
constexpr double kLongestAbsorption_s = 1.5;
constexpr double kStillFor_s = 0.3;
constexpr double kStillRange = 0.012;  // statures
// Faster than this, in statures over kSwiftOver_s, is no step and no swaying.
constexpr double kSwift = 0.03;
constexpr double kSwiftOver_s = 0.1;
constexpr double kEyeHeightFraction = 0.93;

struct Weighted {
  double value = 0;
  double weight = 0;
};

/// Quantile() where all weights are equal.
double WeightedQuantile(std::vector<Weighted> values, double fraction) {
  if (values.empty()) return 0;
  std::ranges::sort(values, {}, &Weighted::value);
  double all = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    all += (values[i - 1].weight + values[i].weight) / 2;
  }
  double left = fraction * all;
  for (std::size_t i = 1; i < values.size(); ++i) {
    const double step = (values[i - 1].weight + values[i].weight) / 2;
    if (left <= step) return std::lerp(values[i - 1].value, values[i].value, left / step);
    left -= step;
  }
  return values.back().value;
}

double FootY(const PoseFrame& pose, Side side) {
  const SideIds& ids = IdsOf(side);
  return static_cast<double>(pose[ids.ankle].y + pose[ids.heel].y + pose[ids.toe].y) / 3;
}

}  // namespace

std::vector<JumpWindow> JumpDetector::Push(const PoseFrame& pose) {
  using enum LandmarkId;
  Sample sample;
  sample.t = pose.t.Seconds();
  const auto [upper, lower] = std::minmax({FootY(pose, Side::kLeft), FootY(pose, Side::kRight)});
  sample.lower_foot_y = lower;
  sample.upper_foot_y = upper;
  sample.body_y = static_cast<double>(pose[kLeftHip].y + pose[kRightHip].y + pose[kLeftShoulder].y +
                                      pose[kRightShoulder].y) /
                  4;
  sample.eye_to_heel = static_cast<double>(pose[kLeftHeel].y + pose[kRightHeel].y -
                                           pose[kLeftEye].y - pose[kRightEye].y) /
                       2;
  frames_.push_back(pose);
  samples_.push_back(sample);
  Forget(sample.t - kLongestMemory_s);

  WatchGround();
  if (state_ == State::kGround && !OnNewGround() && sample.t - measured_s_ >= kMeasureEvery_s) {
    MeasureGround();
  }
  const bool airborne =
      Above(sample, kAirborneLift) && sample.t - samples_.front().t > kShortestGround_s;

  std::vector<JumpWindow> windows;
  switch (state_) {
    case State::kGround:
      if (airborne) {
        state_ = State::kAir;
        takeoff_s_ = landing_s_ = sample.t;
        grounded_samples_ = 0;
      }
      break;
    case State::kAir:
      if (airborne) {
        landing_s_ = sample.t;
        grounded_samples_ = 0;
      } else if (++grounded_samples_ >= 2) {
        const bool flew = landing_s_ - takeoff_s_ >= kShortestFlight_s;
        state_ = flew ? State::kLanded : State::kGround;
        shown_ = false;
      }
      break;
    case State::kLanded:
      if (airborne) {  // a rebound: what follows belongs to the next flight
        windows.push_back(MakeWindow(true, false));
        windows.back().rebounds = true;
        Close();
        state_ = State::kAir;
        takeoff_s_ = landing_s_ = sample.t;
        grounded_samples_ = 0;
        break;
      }
      if (sample.t - landing_s_ >= kLongestAbsorption_s || StandsStill()) {
        windows.push_back(MakeWindow(true, true));
        Close();
      } else if (!shown_ && sample.t - landing_s_ >= kProvisionalAfterLanding_s) {
        windows.push_back(MakeWindow(false, true));
        shown_ = true;
      }
      break;
  }
  WatchStanding();
  return windows;
}

/// Whether the lower foot is higher over the ground than that, in statures.
bool JumpDetector::Above(const Sample& sample, double lift) const {
  return stature_px_ > 0 && floor_y_ - sample.lower_foot_y > lift * stature_px_;
}

/// Came down to it so lately that it is not yet known well.
bool JumpDetector::OnNewGround() const {
  return left_box_s_ && samples_.back().t - ground_since_s_ < kNewGround_s;
}

/// The ground may be another one than so far.
void JumpDetector::WatchGround() {
  const Sample& now = samples_.back();
  if (state_ == State::kAir && FeetStand()) {
    left_box_s_.reset();
    return StandOnGroundSince(now.t - kStandsFor_s);
  }
  if (state_ == State::kLanded && now.t - landing_s_ >= kContactShown_s) {
    floor_y_ = FootLevelSince(landing_s_ + kContactLag_s);
    return;
  }
  if (state_ != State::kGround || stature_px_ <= 0) return;
  if (now.upper_foot_y - floor_y_ > kBelowGround * stature_px_) {
    left_box_s_ = now.t;
    return StandOnGroundSince(now.t);
  }
  if (OnNewGround()) floor_y_ = std::max(floor_y_, now.lower_foot_y);
}

/// At one level for longer than in any flight.
bool JumpDetector::FeetStand() const {
  const double begin_s = samples_.back().t - kStandsFor_s;
  if (takeoff_s_ > begin_s) return false;
  const auto since = std::ranges::lower_bound(samples_, begin_s, {}, &Sample::t);
  const auto [low, high] =
      std::ranges::minmax(std::ranges::subrange(since, samples_.end()), {}, &Sample::lower_foot_y);
  return high.lower_foot_y - low.lower_foot_y < kStandsWithin * stature_px_;
}

void JumpDetector::StandOnGroundSince(double begin_s) {
  state_ = State::kGround;
  ground_since_s_ = begin_s;
  standing_y_.reset();
  MeasureGround();
}

void JumpDetector::WatchStanding() {
  const double body_y = samples_.empty() ? 0 : samples_.back().body_y;
  still_ = state_ == State::kGround && StandsStill();
  if (still_) standing_y_ = body_y;
  highest_y_ = state_ == State::kAir ? std::min(highest_y_, body_y) : body_y;
}

bool JumpDetector::Flies() const {
  return state_ == State::kAir && samples_.back().t - takeoff_s_ >= kShortestFlight_s;
}

std::string_view JumpDetector::Phase() const {
  if (Flies()) return "flight";
  if (state_ == State::kLanded) return "absorption";
  if (still_) return "standing";
  if (samples_.empty() || stature_px_ <= 0) return {};
  const Sample& now = samples_.back();
  const auto then = std::find_if(samples_.rbegin(), samples_.rend(),
                                 [&](const Sample& s) { return now.t - s.t >= kSwiftOver_s; });
  if (then == samples_.rend() || now.t - then->t > 2 * kSwiftOver_s) return {};
  const double down = (now.body_y - then->body_y) / stature_px_;
  if (std::abs(down) < kSwift) return {};
  return down > 0 ? "eccentric" : "concentric";
}

std::optional<double> JumpDetector::Rise() const {
  if (!Flies() || !standing_y_) return std::nullopt;
  return (*standing_y_ - highest_y_) / stature_px_;
}

std::vector<JumpWindow> JumpDetector::Finish() {
  std::vector<JumpWindow> windows;
  if (state_ == State::kAir && grounded_samples_ > 0 &&
      landing_s_ - takeoff_s_ >= kShortestFlight_s) {
    state_ = State::kLanded;
  }
  if (state_ == State::kLanded) {
    windows.push_back(MakeWindow(true, false));
    Close();
  }
  return windows;
}

/// The last sample clearly above the ground that was reached from the box.
double JumpDetector::LastInFall() const {
  const auto in_air = [&](const Sample& s) { return Above(s, kAirborneLift); };
  const auto left = std::ranges::upper_bound(samples_, *left_box_s_, {}, &Sample::t);
  // What is above the ground later is a heel that rises before the take-off.
  const auto down = std::find_if_not(left, samples_.end(), in_air);
  const auto last = std::find_if(std::make_reverse_iterator(down), samples_.rend(), in_air);
  // Of a very low box there may be no frame in the air but those near its own level.
  const bool seen = last != samples_.rend() && *left_box_s_ - last->t < kLongestFall_s;
  return std::min(seen ? last->t : *left_box_s_, takeoff_s_);
}

JumpWindow JumpDetector::MakeWindow(bool closed, bool complete) const {
  std::optional<double> contact;
  if (left_box_s_) {
    contact = LastInFall();
  } else if (takeoff_s_ - previous_landing_s_ < kShortStay_s) {
    contact = previous_landing_s_;
  }
  return {.frames = {frames_.begin(), frames_.end()},
          .coarse_takeoff_s = takeoff_s_,
          .coarse_landing_s = landing_s_,
          .stature_px = stature_px_,
          .left_box_s = left_box_s_,
          .coarse_contact_s = contact,
          .previous_landing_s = previous_landing_s_,
          .closed = closed,
          .complete = complete};
}

void JumpDetector::Close() {
  state_ = State::kGround;
  previous_landing_s_ = landing_s_;
  left_box_s_.reset();
  standing_y_.reset();
  Forget(landing_s_);
}

/// Where the lower foot was most of the time.
double JumpDetector::FootLevelSince(double begin_s) const {
  std::vector<Weighted> feet;
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    if (samples_[i].t >= begin_s) feet.push_back({samples_[i].lower_foot_y, WeightOf(i)});
  }
  return WeightedQuantile(std::move(feet), 0.7);
}

/// The time that a frame stands for.
double JumpDetector::WeightOf(std::size_t i) const {
  const std::size_t next = std::min(i + 1, samples_.size() - 1);
  const std::size_t before = next > 0 ? next - 1 : 0;
  return std::clamp(samples_[next].t - samples_[before].t, kLeastWeight_s, kMostWeight_s);
}

void JumpDetector::MeasureGround() {
  std::vector<Weighted> heights;
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    heights.push_back({samples_[i].eye_to_heel, WeightOf(i)});
  }
  floor_y_ = FootLevelSince(ground_since_s_);
  stature_px_ = WeightedQuantile(std::move(heights), 0.8) / kEyeHeightFraction;
  measured_s_ = samples_.back().t;
}

bool JumpDetector::StandsStill() const {
  if (samples_.empty()) return false;
  const double now = samples_.back().t;
  if (now - std::max(landing_s_, samples_.front().t) < kStillFor_s) return false;
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (auto it = samples_.rbegin(); it != samples_.rend() && now - it->t <= kStillFor_s; ++it) {
    low = std::min(low, it->body_y);
    high = std::max(high, it->body_y);
  }
  return high - low < kStillRange * stature_px_;
}

void JumpDetector::Forget(double before_s) {
  while (!samples_.empty() &&
         (samples_.front().t < before_s || samples_.size() > kLongestMemoryFrames)) {
    samples_.pop_front();
    frames_.pop_front();
  }
}

}  // namespace plyo
