#include "sole_finder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "sole_edges.h"

namespace plyo::pipeline {
namespace {

// Lengths in statures, brightness in grey levels.
constexpr std::size_t kFewestAir = 3;
constexpr std::size_t kNoisePictures = 5;
constexpr double kNoiseMin = 0.7;
constexpr double kStepNoiseMin = 0.5;
constexpr double kMaskMin = 5;
constexpr double kMaskNoise = 4;
constexpr double kMaskContrast = 0.2;
constexpr double kMaskReach = 0.015;
constexpr double kSmallestArea = 0.0006;  // statures squared
constexpr double kStepNoise = 4;
constexpr double kStepContrast = 0.35;
constexpr double kColumns = 0.02;      // a toe that still touches is this long
constexpr double kStrongShare = 0.93;  // quantile of the columns that tells how sharp a picture is
constexpr double kSharpMin = 0.25;
constexpr double kAirLow = 0.02;  // lifts at which nothing lies between the sole and the lit floor
constexpr double kAirHigh = 0.10;
constexpr double kSameRow = 0.006;
constexpr double kWeak = 0.3;
constexpr double kBreakTop = 0.06;
constexpr double kBreakSpeed = 2.9;
constexpr double kOtherLayer = 0.9;  // of the step's strength
constexpr double kOtherLayerMin = 20;

using Sign = std::size_t;  // 1: brighter above the step, 0: darker

/// A picture of the spot and what in it hangs together with the feet.
struct Picture {
  Timestamp t;
  bool ground = false;
  std::vector<SoleEdge> edges;
  std::array<double, 2> sharp = {
      1, 1};  ///< strength of its steps beside those on the ground: below 1 in motion
};

/// The lowest step of one sign in one picture.
struct Lowest {
  double row = -1;  ///< negative: none
  double strength = 0;
  double above = 0;
  bool found() const { return row >= 0; }
};

/// Which step is the sole's.
struct Choice {
  Sign sign = 0;
  double above = 0;
  double tolerance = 0;  ///< of `above`; 0: any
};

cv::Mat AsMat(const GreyView& v, const SoleInput& in) {
  return {in.height, in.width, CV_8UC1, const_cast<std::uint8_t*>(v.data),
          static_cast<std::size_t>(v.stride)};
}

double Quantile(std::vector<double> v, double q) {
  if (v.empty()) return 0;
  const auto k = static_cast<std::ptrdiff_t>(std::lround(q * static_cast<double>(v.size() - 1)));
  std::nth_element(v.begin(), v.begin() + k, v.end());
  return v[static_cast<std::size_t>(k)];
}
double Median(std::vector<double> v) { return Quantile(std::move(v), 0.5); }

/// Row by row, so that all columns are sorted at once: neighbours exchanged until every pixel's
/// values are in order (Knuth 1998, odd-even transposition).
cv::Mat MedianOfAir(const SoleInput& in) {
  cv::Mat out(in.height, in.width, CV_32FC1);
  const std::size_t n = in.air.size();
  const auto width = static_cast<std::size_t>(in.width);
  std::vector<std::uint8_t> rows(n * width);
  for (int y = 0; y < in.height; ++y) {
    for (std::size_t i = 0; i < n; ++i) {
      std::copy_n(in.air[i].data + y * in.air[i].stride, width, rows.begin() + i * width);
    }
    for (std::size_t pass = 0; pass < n; ++pass) {
      for (std::size_t i = pass % 2; i + 1 < n; i += 2) {
        std::uint8_t* a = rows.data() + i * width;
        std::uint8_t* b = a + width;
        for (std::size_t x = 0; x < width; ++x) {
          const std::uint8_t low = std::min(a[x], b[x]);
          b[x] = std::max(a[x], b[x]);
          a[x] = low;
        }
      }
    }
    const std::uint8_t* high = rows.data() + n / 2 * width;
    const std::uint8_t* low = rows.data() + (n - 1) / 2 * width;
    float* to = out.ptr<float>(y);
    for (std::size_t x = 0; x < width; ++x) to[x] = 0.5F * static_cast<float>(high[x] + low[x]);
  }
  return out;
}

double Rms(const cv::Mat& m) { return cv::norm(m) / std::sqrt(static_cast<double>(m.total())); }

/// Pixels that differ from the ground and hang together with those in the box of the feet.
cv::Mat FeetMask(const cv::Mat& residual, double threshold, const cv::Rect& box, double stature) {
  const int reach = std::max(3, static_cast<int>(std::lround(kMaskReach * stature)) | 1);
  cv::Mat mask = residual > threshold;
  cv::morphologyEx(mask, mask, cv::MORPH_CLOSE, cv::Mat::ones(reach, reach, CV_8U));
  cv::Mat labels;
  cv::Mat stats;
  cv::Mat centroids;
  const int n = cv::connectedComponentsWithStats(mask, labels, stats, centroids, 8);
  std::vector<std::uint8_t> kept(static_cast<std::size_t>(n), 0);
  for (int y = box.y; y < box.y + box.height; ++y) {
    for (int x = box.x; x < box.x + box.width; ++x) {
      kept[static_cast<std::size_t>(labels.at<int>(y, x))] = 255;
    }
  }
  kept[0] = 0;
  for (int c = 1; c < n; ++c) {
    const bool small = stats.at<int>(c, cv::CC_STAT_AREA) < kSmallestArea * stature * stature;
    if (small) kept[static_cast<std::size_t>(c)] = 0;
  }
  for (int y = 0; y < mask.rows; ++y) {
    for (int x = 0; x < mask.cols; ++x) {
      mask.at<std::uint8_t>(y, x) = kept[static_cast<std::size_t>(labels.at<int>(y, x))];
    }
  }
  cv::dilate(mask, mask, cv::Mat::ones(reach, 1, CV_8U));
  return mask;
}

/// Finds the soles of one request, step by step.
class Search {
 public:
  explicit Search(const SoleInput& in)
      : in_(in), s_(in.stature), empty_(MedianOfAir(in), in.stature) {
    const auto box = [&](double beside, double above, double below) {
      const int x0 = std::clamp(static_cast<int>(in.stance_x0 - beside * s_), 0, in.width - 1);
      const int x1 = std::clamp(static_cast<int>(in.stance_x1 + beside * s_), x0 + 1, in.width);
      const int y0 = std::clamp(static_cast<int>(in.foot_level - above * s_), 0, in.height - 1);
      const int y1 = std::clamp(static_cast<int>(in.foot_level + below * s_), y0 + 1, in.height);
      return cv::Rect(x0, y0, x1 - x0, y1 - y0);
    };
    soles_ = box(0.02, 0.05, 0.03);
    feet_ = box(0.05, 0.12, 0);
    shoes_ = box(0.05, 0.15, 0.03);
    enough_ = std::max<std::size_t>(3, static_cast<std::size_t>(kColumns * s_));
  }

