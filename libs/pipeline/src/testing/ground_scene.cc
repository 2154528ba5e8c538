#include "testing/ground_scene.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace plyo::pipeline::testing {
namespace {

constexpr int kSub = 4;               // samples of a pixel along each side
constexpr double kShoeHeight = 0.32;  // of its length
constexpr double kToeRound = 0.12;

/// A shoe with what is the same for all of its pixels.
struct TurnedShoe {
  explicit TurnedShoe(const Shoe& which)
      : shoe(which), c(std::cos(which.pitch)), s(std::sin(which.pitch)) {
    for (const double behind : {-kToeRound, 1.0}) {
      for (const double over : {0.0, kShoeHeight}) {
        const double px = shoe.toe_x + shoe.length * (-behind * c + over * s);
        const double py = shoe.toe_y - shoe.length * (behind * s + over * c);
        x0 = std::min(x0, px), x1 = std::max(x1, px);
        y0 = std::min(y0, py), y1 = std::max(y1, py);
      }
    }
  }
  /// Whether any of it can lie in the pixel.
  bool Reaches(int x, int y) const { return x + 1 >= x0 && x <= x1 && y + 1 >= y0 && y <= y1; }
  /// Height of a point over the sole's plane and its distance behind the toe, in shoe lengths.
  cv::Point2d At(double x, double y) const {
    const double dx = (x - shoe.toe_x) / shoe.length;
    const double dy = (shoe.toe_y - y) / shoe.length;
    return {-dx * c + dy * s, dx * s + dy * c};
  }

  const Shoe& shoe;
  double c, s;
  double x0 = 1e9, x1 = -1e9, y0 = 1e9, y1 = -1e9;
};

bool Inside(const cv::Point2d& p) {
  if (p.x < -kToeRound || p.x > 1 || p.y < 0 || p.y > kShoeHeight) return false;
  if (p.x >= 0) return true;
  // Ahead of the lowest point the toe is a quarter of an ellipse.
  return std::hypot(p.x / kToeRound, p.y / kShoeHeight - 1) <= 1;
}

}  // namespace

GroundScene::GroundScene(const SceneOptions& options)
    : options_(options), floor_(options.height, options.width, CV_32FC1), rng_(options.seed) {
  cv::setNumThreads(1);
  cv::Mat pattern((options.height + options.grain_px - 1) / options.grain_px,
                  (options.width + options.grain_px - 1) / options.grain_px, CV_32FC1);
  rng_.fill(pattern, cv::RNG::NORMAL, options.floor, options.grain);
  cv::resize(pattern, floor_, floor_.size(), 0, 0, cv::INTER_LINEAR);
}

void GroundScene::AddInstant(const std::vector<Shoe>& shoes, cv::Mat& sum) const {
  const std::vector<TurnedShoe> turned(shoes.begin(), shoes.end());
  for (int y = 0; y < sum.rows; ++y) {
    for (int x = 0; x < sum.cols; ++x) {
      double light = 1;
      double shoe_light = 0;
      int covered = 0;
      for (const TurnedShoe& one : turned) {
        const Shoe& shoe = one.shoe;
        if (std::abs(x - shoe.toe_x) > 1.5 * shoe.length) continue;
        if (shoe.toe_y - y > shoe.length * 1.5) continue;
        for (int i = 0; one.Reaches(x, y) && i < kSub * kSub; ++i) {
          const int row = i / kSub;
          const int column = i % kSub;
          const double sub_x = x + (column + 0.5) / kSub;
          const double sub_y = y + (row + 0.5) / kSub;
          const cv::Point2d p = one.At(sub_x, sub_y);
          if (!Inside(p)) continue;
          ++covered;
          shoe_light += p.y < kShoeHeight / 4 ? options_.sole : options_.shoe;
        }
        const double below = y + 0.5 - shoe.toe_y;
        const double behind = (shoe.toe_x - x) / shoe.length;
        if (below > -1 && behind > -0.1 && behind < 1.1) {
          light *= 1 - options_.shadow * std::exp(-std::max(0.0, below) / options_.shadow_reach);
        }
      }
      const double share = std::min(1.0, covered / static_cast<double>(kSub * kSub));
      const double floor = static_cast<double>(floor_.at<float>(y, x)) * light;
      const double mean_shoe = covered > 0 ? shoe_light / covered : 0;
      sum.at<float>(y, x) += static_cast<float>(floor * (1 - share) + mean_shoe * share);
    }
  }
}

cv::Mat GroundScene::DrawExposure(const std::vector<std::vector<Shoe>>& exposure,
                                  const cv::Point2d& camera) {
  cv::Mat sum = cv::Mat::zeros(options_.height, options_.width, CV_32FC1);
  for (const std::vector<Shoe>& shoes : exposure) AddInstant(shoes, sum);
  sum /= static_cast<double>(exposure.size());
  if (camera != cv::Point2d(0, 0)) {
    const cv::Mat move = (cv::Mat_<double>(2, 3) << 1, 0, camera.x, 0, 1, camera.y);
    cv::warpAffine(sum.clone(), sum, move, sum.size(), cv::INTER_LINEAR, cv::BORDER_REFLECT);
  }
  if (options_.noise > 0) {
    cv::Mat noise(sum.size(), CV_32FC1);
    rng_.fill(noise, cv::RNG::NORMAL, 0, options_.noise);
    sum += noise;
  }
  cv::Mat out;
  sum.convertTo(out, CV_8U);
  return out;
}

cv::Mat GroundScene::Draw(const std::vector<Shoe>& shoes, const cv::Point2d& camera) {
  return DrawExposure({shoes}, camera);
}

Frame ToFrame(const cv::Mat& grey, Timestamp t, std::int64_t index) {
  return GreyFrame(grey.cols, grey.rows, grey.data, static_cast<std::ptrdiff_t>(grey.step[0]), t,
                   index);
}

}  // namespace plyo::pipeline::testing
