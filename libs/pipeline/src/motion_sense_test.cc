#include "motion_sense.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include "testing/grey_frame.h"

namespace plyo::pipeline {
namespace {

constexpr int kWidth = 320;
constexpr double kRate = 30;
constexpr int kHeight = 240;

/// A dark bar, 60 px wide, at x(t) on a textured ground, filmed by a camera with noise.
class Bar {
 public:
  Bar(std::function<double(double t)> x, double noise) : x_(std::move(x)), noise_(0, noise) {}
  /// Whether anything moved in the seconds from `begin` to `end`, looked at kRate times a second.
  bool Moves(MotionSense& sense, double begin, double end) {
    bool moves = false;
    const auto count = static_cast<int>(std::ceil((end - begin) * kRate - 1e-9));
    for (int i = 0; i < count; ++i) moves |= sense.Moves(Picture(begin + i / kRate));
    return moves;
  }

 private:
  Frame Picture(double t) {
    std::vector<std::uint8_t> grey(static_cast<std::size_t>(kWidth * kHeight));
    const double x = x_(t);
    for (int row = 0; row < kHeight; ++row) {
      for (int column = 0; column < kWidth; ++column) {
        double v = 140 + 30 * std::sin(column / 9.0) * std::cos(row / 7.0);
        // The edge of the bar covers parts of pixels.
        const double covered = std::clamp(30 - std::abs(column + 0.5 - x), 0.0, 1.0);
        if (row > 40 && row < 220) v += covered * (50 - v);
        grey[static_cast<std::size_t>(row * kWidth + column)] =
            static_cast<std::uint8_t>(std::clamp(v + noise_(random_), 0.0, 255.0));
      }
    }
    return testing::GreyFrame(kWidth, kHeight, grey.data(), kWidth, Timestamp::FromSeconds(t), 0);
  }

  std::function<double(double)> x_;
  std::normal_distribution<double> noise_;
  std::mt19937 random_{1};
};

TEST(MotionSense, NoiseIsNoMovement) {
  for (const double noise : {0.1, 3.0, 12.0}) {
    MotionSense sense;
    EXPECT_FALSE(Bar([](double) { return 160.0; }, noise).Moves(sense, 0, 2)) << noise;
  }
}

TEST(MotionSense, SwayingByAPixelIsNoMovement) {
  MotionSense sense;
  EXPECT_FALSE(Bar([](double t) { return 160 + 0.7 * std::sin(3 * t); }, 2).Moves(sense, 0, 3));
}

TEST(MotionSense, ABodyThatGoesAsideIs) {
  for (const double noise : {0.1, 3.0, 12.0}) {
    MotionSense sense;
    Bar bar([](double t) { return 160 + 80 * std::max(0.0, t - 1); }, noise);
    EXPECT_FALSE(bar.Moves(sense, 0, 1)) << noise;
    EXPECT_TRUE(bar.Moves(sense, 1, 1.5)) << noise;
  }
}

TEST(MotionSense, WhatHappensElsewhereIsNoMatter) {
  PoseFrame person;
  person.image_width = kWidth;
  person.image_height = kHeight;
  for (std::size_t i = 0; i < kLandmarkCount; ++i) {
    person.image[i].x = static_cast<float>(40 + i % 4 * 10);
    person.image[i].y = static_cast<float>(60 + 4 * i);
  }
  Bar bar([](double t) { return 240 + 80 * std::sin(4 * t) / 2; }, 2);
  MotionSense whole;
  EXPECT_TRUE(bar.Moves(whole, 0, 1));
  MotionSense near;
  near.Watch(std::vector<PoseFrame>{person});
  EXPECT_FALSE(bar.Moves(near, 0, 2));
}

TEST(MotionSense, LightThatChangesForAllIsLookedAt) {
  MotionSense sense;
  const auto plain = [](std::uint8_t level, double t) {
    const std::vector<std::uint8_t> grey(static_cast<std::size_t>(kWidth * kHeight), level);
    return testing::GreyFrame(kWidth, kHeight, grey.data(), kWidth, Timestamp::FromSeconds(t), 0);
  };
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(sense.Moves(plain(100, 0.05 * i)));
  EXPECT_TRUE(sense.Moves(plain(180, 0.5)));
}

}  // namespace
}  // namespace plyo::pipeline