  SoleTrace Run() {
    Look();
    if (!std::ranges::any_of(pictures_, &Picture::ground)) return {{}, 0, 0, "no_ground_frames"};
    MeasureStrength();
    const std::optional<Choice> choice = Choose();
    if (!choice) return {{}, 0, 0, "low_contrast"};
    return Trace(*choice);
  }

 private:
  void Look() {
    // Noise, where there are no feet: below the level of the soles.
    const int level = std::clamp(static_cast<int>(in_.foot_level), 0, in_.height - 1);
    std::vector<double> noise;
    std::vector<double> step_noise;
    const std::size_t every = (in_.air.size() + kNoisePictures - 1) / kNoisePictures;
    for (std::size_t i = every / 2; i < in_.air.size(); i += every) {
      const GreyView& v = in_.air[i];
      noise.push_back(Rms(empty_.Residual(AsMat(v, in_)).rowRange(level, in_.height)));
      step_noise.push_back(Rms(empty_.Steps(AsMat(v, in_)).rowRange(level, in_.height)));
    }
    // How much the standing feet differ from the ground.
    std::vector<cv::Mat> residuals;
    std::vector<double> contrasts;
    for (const GreyView& v : in_.measure) {
      residuals.push_back(empty_.Residual(AsMat(v, in_)));
      if (!IsGround(v.t)) continue;
      cv::Mat peak;
      cv::reduce(residuals.back()(soles_), peak, 0, cv::REDUCE_MAX);
      contrasts.push_back(Median({peak.begin<float>(), peak.end<float>()}));
    }
    const double threshold = std::max({kMaskMin, kMaskNoise * std::max(kNoiseMin, Median(noise)),
                                       kMaskContrast * Median(contrasts)});
    const double min_strength = kStepNoise * std::max(kStepNoiseMin, Median(step_noise));
    for (std::size_t i = 0; i < in_.measure.size(); ++i) {
      Picture p;
      p.t = in_.measure[i].t;
      p.ground = IsGround(p.t);
      p.edges = empty_.Edges(AsMat(in_.measure[i], in_), static_cast<float>(min_strength));
      const cv::Mat mask = FeetMask(residuals[i], threshold, feet_, s_);
      std::erase_if(p.edges, [&](const SoleEdge& e) {
        return mask.at<std::uint8_t>(static_cast<int>(e.row), e.x) == 0;
      });
      pictures_.push_back(std::move(p));
    }
  }

