#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "case.h"
#include "plyo/sports/catalogue.h"

// Jumps in a row, made of single ones whose truth is known: their landmarks joined in time.
namespace plyo::cases {
namespace {

struct Joined {
  std::vector<PoseFrame> poses;
  std::vector<double> takeoffs_s;
  std::vector<double> landings_s;
};

double TruthOf(const Case& which, const char* event) {
  std::ifstream file(which.folder / "truth.json");
  return nlohmann::json::parse(file)["athletes"][0]["events"][event].get<double>();
}

float FeetX(const PoseFrame& frame) {
  using enum LandmarkId;
  return (frame[kLeftHeel].x + frame[kRightHeel].x + frame[kLeftFootIndex].x +
          frame[kRightFootIndex].x) /
         4;
}

void Append(const PoseFrame& frame, double later_s, float dx, std::vector<PoseFrame>& poses) {
  PoseFrame moved = frame;
  moved.t = Timestamp::FromSeconds(frame.t.Seconds() + later_s);
  moved.frame = std::ssize(poses);
  for (ImageLandmark& landmark : moved.image) landmark.x += dx;
  poses.push_back(moved);
}

/// The drop jump's landing taken for its contact, again and again: at both the body comes down.
Joined HopsOf(const Case& drop_jump, int count) {
  const std::vector<PoseFrame> poses = ReadPoses(drop_jump);
  const double contact = TruthOf(drop_jump, "contact");
  const double takeoff = TruthOf(drop_jump, "takeoff");
  const double landing = TruthOf(drop_jump, "landing");
  const auto index_after = [&poses](double t) {
    return std::ranges::find_if(poses, [t](const PoseFrame& f) { return f.t.Seconds() >= t; }) -
           poses.begin();
  };
  const auto begin = static_cast<std::size_t>(index_after(contact));
  const auto end = static_cast<std::size_t>(index_after(landing));
  const double longer = poses[end].t.Seconds() - poses[begin].t.Seconds();
  const float farther = FeetX(poses[end]) - FeetX(poses[begin]);
  // Between frames the one instant is not quite the other's.
  const double late = (longer - (landing - contact)) / 2;

  Joined hops;
  for (std::size_t i = 0; i < end; ++i) Append(poses[i], 0, 0, hops.poses);
  for (int k = 0; k < count; ++k) {
    hops.takeoffs_s.push_back(takeoff + k * longer);
    hops.landings_s.push_back(landing + k * longer + (k + 1 < count ? late : 0));
    if (k + 1 == count) break;
    for (std::size_t i = begin; i < end; ++i) {
      const auto hop = static_cast<float>(k + 1);
      Append(poses[i], (k + 1) * longer, hop * farther, hops.poses);
    }
  }
  for (std::size_t i = end; i < poses.size(); ++i) {
    Append(poses[i], (count - 1) * longer, static_cast<float>(count - 1) * farther, hops.poses);
  }
  return hops;
}

/// The whole recording, again and again.
Joined InARow(const Case& jump, int count) {
  const std::vector<PoseFrame> poses = ReadPoses(jump);
  const double step = poses[1].t.Seconds() - poses[0].t.Seconds();
  const double length = poses.back().t.Seconds() - poses.front().t.Seconds() + step;
  Joined row;
  for (int k = 0; k < count; ++k) {
    for (const PoseFrame& pose : poses) Append(pose, k * length, 0, row.poses);
    row.takeoffs_s.push_back(TruthOf(jump, "takeoff") + k * length);
    row.landings_s.push_back(TruthOf(jump, "landing") + k * length);
  }
  return row;
}

std::vector<Rep> Jumps(const Joined& joined, const Case& from) {
  auto run = AnalyzeLandmarks(joined.poses, FindSport("repeated_jumps").value(), ReadOptions(from));
  if (!run || run->result.athletes.size() != 1) return {};
  return run->result.athletes[0].reps;
}

double MeanAbsoluteError(const std::vector<Rep>& reps, const char* metric,
                         const std::vector<double>& truth) {
  double sum = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    // The last of them: before the first jump there is no contact.
    const Rep& rep = reps[reps.size() - truth.size() + i];
    sum += std::abs(rep.FindMetric(metric)->value.value() - truth[i]);
  }
  return sum / static_cast<double>(truth.size());
}

std::vector<double> FlightsOf(const Joined& joined) {
  std::vector<double> flights;
  for (std::size_t i = 0; i < joined.takeoffs_s.size(); ++i)
    flights.push_back(joined.landings_s[i] - joined.takeoffs_s[i]);
  return flights;
}

std::vector<double> ContactsOf(const Joined& joined) {
  std::vector<double> contacts;
  for (std::size_t i = 1; i < joined.takeoffs_s.size(); ++i)
    contacts.push_back(joined.takeoffs_s[i] - joined.landings_s[i - 1]);
  return contacts;
}

TEST(Joined, TenHopsInARow) {
  const Case drop_jump = FindCase("drop_jump", "box30_side_60");
  const Joined hops = HopsOf(drop_jump, 10);
  const std::vector<Rep> reps = Jumps(hops, drop_jump);
  ASSERT_EQ(reps.size(), 10U);
  constexpr double kMost_s = 0.010;
  EXPECT_LE(MeanAbsoluteError(reps, "flight_time", FlightsOf(hops)), kMost_s);
  EXPECT_LE(MeanAbsoluteError(reps, "contact_time", ContactsOf(hops)), kMost_s);
}

TEST(Joined, ThreeCountermovementJumpsInARow) {
  // Without the soles in the pixels a take-off may be 15 ms off; their intervals say so.
  constexpr double kFarthest = 2.5;  // standard uncertainties
  for (const char* name : {"side_60", "arm_swing_30"}) {
    const Case cmj = FindCase("cmj", name);
    const Joined row = InARow(cmj, 3);
    const std::vector<Rep> reps = Jumps(row, cmj);
    ASSERT_EQ(reps.size(), 3U) << name;
    for (std::size_t i = 0; i < 3; ++i) {
      const Metric& flight = *reps[i].FindMetric("flight_time");
      EXPECT_NEAR(flight.value.value(), FlightsOf(row)[i], kFarthest * *flight.u) << name;
      if (i == 0) continue;
      const Metric& contact = *reps[i].FindMetric("contact_time");
      EXPECT_NEAR(contact.value.value(), ContactsOf(row)[i - 1], kFarthest * *contact.u) << name;
    }
  }
}

}  // namespace
}  // namespace plyo::cases
