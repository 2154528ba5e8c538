#include "plyo/validation/pairing.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace plyo {
namespace {

Rep JumpAt(int index, double takeoff_s, double flight_s) {
  Rep rep;
  rep.index = index;
  rep.events = {{.id = "takeoff", .t_s = takeoff_s, .u_s = 0, .frame = 0, .flags = {}},
                {.id = "landing", .t_s = takeoff_s + flight_s, .u_s = 0, .frame = 0, .flags = {}}};
  return rep;
}

RC_GTEST_PROP(Pairing, FindsTheOffsetOfTheClocks, ()) {
  const double offset = *rc::gen::inRange(-2000, 2000) / 100.0;
  const std::vector<double> takeoffs = {3.1, 8.4, 12.2, 20.9};
  const std::size_t lacking = *rc::gen::inRange<std::size_t>(0, 4);
  std::vector<Rep> video;
  std::vector<Rep> plate;
  for (std::size_t i = 0; i < takeoffs.size(); ++i) {
    const double flight = 0.45 + 0.03 * static_cast<double>(i);
    if (i != lacking)
      video.push_back(JumpAt(static_cast<int>(i) + 1, takeoffs[i] + 0.004, flight - 0.005));
    plate.push_back(JumpAt(static_cast<int>(i) + 1, takeoffs[i] + offset, flight));
  }
  const Pairing pairing = PairReps(video, plate);
  RC_ASSERT(pairing.pairs.size() == 3U);
  RC_ASSERT(std::abs(pairing.offset_s - offset) < 0.02);
  for (const auto& pair : pairing.pairs)
    RC_ASSERT(video[pair.measured].index == plate[pair.reference].index);
  RC_ASSERT(pairing.unpaired_measured.empty());
  RC_ASSERT(pairing.unpaired_reference == std::vector<std::size_t>{lacking});
  RC_ASSERT(!pairing.ambiguous);
}

TEST(Pairing, OneAmongSeveralIsToldByItsFlightTimeAndCalledAmbiguous) {
  const std::vector<Rep> video = {JumpAt(1, 2, 0.55)};
  const std::vector<Rep> plate = {JumpAt(1, 5, 0.40), JumpAt(2, 9, 0.551), JumpAt(3, 14, 0.48)};
  const Pairing pairing = PairReps(video, plate);
  ASSERT_EQ(pairing.pairs.size(), 1U);
  EXPECT_EQ(pairing.pairs[0].reference, 1U);
  EXPECT_TRUE(pairing.ambiguous);
  const Pairing known = PairReps(video, plate, 3.0);
  ASSERT_EQ(known.pairs.size(), 1U);
  EXPECT_EQ(known.pairs[0].reference, 0U);
  EXPECT_FALSE(known.ambiguous);
}

TEST(Pairing, NothingIsDroppedSilently) {
  const std::vector<Rep> video = {JumpAt(1, 2, 0.5), JumpAt(2, 9, 0.5)};
  const Pairing none = PairReps(video, {});
  EXPECT_TRUE(none.pairs.empty());
  EXPECT_EQ(none.unpaired_measured.size(), 2U);
  const std::vector<Rep> plate = {JumpAt(1, 2, 0.5), JumpAt(2, 5, 0.5), JumpAt(3, 6.5, 0.5)};
  const Pairing by_time = PairReps(video, plate, 0.0);
  EXPECT_EQ(by_time.pairs.size(), 1U);
  EXPECT_EQ(by_time.unpaired_measured.size() + by_time.unpaired_reference.size(), 3U);
  const Pairing in_order = PairInOrder(video, plate);
  EXPECT_EQ(in_order.pairs.size(), 2U);
  EXPECT_EQ(in_order.unpaired_reference, std::vector<std::size_t>{2});
}

}  // namespace
}  // namespace plyo