  /// Strongest step of every column inside the box, 0 where there is none.
  static std::vector<double> StrongestPerColumn(const Picture& p, Sign sign, const cv::Rect& box) {
    std::vector<double> strongest(static_cast<std::size_t>(box.width), 0.0);
    for (const SoleEdge& e : p.edges) {
      if (e.brighter_above != (sign == 1) || !box.contains({e.x, static_cast<int>(e.row)}))
        continue;
      double& v = strongest[static_cast<std::size_t>(e.x - box.x)];
      v = std::max(v, static_cast<double>(e.strength));
    }
    return strongest;
  }

  /// Of the steps near the soles on the ground, and how much motion takes from it in each picture.
  void MeasureStrength() {
    for (Sign sign = 0; sign < 2; ++sign) {
      std::vector<double> ground;
      std::vector<double> ground_sharp;
      for (Picture& p : pictures_) {
        p.sharp[sign] = Quantile(StrongestPerColumn(p, sign, shoes_), kStrongShare);
        if (!p.ground) continue;
        ground.push_back(Median(StrongestPerColumn(p, sign, soles_)));
        ground_sharp.push_back(p.sharp[sign]);
      }
      strength_[sign] = Median(ground);
      const double usual = std::max(1e-3, Median(ground_sharp));
      for (Picture& p : pictures_)
        p.sharp[sign] = std::clamp(p.sharp[sign] / usual, kSharpMin, 1.0);
    }
  }

  /// The k-th lowest column decides, not the lowest: k as long as a toe.
  Lowest LowestStep(const Picture& p, const Choice& choice, double strength) const {
    const double threshold = kStepContrast * strength * p.sharp[choice.sign];
    std::vector<SoleEdge> found;
    for (const SoleEdge& e : p.edges) {  // column by column, from below
      if (!found.empty() && found.back().x == e.x) continue;
      if (e.brighter_above != (choice.sign == 1) || e.strength < threshold) continue;
      if (choice.tolerance > 0 && std::abs(e.above - choice.above) > choice.tolerance) continue;
      found.push_back(e);
    }
    if (found.size() < enough_) return {};
    std::ranges::nth_element(found, found.begin() + static_cast<std::ptrdiff_t>(enough_) - 1,
                             std::greater<>(), &SoleEdge::row);
    std::vector<double> strengths;
    std::vector<double> above;
    for (std::size_t i = 0; i < enough_; ++i) {
      strengths.push_back(found[i].strength);
      above.push_back(found[i].above);
    }
    return {found[enough_ - 1].row, Median(std::move(strengths)), Median(std::move(above))};
  }

  /// On the ground a contact shadow may make a step below the sole's own, and a shoe has layers. In
  /// the air nothing lies below the sole: what its step looks like is taken from there.
  std::optional<Choice> Choose() const {
    struct Side {
      std::vector<Lowest> lows;
      double ground_row = -1;
      double ground_above = 0;
      double air_gap = 0;  // rows over the lowest step of either sign
      double air_strength = 0;
      double air_above = 0;
    };
    std::array<Side, 2> sides;
    const double strongest = std::max(strength_[0], strength_[1]);
    for (Sign sign = 0; sign < 2; ++sign) {
      Side& side = sides[sign];
      std::vector<double> rows;
      std::vector<double> above;
      for (const Picture& p : pictures_) {
        side.lows.push_back(LowestStep(p, {sign, 0, 0}, strongest));
        if (!p.ground || !side.lows.back().found()) continue;
        rows.push_back(side.lows.back().row);
        above.push_back(side.lows.back().above);
      }
      const auto ground = std::ranges::count_if(pictures_, &Picture::ground);
      if (2 * std::ssize(rows) > ground) side.ground_row = Median(rows);
      side.ground_above = Median(std::move(above));
    }
    const double level = std::max(sides[0].ground_row, sides[1].ground_row);
    if (level < 0) return std::nullopt;

    bool any_air = false;
    for (Side& side : sides) {
      std::vector<double> gaps;
      std::vector<double> strengths;
      std::vector<double> above;
      for (std::size_t i = 0; i < pictures_.size(); ++i) {
        const double row = std::max(sides[0].lows[i].row, sides[1].lows[i].row);
        const double lift = (level - row) / s_;
        if (pictures_[i].ground || row < 0 || lift < kAirLow || lift > kAirHigh) continue;
        const Lowest& low = side.lows[i];
        any_air = true;
        gaps.push_back(low.found() ? row - low.row : 0.05 * s_);
        strengths.push_back(low.strength);
        if (low.found()) above.push_back(low.above);
      }
      side.air_gap = Median(std::move(gaps));
      side.air_strength = Median(std::move(strengths));
      side.air_above = above.empty() ? side.ground_above : Median(std::move(above));
    }
    Sign sign = strength_[1] > strength_[0] ? 1 : 0;
    if (sides[0].ground_row < 0 || sides[1].ground_row < 0) {
      sign = sides[1].ground_row >= 0 ? 1 : 0;
    } else if (any_air) {
      const bool same = std::abs(sides[1].air_gap - sides[0].air_gap) < kSameRow * s_;
      sign = (same ? sides[1].air_strength > sides[0].air_strength
                   : sides[1].air_gap < sides[0].air_gap)
                 ? 1
                 : 0;
      if (sides[sign].air_strength < kWeak * sides[1 - sign].air_strength) sign = 1 - sign;
    }
    std::array<Choice, 2> choices;
    std::array<int, 2> breaks = {0, 0};
    for (Sign k = 0; k < 2; ++k) {
      choices[k] = WithLayer(k, sides[k].ground_above, sides[k].air_above);
      breaks[k] = Breaks(choices[k]);
    }
    if (sides[0].ground_row >= 0 && sides[1].ground_row >= 0 && breaks[1 - sign] < breaks[sign]) {
      sign = 1 - sign;
    }
    return choices[sign];
  }

