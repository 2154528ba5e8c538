#include "plyo/kinematics_testing/synthetic_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "plyo/base/units.h"
#include "plyo/kinematics/body_track.h"

namespace plyo::testing {
namespace {

TEST(SyntheticRun, FallsFreelyBetweenItsContacts) {
  SyntheticRun run{.longer_right_s = 0.02};
  run.filming.fps = 240;
  const BodyTrack body(Render(run), Sex::kUnknown, {});
  const std::vector<SyntheticStep> steps = StepsOf(run);
  for (std::size_t k = 0; k + 2 < steps.size(); ++k) {
    const double middle = (steps[k].toe_off_s + steps[k + 1].contact_s) / 2;
    const auto fit = FitLocally(body.com_height(), middle, 0.03, 2);
    ASSERT_TRUE(fit);
    EXPECT_NEAR(fit->curvature, -kGravity * run.filming.px_per_m,
                0.05 * kGravity * run.filming.px_per_m);
  }
}

TEST(SyntheticRun, TheShoeStandsStillOnTheGround) {
  SyntheticRun run{.treadmill = false};
  run.filming.fps = 240;
  const std::vector<PoseFrame> poses = Render(run);
  for (const SyntheticStep& step : StepsOf(run)) {
    const SideIds& ids = IdsOf(step.side);
    std::optional<double> stood;
    for (const PoseFrame& pose : poses) {
      const double t = pose.t.Seconds();
      // Flat by then, on the toe up to the end.
      if (t < step.contact_s + 0.07 || t > step.toe_off_s) continue;
      const auto x = static_cast<double>(pose[ids.toe].x);
      stood = stood.value_or(x);
      EXPECT_NEAR(x, *stood, 0.1);
      EXPECT_NEAR(static_cast<double>(pose[ids.toe].y), run.filming.floor_y_px,
                  0.02 * 1.75 * run.filming.px_per_m);
    }
  }
}

TEST(SyntheticRun, BouncesByWhatIsSaid) {
  SyntheticRun run;
  run.filming.fps = 240;
  const BodyTrack body(Render(run), Sex::kUnknown, {});
  const auto [low, high] = std::ranges::minmax(body.com_height().value);
  EXPECT_NEAR((high - low) / run.filming.px_per_m, VerticalOscillationOf(run), 1e-3);
}

}  // namespace
}  // namespace plyo::testing
