#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "plyo/base/units.h"
#include "plyo/kinematics/flags.h"
#include "plyo/kinematics_testing/figure_script.h"
#include "plyo/kinematics_testing/pose_edits.h"
#include "plyo/kinematics_testing/run_analyzer.h"
#include "plyo/kinematics_testing/synthetic_jump.h"
#include "plyo/kinematics_testing/synthetic_movements.h"

namespace plyo::sports::repeated_jumps {

Sport Describe();

namespace {

using testing::Athlete;
using testing::ExpectHolds;
using testing::FigureScript;
using testing::Filming;
using testing::HasFlag;
using testing::kFigureStature_m;
using testing::Outcome;
using testing::Poses;
using testing::ValueOf;

Outcome Analyze(const Poses& frames, const AthleteOptions& athlete = Athlete()) {
  return testing::Analyze(Describe(), frames, athlete, NoContactEvidence());
}

/// From standing one hop after the other, and standing again.
struct Hops {
  std::vector<double> heights_m = std::vector<double>(10, 0.25);
  double dip_m = 0.08;
  double takeoff_m = 0.06;
  double landing_m = 0.05;
  Filming filming = {};

  FigureScript Script() const {
    FigureScript script(kFigureStature_m);
    script.Hold(1).MoveTo({-dip_m, 0, 2}, 0.3);
    for (const double height : heights_m) {
      script.Push(takeoff_m, std::sqrt(2 * kGravity * height)).Fly(landing_m).Absorb(-dip_m);
    }
    script.MoveTo({}, 0.6).Hold(1.2);
    return script;
  }
  Poses Film() const { return Script().Film(filming); }
  // Pieces: standing, down, and for each hop push, flight, absorption.
  double Takeoff(int hop) const { return Script().BeginOf(3 + 3 * hop); }
  double Landing(int hop) const { return Script().BeginOf(4 + 3 * hop); }
  double Flight(int hop) const { return Landing(hop) - Takeoff(hop); }
  double Contact(int hop) const { return Takeoff(hop) - Landing(hop - 1); }
  double Rsi(int hop) const { return kGravity * Flight(hop) * Flight(hop) / 8 / Contact(hop); }
};

std::optional<double> OfSet(const Outcome& outcome, std::string_view id) {
  const auto it = std::ranges::find(outcome.summary, id, &Summary::id);
  return it == outcome.summary.end() ? std::nullopt : it->mean;
}

TEST(RepeatedJumps, AContactIsAsSureAsTheLandingItIs) {
  Hops hops;
  hops.filming.fps = 30;
  const Outcome outcome = Analyze(hops.Film());
  ASSERT_GT(outcome.confirmed.size(), 2U);
  for (std::size_t i = 1; i < outcome.confirmed.size(); ++i) {
    const Rep& rep = outcome.confirmed[i];
    const Event* const contact = rep.FindEvent("contact");
    ASSERT_TRUE(contact);
    EXPECT_EQ(contact->flags, outcome.confirmed[i - 1].FindEvent("landing")->flags);
    EXPECT_TRUE(HasFlag(contact->flags, flag::kLandmarksOnly));
    for (const char* id : {"contact_time", "rsi"}) {
      EXPECT_TRUE(HasFlag(rep.FindMetric(id)->flags, flag::kLandmarksOnly)) << id;
      EXPECT_TRUE(HasFlag(rep.FindMetric(id)->flags, flag::kLowFrameRate)) << id;
    }
  }
}

TEST(RepeatedJumps, EveryContactAndFlightIsMeasured) {
  for (const double fps : {30.0, 60.0, 120.0, 240.0}) {
    for (const double dip : {0.05, 0.12}) {
      for (const double height : {0.15, 0.35}) {
        SCOPED_TRACE(fps);
        SCOPED_TRACE(dip);
        SCOPED_TRACE(height);
        Hops hops;
        hops.heights_m.assign(10, height);
        hops.dip_m = dip;
        hops.filming.fps = fps;
        hops.filming.noise_px = 0.3;
        const Outcome outcome = Analyze(hops.Film());
        ASSERT_EQ(outcome.confirmed.size(), 10U);
        for (int i = 0; i < 10; ++i) {
          const Rep& rep = outcome.confirmed[static_cast<std::size_t>(i)];
          SCOPED_TRACE(i);
          ExpectHolds(rep, "flight_time", hops.Flight(i));
          if (i == 0) {
            EXPECT_EQ(rep.FindEvent("contact"), nullptr);
            EXPECT_EQ(rep.FindMetric("contact_time")->reason, reason::kEventMissing);
            continue;
          }
          ExpectHolds(rep, "contact_time", hops.Contact(i));
          ExpectHolds(rep, "rsi", hops.Rsi(i));
          EXPECT_FALSE(HasFlag(rep.flags, flag::kFallsShort));
        }
      }
    }
  }
}

TEST(RepeatedJumps, AContactBeginsWhereTheFlightBeforeEnded) {
  const Outcome outcome = Analyze(Hops().Film());
  ASSERT_EQ(outcome.confirmed.size(), 10U);
  for (std::size_t i = 1; i < 10; ++i) {
    const Rep& rep = outcome.confirmed[i];
    EXPECT_EQ(rep.FindEvent("contact")->t_s, outcome.confirmed[i - 1].FindEvent("landing")->t_s);
    EXPECT_TRUE(std::ranges::is_sorted(rep.events, {}, &Event::t_s));
    EXPECT_EQ(rep.phases[0].id, "ground_contact");
    EXPECT_EQ(rep.phases[1].id, "flight");
    EXPECT_EQ(rep.phases[0].end_s, rep.phases[1].begin_s);
  }
}

TEST(RepeatedJumps, ABentLandingFalsifiesTheIndexAsItDoesTheHeight) {
  for (const double landing : {0.05, -0.06}) {
    Hops hops;
    hops.landing_m = landing;
    hops.dip_m = 0.16;
    int seen = 0;
    for (const Rep& rep : Analyze(hops.Film()).confirmed) {
      const Metric& rsi = *rep.FindMetric("rsi");
      if (!rsi.value) continue;
      EXPECT_EQ(HasFlag(rsi.flags, flag::kLandingPosture), landing < 0);
      EXPECT_EQ(HasFlag(rsi.flags, flag::kLandingPosture),
                HasFlag(rep.FindMetric("jump_height_flight_time")->flags, flag::kLandingPosture));
      ++seen;
    }
    EXPECT_GT(seen, 6);
  }
}

TEST(RepeatedJumps, TheSetIsSummarised) {
  Hops hops;
  hops.heights_m = {0.2, 0.38, 0.36, 0.34, 0.32, 0.30, 0.28, 0.26, 0.24, 0.22, 0.20};
  const Outcome outcome = Analyze(hops.Film());
  ASSERT_EQ(outcome.confirmed.size(), 11U);
  EXPECT_EQ(OfSet(outcome, "jump_count"), 11);
  std::vector<double> rsi;
  for (std::size_t i = 1; i < 11; ++i) {
    rsi.push_back(*ValueOf(outcome.confirmed[i], "rsi"));
  }
  const double mean = Mean(rsi);
  EXPECT_NEAR(*OfSet(outcome, "rsi_mean"), mean, 1e-9);
  double squares = 0;
  for (const double v : rsi) squares += (v - mean) * (v - mean);
  EXPECT_NEAR(*OfSet(outcome, "rsi_cv"), 100 * std::sqrt(squares / 9) / mean, 1e-6);
  double xy = 0;
  for (int i = 1; i < 11; ++i) xy += (i - 5.5) * hops.Rsi(i);
  EXPECT_NEAR(*OfSet(outcome, "rsi_slope"), xy / 82.5, 0.01);
  std::ranges::sort(rsi, std::greater());
  EXPECT_NEAR(*OfSet(outcome, "rsi_best_5"), Mean(std::span(rsi).first(5)), 1e-9);
}

TEST(RepeatedJumps, JumpsThatVaryByChanceDoNotFall) {
  Hops hops;
  hops.heights_m = {0.3, 0.34, 0.40, 0.26, 0.38, 0.24, 0.36, 0.30, 0.26, 0.28};
  const Outcome outcome = Analyze(hops.Film());
  ASSERT_EQ(outcome.confirmed.size(), 10U);
  double xx = 0, xy = 0, mean = 0;
  for (int i = 1; i < 10; ++i) mean += hops.Rsi(i) / 9;
  for (int i = 1; i < 10; ++i) {
    xx += (i - 5) * (i - 5);
    xy += (i - 5) * hops.Rsi(i);
  }
  double squares = 0;
  for (int i = 1; i < 10; ++i) squares += std::pow(hops.Rsi(i) - mean - (i - 5) * xy / xx, 2);
  const auto slope = std::ranges::find(outcome.summary, "rsi_slope", &Summary::id);
  ASSERT_NE(slope, outcome.summary.end());
  EXPECT_NEAR(*slope->u, std::sqrt(squares / 7 / xx), 0.1 * *slope->u) << "of their scatter";
  EXPECT_LT(*slope->mean, 0);
  EXPECT_GT(*slope->mean + kHalfWidthOf95Percent * *slope->u, 0);
}

TEST(RepeatedJumps, FewerThanFiveReboundsHaveNoBestFive) {
  Hops hops;
  hops.heights_m.resize(5);
  const Outcome outcome = Analyze(hops.Film());
  ASSERT_EQ(outcome.confirmed.size(), 5U);
  EXPECT_FALSE(OfSet(outcome, "rsi_best_5"));
  EXPECT_TRUE(OfSet(outcome, "rsi_mean"));
}

TEST(RepeatedJumps, ACountermovementJumpAfterStandingIsNoRebound) {
  testing::SyntheticJump jump;
  jump.repetitions = 3;
  jump.standing_s = 0.6;
  const auto truth = TruthOf(jump);
  const Outcome outcome = Analyze(Render(jump));
  ASSERT_EQ(outcome.confirmed.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    const Rep& rep = outcome.confirmed[i];
    ExpectHolds(rep, "flight_time", truth[i].flight_time_s);
    EXPECT_FALSE(rep.FindMetric("rsi")->value);
    if (i == 0) continue;
    ExpectHolds(rep, "contact_time", truth[i].takeoff_s - truth[i - 1].landing_s);
    EXPECT_EQ(rep.FindMetric("rsi")->reason, reason::kNoRebound);
  }
  EXPECT_EQ(OfSet(outcome, "jump_count"), 3);
  EXPECT_FALSE(OfSet(outcome, "rsi_mean"));
}

TEST(RepeatedJumps, AStandBetweenTwoSetsIsNoContactOfTheSummary) {
  const Hops hops{.heights_m = std::vector<double>(4, 0.25)};
  FigureScript script(kFigureStature_m);
  for (int set = 0; set < 2; ++set) {
    script.Hold(1).MoveTo({-hops.dip_m, 0, 2}, 0.3);
    for (const double height : hops.heights_m) {
      script.Push(hops.takeoff_m, std::sqrt(2 * kGravity * height))
          .Fly(hops.takeoff_m - 0.01)
          .Absorb(-hops.dip_m);
    }
    script.MoveTo({}, 0.6).Hold(1.2);
  }
  const Outcome outcome = Analyze(script.Film({}));
  ASSERT_EQ(outcome.confirmed.size(), 8U);
  for (std::size_t i = 1; i < 8; ++i) {
    const Metric& contact = *outcome.confirmed[i].FindMetric("contact_time");
    ASSERT_TRUE(contact.value) << i;
    EXPECT_EQ(*contact.value > 1, i == 4);
    EXPECT_EQ(HasFlag(contact.flags, flag::kNoRebound), i == 4);
  }
  const auto all = std::ranges::find(outcome.summary, "contact_time", &Summary::id);
  ASSERT_NE(all, outcome.summary.end());
  EXPECT_EQ(all->n, 6);
  EXPECT_NEAR(*all->mean, hops.Contact(1), 0.01);
  EXPECT_LT(*all->sd, 0.01);
}

TEST(RepeatedJumps, CountermovementJumpsWithoutAPauseAreRebounds) {
  Hops hops;
  hops.heights_m.assign(4, 0.3);
  hops.dip_m = 0.3;
  const Outcome outcome = Analyze(hops.Film());
  ASSERT_EQ(outcome.confirmed.size(), 4U);
  for (int i = 1; i < 4; ++i) {
    const Rep& rep = outcome.confirmed[static_cast<std::size_t>(i)];
    ExpectHolds(rep, "contact_time", hops.Contact(i));
    ExpectHolds(rep, "flight_time", hops.Flight(i));
    ExpectHolds(rep, "rsi", hops.Rsi(i));
  }
}

TEST(RepeatedJumps, ARecordingMayBeginAndEndAmongThem) {
  const Poses frames = testing::RenderHops(7, 0.2, {});
  const Outcome outcome = Analyze(frames);
  EXPECT_GE(outcome.confirmed.size(), 5U);
  for (std::size_t i = 1; i < outcome.confirmed.size(); ++i) {
    EXPECT_TRUE(ValueOf(outcome.confirmed[i], "contact_time")) << i;
  }
}

TEST(RepeatedJumps, WhoComesNearerOrGoesAwayIsCountedOn) {
  Hops hops;
  hops.heights_m.assign(12, 0.15);
  hops.filming.fps = 30;
  hops.filming.image_height = 1080;
  for (const double px_s : {-20.0, 20.0}) {
    Poses frames = hops.Film();
    for (PoseFrame& frame : frames) {
      const auto dy = static_cast<float>(px_s * std::max(0.0, frame.t.Seconds() - hops.Takeoff(0)));
      for (ImageLandmark& landmark : frame.image) landmark.y += dy;
    }
    const Outcome outcome = Analyze(frames);
    ASSERT_EQ(outcome.confirmed.size(), 12U) << px_s;
    for (int i = 1; i < 12; ++i) {
      const Rep& rep = outcome.confirmed[static_cast<std::size_t>(i)];
      EXPECT_NEAR(*ValueOf(rep, "contact_time"), hops.Contact(i), 0.06) << px_s;
    }
  }
}

TEST(RepeatedJumps, WhoDoesNotJumpHasNone) {
  const Filming filming;
  Filming wide;
  wide.image_width = 3000;
  wide.x_px = 100;
  EXPECT_TRUE(Analyze(testing::RenderStanding(3, filming)).reps.empty());
  EXPECT_TRUE(Analyze(testing::RenderSquats(0.4, filming)).reps.empty());
  EXPECT_TRUE(Analyze(testing::RenderCalfRaises(filming)).reps.empty());
  EXPECT_TRUE(Analyze(testing::RenderWalking(4, wide)).reps.empty());
  EXPECT_TRUE(Analyze(testing::RenderRunning(4, wide)).reps.empty());
  EXPECT_TRUE(Analyze(testing::RenderStepDown(0.3, filming)).reps.empty());
  EXPECT_TRUE(Analyze({}).reps.empty());
}

TEST(RepeatedJumps, StiffnessNeedsTheMass) {
  AthleteOptions athlete = Athlete();
  EXPECT_EQ(Analyze(Hops().Film()).confirmed.at(1).FindMetric("leg_stiffness")->reason,
            reason::kMassNotGiven);
  athlete.mass_kg = 70;
  const Hops hops;
  const Rep rep = Analyze(hops.Film(), athlete).confirmed.at(1);
  const double contact = hops.Contact(1);
  const double both = contact + hops.Flight(1);
  ExpectHolds(rep, "leg_stiffness",
              70 * M_PI * both / (contact * contact * (both / M_PI - contact / 4)));
}

TEST(RepeatedJumps, PlaceTimeAndMirrorDoNotMatter) {
  Hops hops;
  hops.filming.image_width = 4000;
  hops.filming.image_height = 3000;
  const Poses frames = hops.Film();
  const Outcome here = Analyze(frames);
  for (const Poses& other : {testing::Moved(frames, 900, 700), testing::LaterBy(frames, 1000),
                             testing::Enlarged(frames, 2), testing::Mirrored(frames)}) {
    const Outcome outcome = Analyze(other);
    ASSERT_EQ(outcome.confirmed.size(), here.confirmed.size());
    for (std::size_t i = 1; i < here.confirmed.size(); ++i) {
      for (const char* id : {"contact_time", "flight_time", "rsi"}) {
        const Metric& metric = *here.confirmed[i].FindMetric(id);
        EXPECT_NEAR(*ValueOf(outcome.confirmed[i], id), *metric.value, 0.05 * *metric.u) << id;
      }
    }
  }
}

}  // namespace
}  // namespace plyo::sports::repeated_jumps
