#include "plyo/kinematics/contact.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "plyo/kinematics/flags.h"
#include "plyo/kinematics_testing/pose_edits.h"
#include "plyo/kinematics_testing/run_analyzer.h"
#include "plyo/kinematics_testing/synthetic_jump.h"
#include "plyo/kinematics_testing/synthetic_sole.h"

// Contact of a figure's feet with the ground: by the pixels where they can be trusted, else by the
// landmarks.
namespace plyo {
namespace {

using testing::HasFlag;
using testing::SoleFaults;
using testing::SyntheticJump;
using testing::SyntheticSole;
using testing::SyntheticTruth;

struct Scene {
  explicit Scene(const SyntheticJump& what, const PoseModelErrors& errors = {})
      : jump(what),
        truth(TruthOf(what).front()),
        body(Render(what), Sex::kUnknown, errors),
        view(EstimateView(body.frames())) {
    sketch.coarse_takeoff_s = truth.takeoff_s + 0.045;
    sketch.coarse_landing_s = truth.landing_s - 0.045;
    sketch.stature_px = jump.stature_m * jump.filming.px_per_m;
    sketch.stature_m = jump.stature_m;
    sketch.standing_begin_s = jump.filming.begin_s + 0.3;
    sketch.standing_end_s = jump.filming.begin_s + 0.8;
  }
  double True(ContactEnd end) const {
    return end == ContactEnd::kTakeoff ? truth.takeoff_s : truth.landing_s;
  }
  ContactInstant Find(ContactEnd end, const ContactEvidence& evidence) const {
    return FindContact(body, view, sketch, end, evidence).value();
  }