  Choice WithLayer(Sign sign, double ground_above, double air_above) const {
    const double mismatch = std::abs(ground_above - air_above);
    const bool other = mismatch > std::max(kOtherLayerMin, kOtherLayer * strength_[sign]);
    return Choice{sign, air_above, other ? mismatch / 2 : 0};
  }

  /// How often the lowest step moves between neighbouring pictures as no foot does.
  int Breaks(const Choice& choice) const {
    std::vector<double> ground;
    std::vector<Lowest> lows;
    for (const Picture& p : pictures_) {
      lows.push_back(LowestStep(p, choice, strength_[choice.sign]));
      if (p.ground && lows.back().found()) ground.push_back(lows.back().row);
    }
    const double zero = Median(std::move(ground));
    int breaks = 0;
    for (std::size_t i = 1; i < lows.size(); ++i) {
      const bool both = lows[i].found() && lows[i - 1].found();
      const double a = (zero - lows[i - 1].row) / s_;
      const double b = (zero - lows[i].row) / s_;
      const double dt = pictures_[i].t.Seconds() - pictures_[i - 1].t.Seconds();
      const double low =
          std::min(lows[i - 1].found() ? a : kBreakTop, lows[i].found() ? b : kBreakTop);
      if (low >= (both ? kBreakTop : kBreakTop / 2)) continue;
      breaks += !both || std::abs(b - a) > kBreakSpeed * dt;
    }
    return breaks;
  }

  SoleTrace Trace(const Choice& choice) const {
    std::vector<double> ground;
    std::vector<Lowest> lows;
    for (const Picture& p : pictures_) {
      lows.push_back(LowestStep(p, choice, strength_[choice.sign]));
      if (p.ground && lows.back().found()) ground.push_back(lows.back().row);
    }
    if (ground.empty()) return {{}, 0, 0, "low_contrast"};
    const double zero = Median(ground);
    SoleTrace trace;
    for (std::size_t i = 0; i < pictures_.size(); ++i) {
      const bool visible = lows[i].found();
      trace.samples.push_back({pictures_[i].t, visible ? zero - lows[i].row : 0, visible});
    }
    for (double& row : ground) row = std::abs(row - zero);
    trace.ground_mad_px = Median(std::move(ground));
    return trace;
  }

  bool IsGround(Timestamp t) const { return in_.ground_begin <= t && t <= in_.ground_end; }

  const SoleInput& in_;
  double s_;
  EmptyGround empty_;
  cv::Rect soles_;  ///< the lowest part of the standing shoes and a little below
  cv::Rect feet_;
  cv::Rect shoes_;
  std::size_t enough_ = 0;
  std::vector<Picture> pictures_;
  std::array<double, 2> strength_ = {0, 0};
};

}  // namespace

SoleTrace FindSole(const SoleInput& input) {
  if (input.width < 8 || input.height < 8) return {{}, 0, 0, "spot_not_kept"};
  if (input.air.size() < kFewestAir) return {{}, 0, 0, "no_background"};
  if (input.measure.size() < 2) return {{}, 0, 0, "no_frames_kept"};
  return Search(input).Run();
}

}  // namespace plyo::pipeline
