#include "plyo/kinematics/scale.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "plyo/base/units.h"
#include "plyo/kinematics/flags.h"

namespace plyo {
namespace {

constexpr double kStature_m = 1.75;
constexpr double kMetresPerPx = 0.004;

Standing StandingFigure(double eye_to_heel_px) {
  Standing standing;
  standing.begin_s = 0;
  standing.end_s = 0.5;
  standing.eye_to_heel_px = eye_to_heel_px;
  standing.quiet = true;
  return standing;
}

Parabola Falling(double g, double relative_u) {
  const double fall = g / kMetresPerPx;
  Parabola parabola;
  parabola.fall_px_s2 = {fall, relative_u * fall};
  return parabola;
}

/// A body and a fall that agree.
Standing Agreeing() {
  const auto finding = FindScale(StandingFigure(400), std::nullopt, kStature_m);
  return StandingFigure(400 * *finding.scale.m_per_px / kMetresPerPx);
}

bool Flagged(const ScaleFinding& finding, std::string_view flag) {
  return std::ranges::find(finding.flags, flag) != finding.flags.end();
}

TEST(FindScale, ByStature) {
  const auto finding = FindScale(StandingFigure(400), std::nullopt, kStature_m);
  EXPECT_EQ(finding.scale.method, "stature");
  ASSERT_TRUE(finding.known());
  // The eyes of adults stand at 0.92 to 0.94 of their stature (Drillis and Contini 1966).
  EXPECT_NEAR(*finding.scale.m_per_px, 0.93 * kStature_m / 400, 0.01 * kStature_m / 400);
  EXPECT_GT(*finding.scale.u_m_per_px, 0.005 * *finding.scale.m_per_px);
  EXPECT_LT(*finding.scale.u_m_per_px, 0.03 * *finding.scale.m_per_px);
  EXPECT_TRUE(finding.flags.empty());
}

TEST(FindScale, AStatureBesideAKnownLengthChecksIt) {
  const Standing standing = Agreeing();
  const auto known = [&](double stature_m, double m_per_px) {
    return FindScale(standing, std::nullopt, stature_m, std::nullopt, m_per_px);
  };
  EXPECT_TRUE(known(kStature_m, kMetresPerPx).flags.empty());
  EXPECT_TRUE(known(1.04 * kStature_m, kMetresPerPx).flags.empty());
  for (const auto& wrong :
       {known(1.2 * kStature_m, kMetresPerPx), known(kStature_m, kMetresPerPx / 10)}) {
    EXPECT_TRUE(Flagged(wrong, flag::kScaleConflict));
    EXPECT_EQ(wrong.scale.method, "known_length");
  }
}

RC_GTEST_PROP(FindScale, GoesWithStatureAndAgainstSize, ()) {
  const double stature = *rc::gen::inRange(120, 220) / 100.0;
  const double px = *rc::gen::inRange(100, 2000);
  const auto one = FindScale(StandingFigure(px), std::nullopt, stature);
  const auto far = FindScale(StandingFigure(px / 2), std::nullopt, stature);
  const auto tall = FindScale(StandingFigure(px), std::nullopt, 2 * stature);
  RC_ASSERT(std::abs(*far.scale.m_per_px / *one.scale.m_per_px - 2) < 1e-9);
  RC_ASSERT(std::abs(*tall.scale.m_per_px / *one.scale.m_per_px - 2) < 1e-9);
}

TEST(FindScale, ByFreeFallWithoutAStature) {
  const auto finding = FindScale(Agreeing(), Falling(kGravity, 0.04), std::nullopt);
  EXPECT_EQ(finding.scale.method, "free_fall");
  EXPECT_NEAR(*finding.scale.m_per_px, kMetresPerPx, 1e-9);
  EXPECT_NEAR(*finding.scale.u_m_per_px, 0.04 * kMetresPerPx, 1e-9);
  EXPECT_TRUE(finding.flags.empty());
  EXPECT_EQ(FindScale(std::nullopt, Falling(kGravity, 0.04), kStature_m).scale.method, "free_fall");
}

TEST(FindScale, ARulerComesAfterTheStatureAndBeforeTheFall) {
  const Ruler box{.length_m = 0.3, .length_px = {0.3 / kMetresPerPx, 3}};
  const auto fall = Falling(kGravity, 0.04);
  const auto by_box = FindScale(Agreeing(), fall, std::nullopt, box);
  EXPECT_EQ(by_box.scale.method, "box");
  EXPECT_NEAR(*by_box.scale.m_per_px, kMetresPerPx, 1e-12);
  EXPECT_NEAR(*by_box.scale.u_m_per_px, kMetresPerPx * 3 / 75, 1e-12);
  EXPECT_TRUE(by_box.flags.empty());
  EXPECT_EQ(FindScale(Agreeing(), fall, kStature_m, box).scale.method, "stature");
  // Half of what it is said to be.
  const Ruler wrong{.length_m = 0.3, .length_px = {0.15 / kMetresPerPx, 3}};
  EXPECT_TRUE(Flagged(FindScale(Agreeing(), fall, kStature_m, wrong), flag::kScaleConflict));
  EXPECT_TRUE(Flagged(FindScale(Agreeing(), fall, std::nullopt, wrong), flag::kScaleConflict));
  // Too short to be one.
  const Ruler none{.length_m = 0.3, .length_px = {4, 3}};
  EXPECT_EQ(FindScale(Agreeing(), fall, std::nullopt, none).scale.method, "free_fall");
}

TEST(FindScale, WhatIsKnownComesFirstAndIsChecked) {
  const auto finding =
      FindScale(Agreeing(), Falling(kGravity, 0.04), 1.1 * kStature_m, {}, kMetresPerPx);
  EXPECT_EQ(finding.scale.method, "known_length");
  EXPECT_EQ(*finding.scale.m_per_px, kMetresPerPx);
  EXPECT_LT(*finding.scale.u_m_per_px, 0.005 * kMetresPerPx);
  EXPECT_TRUE(finding.flags.empty());
  EXPECT_EQ(FindScale({}, {}, {}, {}, kMetresPerPx).scale.method, "known_length");
  const auto wrong_unit = FindScale({}, Falling(1.2 * kGravity, 0.03), {}, {}, kMetresPerPx);
  EXPECT_TRUE(Flagged(wrong_unit, flag::kScaleConflict));
  EXPECT_EQ(wrong_unit.scale.method, "known_length");
}

TEST(FindScale, NoneWithoutEither) {
  for (const auto& stature : {std::optional<double>{}, std::optional<double>{kStature_m}}) {
    const auto finding = FindScale(std::nullopt, std::nullopt, stature);
    EXPECT_EQ(finding.scale.method, "none");
    EXPECT_FALSE(finding.known());
    EXPECT_FALSE(finding.scale.u_m_per_px.has_value());
  }
  EXPECT_FALSE(FindScale(Agreeing(), std::nullopt, std::nullopt).known());
}

TEST(FindScale, AgreementIsNotFlagged) {
  for (const double g : {0.96, 1.0, 1.04}) {
    const auto finding = FindScale(Agreeing(), Falling(g * kGravity, 0.045), kStature_m);
    EXPECT_TRUE(finding.flags.empty()) << g;
    EXPECT_EQ(finding.scale.method, "stature");
  }
}

TEST(FindScale, ConflictIsFlaggedAndStatureKept) {
  for (const double g : {0.9, 1.1}) {
    const auto finding = FindScale(Agreeing(), Falling(g * kGravity, 0.01), kStature_m);
    EXPECT_TRUE(Flagged(finding, flag::kScaleConflict)) << g;
    EXPECT_FALSE(Flagged(finding, flag::kSuspectedSlowMotion)) << g;
    EXPECT_EQ(finding.scale.method, "stature");
  }
}

TEST(FindScale, ABodyThatFallsMuchTooFastWasMeasuredWrong) {
  // A crouching athlete: eye to heel too short, the metre in the picture too long.
  const auto finding = FindScale(Agreeing(), Falling(1.5 * kGravity, 0.04), kStature_m);
  EXPECT_TRUE(Flagged(finding, flag::kScaleConflict));
  EXPECT_FALSE(Flagged(finding, flag::kSuspectedSlowMotion));
  EXPECT_EQ(finding.scale.method, "free_fall");
}

TEST(FindScale, SlowMotionIsSuspectedByAFallThatIsTooSlow) {
  for (const double slower : {2.0, 4.0, 8.0}) {
    const Parabola fall = Falling(kGravity / (slower * slower), 0.045);
    EXPECT_TRUE(Flagged(FindScale(Agreeing(), fall, kStature_m), flag::kSuspectedSlowMotion))
        << slower;
    EXPECT_TRUE(Flagged(FindScale(Agreeing(), fall, std::nullopt), flag::kSuspectedSlowMotion))
        << slower;
    EXPECT_EQ(FindScale(Agreeing(), fall, kStature_m).scale.method, "stature");
  }
  // g off by more than 15 % with the stature known is enough; by less is not.
  EXPECT_TRUE(Flagged(FindScale(Agreeing(), Falling(0.78 * kGravity, 0.01), kStature_m),
                      flag::kSuspectedSlowMotion));
  EXPECT_FALSE(Flagged(FindScale(Agreeing(), Falling(0.87 * kGravity, 0.01), kStature_m),
                       flag::kSuspectedSlowMotion));
}

TEST(FindScale, PeopleOfAnySizeAreNotSuspectedWithoutAStature) {
  for (const double stature : {1.45, 1.7, 2.0}) {
    // The picture's scale stays, the person is another one.
    const auto own = FindScale(StandingFigure(400), std::nullopt, stature);
    const Standing standing = StandingFigure(400 * *own.scale.m_per_px / kMetresPerPx);
    EXPECT_TRUE(FindScale(standing, Falling(kGravity, 0.05), std::nullopt).flags.empty())
        << stature;
  }
}

}  // namespace
}  // namespace plyo