  SyntheticJump jump;
  SyntheticTruth truth;
  BodyTrack body;
  View view;
  FlightSketch sketch;
};

constexpr ContactEnd kEnds[] = {ContactEnd::kTakeoff, ContactEnd::kTouchdown};

TEST(ContactByLandmarks, CoversTheTruthAtEveryFrameRate) {
  for (const char* model : {"", "blazepose_full"}) {
    for (const double fps : {30.0, 60.0, 120.0, 240.0}) {
      for (const double noise : {0.0, 0.8}) {
        SyntheticJump jump;
        jump.filming.fps = fps;
        jump.filming.noise_px = noise;
        const Scene scene(jump, ErrorsOf(model));
        for (const ContactEnd end : kEnds) {
          const auto contact = ContactByLandmarks(scene.body, scene.view, scene.sketch, end);
          ASSERT_TRUE(contact);
          EXPECT_NEAR(contact->t_s.value, scene.True(end), 1.96 * contact->t_s.u)
              << model << " " << fps;
          EXPECT_LT(contact->t_s.u, 0.02);
          EXPECT_FALSE(contact->from_pixels);
          EXPECT_TRUE(HasFlag(contact->flags, flag::kLandmarksOnly));
        }
      }
    }
  }
}

TEST(ContactByLandmarks, FeetThatKeepToTheShoeTellTheInstant) {
  for (const double fps : {30.0, 60.0, 120.0, 240.0}) {
    SyntheticJump jump;
    jump.filming.fps = fps;
    const Scene exact(jump);
    const Scene network(jump, ErrorsOf("blazepose_full"));
    for (const ContactEnd end : kEnds) {
      const auto contact = ContactByLandmarks(exact.body, exact.view, exact.sketch, end);
      const auto unsure = ContactByLandmarks(network.body, network.view, network.sketch, end);
      ASSERT_TRUE(contact && unsure);
      EXPECT_NEAR(contact->t_s.value, exact.True(end), 0.003) << fps;
      EXPECT_LT(contact->t_s.u, unsure->t_s.u);
    }
  }
}

TEST(ContactByLandmarks, AToeThatRisesBeforeTheShoeDoesIsLessSure) {
  const Scene still{SyntheticJump{}};
  auto frames = still.body.frames();
  for (PoseFrame& frame : frames) {
    const double before_s = still.truth.takeoff_s - frame.t.Seconds();
    if (before_s < 0 || before_s > 0.05) continue;
    const double creep = 0.01 * (1 - before_s / 0.05) * still.sketch.stature_px;
    for (const LandmarkId id : {LandmarkId::kLeftFootIndex, LandmarkId::kRightFootIndex})
      frame[id].y -= static_cast<float>(creep);
  }
  const BodyTrack creeping(frames, Sex::kUnknown, {});
  const auto sure = ContactByLandmarks(still.body, still.view, still.sketch, ContactEnd::kTakeoff);
  const auto unsure = ContactByLandmarks(creeping, still.view, still.sketch, ContactEnd::kTakeoff);
  ASSERT_TRUE(sure && unsure);
  EXPECT_GT(unsure->t_s.u, 1.5 * sure->t_s.u);
  EXPECT_NEAR(unsure->t_s.value, still.truth.takeoff_s, 1.96 * unsure->t_s.u);
}

TEST(ContactByLandmarks, NoiseWidens) {
  SyntheticJump jump;
  const Scene calm(jump);
  jump.filming.noise_px = 4;
  const Scene noisy(jump);
  for (const ContactEnd end : kEnds) {
    const auto a = ContactByLandmarks(calm.body, calm.view, calm.sketch, end);
    const auto b = ContactByLandmarks(noisy.body, noisy.view, noisy.sketch, end);
    ASSERT_TRUE(a && b);
    EXPECT_GT(b->t_s.u, a->t_s.u);
  }
}

TEST(ContactByLandmarks, AToeThatIsLostFallsBackOnTheDetector) {
  const Scene scene{SyntheticJump{}};
  auto frames = scene.body.frames();
  using enum LandmarkId;
  for (PoseFrame& frame : frames) {  // the model sees the toe on the ground all the time
    for (const LandmarkId id : {kLeftFootIndex, kRightFootIndex, kLeftHeel, kRightHeel})
      frame[id].y = static_cast<float>(scene.jump.filming.floor_y_px - 4);
  }
  const BodyTrack lost(frames, Sex::kUnknown, {});
  for (const ContactEnd end : kEnds) {
    const auto contact = ContactByLandmarks(lost, scene.view, scene.sketch, end);
    if (!contact) continue;  // says nothing rather than something
    EXPECT_TRUE(HasFlag(contact->flags, flag::kLowVisibility));
    EXPECT_NEAR(contact->t_s.value, scene.True(end), 1.96 * contact->t_s.u);
  }
}

TEST(FindContact, ReadsTheSole) {
  for (const double fps : {30.0, 60.0, 240.0}) {
    SyntheticJump jump;
    jump.filming.fps = fps;
    jump.filming.noise_px = 0.8;
    const Scene scene(jump);
    const SyntheticSole sole(jump, {.noise_px = 0.2});
    for (const ContactEnd end : kEnds) {
      const ContactInstant contact = scene.Find(end, sole);
      EXPECT_TRUE(contact.from_pixels);
      EXPECT_TRUE(contact.flags.empty());
      EXPECT_NEAR(contact.t_s.value, scene.True(end), 0.003) << fps;
      const ContactInstant without = scene.Find(end, NoContactEvidence());
      EXPECT_LT(contact.t_s.u, without.t_s.u);
    }
  }
}

TEST(FindContact, AsksForTheRightPlaceAndTimes) {
  const Scene scene{SyntheticJump{}};
  const SyntheticSole sole(scene.jump);
  for (const ContactEnd end : kEnds) scene.Find(end, sole);
  ASSERT_EQ(sole.requests().size(), 2U);
  const double floor_y = scene.jump.filming.floor_y_px;
  for (const SoleRequest& request : sole.requests()) {
    EXPECT_LT(request.stance.x0, request.stance.x1);
    EXPECT_LT(request.stance.y0, request.stance.y1);
    EXPECT_NEAR(request.stance.y1, floor_y, 0.02 * request.stature_px);
    EXPECT_NEAR(request.foot_level_px, floor_y, 0.02 * request.stature_px);
    // The feet are surely gone from the spot, and surely on it.
    EXPECT_GT(request.air_begin.Seconds(), scene.truth.takeoff_s + 0.05);
    EXPECT_LT(request.air_end.Seconds(), scene.truth.landing_s - 0.05);
    EXPECT_LT(request.air_begin, request.air_end);
    EXPECT_LT(request.ground_begin, request.ground_end);
    EXPECT_LE(request.measure_begin, request.ground_begin);
    EXPECT_GE(request.measure_end, request.ground_end);
  }
  EXPECT_LT(sole.requests()[0].ground_end.Seconds(), scene.truth.takeoff_s - 0.02);
  EXPECT_GT(sole.requests()[1].ground_begin.Seconds(), scene.truth.landing_s + 0.02);
}

/// Pixels that must not be trusted leave exactly what the landmarks say.
void ExpectLandmarks(const SoleFaults& faults, std::string_view expected_flag) {
  const Scene scene{SyntheticJump{}};
  const SyntheticSole sole(scene.jump, faults);
  for (const ContactEnd end : kEnds) {
    const ContactInstant contact = scene.Find(end, sole);
    const ContactInstant landmarks = scene.Find(end, NoContactEvidence());
    EXPECT_FALSE(contact.from_pixels);
    EXPECT_EQ(contact.t_s.value, landmarks.t_s.value);
    EXPECT_GE(contact.t_s.u, landmarks.t_s.u);
    EXPECT_TRUE(HasFlag(contact.flags, expected_flag)) << expected_flag;
    EXPECT_TRUE(HasFlag(contact.flags, flag::kLandmarksOnly));
  }
}

TEST(FindContact, WithoutPixelsTakesTheLandmarks) {
  ExpectLandmarks({.unavailable = true}, flag::kLandmarksOnly);
}
TEST(FindContact, DoesNotTrustAMovingCamera) {
  ExpectLandmarks({.camera_motion_px = 20}, flag::kMovingCamera);
}
TEST(FindContact, DoesNotTrustARestlessGround) {
  ExpectLandmarks({.ground_mad_px = 10}, flag::kLandmarksOnly);
}
TEST(FindContact, DoesNotTrustSolesFarFromTheLandmarks) {
  ExpectLandmarks({.late_s = 0.07}, flag::kContactDisagreement);
}

TEST(FindContact, FramesMissingAtTheEventAreNotBridged) {
  const Scene scene{SyntheticJump{}};
  class Hole final : public ContactEvidence {
   public:
    Hole(const SyntheticSole& sole, double from, double to) : sole_(sole), from_(from), to_(to) {}
    SoleTrace Sole(const SoleRequest& request) const override {
      SoleTrace trace = sole_.Sole(request);
      for (SoleSample& sample : trace.samples) {
        if (sample.t.Seconds() > from_ && sample.t.Seconds() < to_) sample.visible = false;
      }
      return trace;
    }

   private:
    const SyntheticSole& sole_;
    double from_, to_;
  };
  const SyntheticSole sole(scene.jump);
  for (const ContactEnd end : kEnds) {
    const Hole hole(sole, scene.True(end) - 0.03, scene.True(end) + 0.03);
    EXPECT_FALSE(scene.Find(end, hole).from_pixels);
  }
}

TEST(FindContact, FromTheFrontUsesBothFeet) {
  SyntheticJump jump;
  jump.filming.azimuth_deg = 0;
  const Scene scene(jump);
  ASSERT_TRUE(scene.view.IsFront());
  for (const ContactEnd end : kEnds) {
    const ContactInstant contact = scene.Find(end, NoContactEvidence());
    EXPECT_NEAR(contact.t_s.value, scene.True(end), 1.96 * contact.t_s.u);
  }
}

TEST(FindContact, NeedsAFlight) {
  const Scene scene{SyntheticJump{}};
  const BodyTrack none({}, Sex::kUnknown, {});
  EXPECT_FALSE(
      FindContact(none, scene.view, scene.sketch, ContactEnd::kTakeoff, NoContactEvidence()));
}

}  // namespace
}  // namespace plyo
