#include "ground_strips.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "sole_finder.h"
#include "steady_spot.h"

namespace plyo::pipeline {
namespace {

constexpr double kAbove = 0.20;  // of stature, above the sole
constexpr double kBelow =
    0.42;  // below it: a box of 60 cm and what the sole finder wants below the ground
constexpr double kBeside = 0.50;        // left and right of the feet
constexpr double kSpotBeside = 0.12;    // what a request needs beside the stance,
constexpr double kSpotBelow = 0.09;     // below the sole
constexpr double kSpotAboveMin = 0.14;  // and at least above it
constexpr double kSteadyS = 0.5;
constexpr double kSteadyMean = 0.025;  // range of the feet's middle, of stature
constexpr double kSteadyPoint = 0.06;  // range of each point: hidden far feet are restless
constexpr std::size_t kMaxAirFrames = 15;
constexpr double kLittleScaled = 0.6;  // down to here two neighbours are enough
constexpr double kSpotAtLeast = 0.02;  // around the stance, else the spot counts as not kept
constexpr std::size_t kAnswersKept = 4;
constexpr double kAthleteBeside = 0.13;  // of the spot: not background

int Clip(double v, int limit) {
  return static_cast<int>(std::clamp(std::round(v), 0.0, static_cast<double>(limit)));
}

constexpr std::array kFeetPoints = {LandmarkId::kLeftHeel, LandmarkId::kLeftFootIndex,
                                    LandmarkId::kRightHeel, LandmarkId::kRightFootIndex};

double Distance(const PoseFrame& pose, LandmarkId a, LandmarkId b) {
  return std::hypot(pose[a].x - pose[b].x, pose[a].y - pose[b].y);
}

// Sum of the segments from eye to ankle over their share of the stature: also right for who
// crouches, in a side view.
double StatureOf(const PoseFrame& pose) {
  const auto middle = [&](LandmarkId a, LandmarkId b) {
    return std::pair{(pose[a].x + pose[b].x) / 2.0, (pose[a].y + pose[b].y) / 2.0};
  };
  const auto eyes = middle(LandmarkId::kLeftEye, LandmarkId::kRightEye);
  const auto shoulders = middle(LandmarkId::kLeftShoulder, LandmarkId::kRightShoulder);
  const auto hips = middle(LandmarkId::kLeftHip, LandmarkId::kRightHip);
  const double upper = std::hypot(eyes.first - shoulders.first, eyes.second - shoulders.second) +
                       std::hypot(shoulders.first - hips.first, shoulders.second - hips.second);
  const double thigh = std::max(Distance(pose, LandmarkId::kLeftHip, LandmarkId::kLeftKnee),
                                Distance(pose, LandmarkId::kRightHip, LandmarkId::kRightKnee));
  const double shank = std::max(Distance(pose, LandmarkId::kLeftKnee, LandmarkId::kLeftAnkle),
                                Distance(pose, LandmarkId::kRightKnee, LandmarkId::kRightAnkle));
  return (upper + thigh + shank) / 0.89;
}

}  // namespace

GroundStrips::GroundStrips(const GroundStripsOptions& options) : options_(options) {
  if (!(options_.fps > 0)) options_.fps = 60;
  cv::setNumThreads(1);  // strips are small, and the cores busy with poses
}

void GroundStrips::Observe(const Frame& frame, const PoseFrame* pose) {
  if (pose != nullptr) Follow(*pose);
  if (!anchors_.empty()) Keep(frame);
}

void GroundStrips::Follow(const PoseFrame& pose) {
  Feet now{pose.t, {}, {}, StatureOf(pose)};
  for (std::size_t i = 0; i < kFeetPoints.size(); ++i) {
    now.x[i] = pose[kFeetPoints[i]].x;
    now.y[i] = pose[kFeetPoints[i]].y;
  }
  if (!(now.stature > 8)) return;
  feet_.push_back(now);
  const auto horizon = pose.t.us - static_cast<std::int64_t>(kSteadyS * 1e6);
  // Keeps one sample at or before the horizon, so that a full window is told from a short one.
  while (feet_.size() > 1 && feet_[1].t.us <= horizon) feet_.pop_front();

  const auto box_of = [](const Feet& f) {
    const auto [x0, x1] = std::minmax_element(std::begin(f.x), std::end(f.x));
    return ImageBox{*x0, *std::min_element(std::begin(f.y), std::end(f.y)), *x1,
                    *std::max_element(std::begin(f.y), std::end(f.y))};
  };
  if (anchors_.empty()) {
    SetAnchor(box_of(now), now.stature, pose.image_width, pose.image_height);
    return;
  }
  if (feet_.front().t.us > horizon) return;

  // Steady: the middle of the feet hardly moves, and none of the points much.
  ImageBox all = box_of(feet_.front());
  std::vector<double> statures;
  std::array<double, 4> low_x, high_x, low_y, high_y;
  low_x.fill(1e9), low_y.fill(1e9), high_x.fill(-1e9), high_y.fill(-1e9);
  double mean_low[2] = {1e9, 1e9}, mean_high[2] = {-1e9, -1e9};
  for (const Feet& f : feet_) {
    const ImageBox b = box_of(f);
    all = {std::min(all.x0, b.x0), std::min(all.y0, b.y0), std::max(all.x1, b.x1),
           std::max(all.y1, b.y1)};
    statures.push_back(f.stature);
    double mean[2] = {0, 0};
    for (std::size_t i = 0; i < 4; ++i) {
      low_x[i] = std::min(low_x[i], f.x[i]), high_x[i] = std::max(high_x[i], f.x[i]);
      low_y[i] = std::min(low_y[i], f.y[i]), high_y[i] = std::max(high_y[i], f.y[i]);
      mean[0] += f.x[i] / 4, mean[1] += f.y[i] / 4;
    }
    for (int k = 0; k < 2; ++k) {
      mean_low[k] = std::min(mean_low[k], mean[k]), mean_high[k] = std::max(mean_high[k], mean[k]);
    }
  }
  std::nth_element(statures.begin(),
                   statures.begin() + static_cast<std::ptrdiff_t>(statures.size() / 2),
                   statures.end());
  const double stature = statures[statures.size() / 2];
  for (int k = 0; k < 2; ++k) {
    if (mean_high[k] - mean_low[k] > kSteadyMean * stature) return;
  }
  for (std::size_t i = 0; i < 4; ++i) {
    if (std::max(high_x[i] - low_x[i], high_y[i] - low_y[i]) > kSteadyPoint * stature) return;
  }
  if (!Covers(anchors_.back(), all, stature))
    SetAnchor(all, stature, pose.image_width, pose.image_height);
}

bool GroundStrips::Covers(const Anchor& a, const ImageBox& feet, double stature) const {
  // Nothing lies beyond the picture: a strip that ends at its edge cannot be bettered there.
  const bool left = a.x0 == 0 || a.x0 <= feet.x0 - kSpotBeside * stature;
  const bool right =
      a.x0 + a.width == a.image_width || feet.x1 + kSpotBeside * stature <= a.x0 + a.width;
  const bool above = a.y0 == 0 || a.y0 <= feet.y1 - kSpotAboveMin * stature;
  const bool below =
      a.y0 + a.height == a.image_height || feet.y1 + kSpotBelow * stature <= a.y0 + a.height;
  const bool size = stature < 1.25 * a.stature && a.stature < 1.6 * stature;
  return left && right && above && below && size;
}

void GroundStrips::SetAnchor(const ImageBox& feet, double stature, int image_width,
                             int image_height) {
  Anchor a;
  a.stature = stature;
  a.image_width = image_width;
  a.image_height = image_height;
  a.x0 = Clip(feet.x0 - kBeside * stature, image_width);
  a.y0 = Clip(feet.y1 - kAbove * stature, image_height);
  a.width = Clip(feet.x1 + kBeside * stature, image_width) - a.x0;
  a.height = Clip(feet.y1 + kBelow * stature, image_height) - a.y0;
  if (a.width < 16 || a.height < 8) return;  // the feet are outside of the picture
  const double frames = std::ceil(options_.keep_s * options_.fps) + 1;
  const double budget = static_cast<double>(options_.max_bytes) / frames;
  const double scale = std::min(
      {1.0, options_.max_stature_px / stature, std::sqrt(budget / (1.0 * a.width * a.height))});
  a.strip_width = std::max(1, static_cast<int>(std::floor(a.width * scale)));
  a.strip_height = std::max(1, static_cast<int>(std::floor(a.height * scale)));
  a.id = next_id_++;
  anchors_.push_back(a);
}

void GroundStrips::Keep(const Frame& frame) {
  const Anchor& a = anchors_.back();
  if (a.x0 + a.width > frame.y.width || a.y0 + a.height > frame.y.height) return;
  const std::size_t size =
      static_cast<std::size_t>(a.strip_width) * static_cast<std::size_t>(a.strip_height);
  const auto horizon = frame.t.us - static_cast<std::int64_t>(options_.keep_s * 1e6);
  while (!strips_.empty() && (strips_.front().t.us < horizon || bytes_ + size > options_.max_bytes))
    DropOldest();

  Strip strip{frame.t, a.id, {}};
  if (!spare_.empty()) {
    strip.pixels = std::move(spare_.back());
    spare_.pop_back();
  }
  strip.pixels.resize(size);
  const cv::Mat source(a.height, a.width, CV_8UC1,
                       const_cast<std::uint8_t*>(frame.y.data) + a.y0 * frame.y.stride + a.x0,
                       static_cast<std::size_t>(frame.y.stride));
  cv::Mat target(a.strip_height, a.strip_width, CV_8UC1, strip.pixels.data());
  if (target.size() == source.size()) {
    source.copyTo(target);
  } else {
    const bool little = target.cols > kLittleScaled * source.cols;
    cv::resize(source, target, target.size(), 0, 0, little ? cv::INTER_LINEAR : cv::INTER_AREA);
  }
  bytes_ += size;
  strips_.push_back(std::move(strip));
}

void GroundStrips::DropOldest() {
  bytes_ -= strips_.front().pixels.size();
  const auto id = strips_.front().anchor;
  if (spare_.empty()) spare_.push_back(std::move(strips_.front().pixels));
  strips_.pop_front();
  if (anchors_.size() > 1 && (strips_.empty() || strips_.front().anchor != id)) {
    std::erase_if(anchors_,
                  [&](const Anchor& a) { return a.id <= id && a.id != anchors_.back().id; });
  }
}

const GroundStrips::Anchor* GroundStrips::AnchorFor(const SoleRequest& request) const {
  const double reach = kSpotAtLeast * request.stature_px;
  const Anchor* best = nullptr;
  std::size_t most = 0;
  for (const Anchor& a : anchors_) {
    const bool covers =
        a.x0 <= std::max(0.0, request.stance.x0 - reach) &&
        std::min<double>(a.image_width, request.stance.x1 + reach) <= a.x0 + a.width &&
        a.y0 <= std::max(0.0, request.foot_level_px - 4 * reach) &&
        request.foot_level_px + reach <= a.y0 + a.height;
    if (!covers) continue;
    const auto n = static_cast<std::size_t>(std::ranges::count_if(strips_, [&](const Strip& s) {
      return s.anchor == a.id && request.measure_begin <= s.t && s.t <= request.measure_end;
    }));
    if (n > most || best == nullptr) best = &a;
    most = std::max(most, n);
  }
  return best;
}

SoleTrace GroundStrips::Sole(const SoleRequest& request) const {
  const auto known = std::ranges::find(answered_, request, &decltype(answered_)::value_type::first);
  if (known != answered_.end()) return known->second;
  SoleTrace trace = Find(request);
  const Timestamp last = std::max({request.measure_end, request.air_end, request.ground_end});
  if (!strips_.empty() && strips_.back().t >= last) {
    answered_.emplace_back(request, trace);
    if (answered_.size() > kAnswersKept) answered_.pop_front();
  }
  return trace;
}

SoleTrace GroundStrips::Find(const SoleRequest& request) const {
  const double stature = request.stature_px;
  const bool sound =
      stature > 8 && std::isfinite(stature) && request.stance.x0 <= request.stance.x1 &&
      std::isfinite(request.stance.x1 - request.stance.x0) && std::isfinite(request.foot_level_px);
  if (!sound) return {{}, 0, 0, "bad_request"};
  const Anchor* anchor = AnchorFor(request);
  if (anchor == nullptr) return {{}, 0, 0, "spot_not_kept"};

  const double sx = anchor->ScaleX();
  const double sy = anchor->ScaleY();
  const auto column = [&](double x) { return (x - anchor->x0) * sx; };
  const auto row = [&](double y) { return (y - anchor->y0) * sy; };
  const int c0 = Clip(column(request.stance.x0 - kSpotBeside * stature), anchor->strip_width);
  const int c1 = Clip(column(request.stance.x1 + kSpotBeside * stature), anchor->strip_width);
  const int r0 = Clip(row(request.foot_level_px - kAbove * stature), anchor->strip_height);
  const int r1 = Clip(row(request.foot_level_px + kSpotBelow * stature), anchor->strip_height);
  const cv::Rect spot(c0, r0, std::max(0, c1 - c0), std::max(0, r1 - r0));

  std::vector<const Strip*> measure;
  std::vector<const Strip*> all_air;
  for (const Strip& s : strips_) {
    if (s.anchor != anchor->id) continue;
    if (request.measure_begin <= s.t && s.t <= request.measure_end) measure.push_back(&s);
    if (request.air_begin <= s.t && s.t <= request.air_end) all_air.push_back(&s);
  }
  if (measure.empty()) return {{}, 0, 0, "no_frames_kept"};
  if (all_air.empty()) return {{}, 0, 0, "no_background"};
  std::vector<const Strip*> air;
  const std::size_t n = std::min(all_air.size(), kMaxAirFrames);
  for (std::size_t i = 0; i < n; ++i)
    air.push_back(all_air[(2 * i + 1) * all_air.size() / (2 * n)]);

  const auto mat_of = [anchor](const Strip& strip) {
    return cv::Mat(anchor->strip_height, anchor->strip_width, CV_8UC1,
                   const_cast<std::uint8_t*>(strip.pixels.data()));
  };
  const int beside = static_cast<int>(kAthleteBeside * stature * sx);
  const cv::Rect athlete(cv::Point(c0 - beside, 0), cv::Point(c1 + beside, anchor->strip_height));
  SteadySpot steady(mat_of(*air[air.size() / 2]), athlete, spot);
  for (const std::vector<const Strip*>* group : {&air, &measure}) {
    for (const Strip* s : *group) steady.Add(mat_of(*s));
  }
  steady.HoldStill();

  SoleInput input;
  input.width = spot.width;
  input.height = spot.height;
  input.stature = stature * sy;
  input.foot_level = row(request.foot_level_px) - r0;
  input.stance_x0 = column(request.stance.x0) - c0;
  input.stance_x1 = column(request.stance.x1) - c0;
  input.ground_begin = request.ground_begin;
  input.ground_end = request.ground_end;
  for (std::size_t i = 0; i < air.size() + measure.size(); ++i) {
    const cv::Mat& m = steady.Picture(i);
    const bool is_air = i < air.size();
    const Strip& strip = is_air ? *air[i] : *measure[i - air.size()];
    (is_air ? input.air : input.measure)
        .push_back({strip.t, m.data, static_cast<std::ptrdiff_t>(m.step[0])});
  }
  SoleTrace trace = FindSole(input);
  for (SoleSample& s : trace.samples) s.lift_px /= sy;
  trace.ground_mad_px /= sy;
  trace.camera_motion_px = steady.RemainingMotion() / std::min(sx, sy);
  return trace;
}

}  // namespace plyo::pipeline
