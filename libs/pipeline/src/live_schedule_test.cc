#include "plyo/pipeline/live_schedule.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace plyo {
namespace {

constexpr std::int64_t kPatience_us = 30'000;

TEST(FairTurns, ServesWhoWasServedLongestAgo) {
  FairTurns<int> turns;
  for (const int key : {1, 2, 3}) turns.Add(key);
  std::map<int, int> served;
  for (int i = 0; i < 30; ++i) ++served[*turns.Next([](int) { return true; })];
  EXPECT_EQ(served, (std::map<int, int>{{1, 10}, {2, 10}, {3, 10}}));
}

TEST(FairTurns, PassesOverWhoHasNothingToDo) {
  FairTurns<int> turns;
  for (const int key : {1, 2, 3}) turns.Add(key);
  std::set<int> busy{2};
  const auto has_work = [&](int key) { return busy.contains(key); };
  EXPECT_EQ(turns.Next(has_work), 2);
  EXPECT_EQ(turns.Next(has_work), 2);
  busy = {1, 2};  // 2 was served last
  EXPECT_EQ(turns.Next(has_work), 1);
  EXPECT_EQ(turns.Next(has_work), 2);
  busy.clear();
  EXPECT_EQ(turns.Next(has_work), std::nullopt);
}

TEST(FairTurns, OneWhoSendsTwiceAsMuchIsNotServedMoreOften) {
  FairTurns<int> turns;
  turns.Add(1);
  turns.Add(2);
  std::map<int, int> waiting{{1, 0}, {2, 0}};
  std::map<int, int> served;
  for (int i = 0; i < 100; ++i) {
    waiting[1] += 2;
    waiting[2] += 1;
    if (const auto next = turns.Next([&](int key) { return waiting[key] > 0; })) {
      --waiting[*next];
      ++served[*next];
    }
  }
  EXPECT_EQ(served[1], 50);
  EXPECT_EQ(served[2], 50);
}

TEST(FairTurns, ForgetsWhoHasLeft) {
  FairTurns<int> turns;
  turns.Add(1);
  turns.Add(2);
  turns.Remove(1);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(turns.Next([](int) { return true; }), 2);
  EXPECT_EQ(turns.Size(), 1U);
}

TEST(NewestWins, WorksOffABurstInOrder) {
  NewestWins<int> queue;
  for (const int picture : {1, 2, 3}) queue.Add(picture, 1'000);
  for (const int picture : {1, 2, 3}) {
    EXPECT_EQ(queue.TakeLate(8'000 * picture, kPatience_us), std::nullopt);
    EXPECT_EQ(queue.Take(), picture);
  }
  EXPECT_EQ(queue.Take(), std::nullopt);
}

TEST(NewestWins, HandsOutWhatHasToGiveWay) {
  NewestWins<int> queue;
  for (const int picture : {1, 2, 3}) queue.Add(picture, picture * 10'000);
  EXPECT_EQ(queue.TakeLate(45'000, 30'000), 1);
  EXPECT_EQ(queue.TakeLate(45'000, 30'000), std::nullopt);
  EXPECT_EQ(queue.TakeLate(90'000, 30'000), 2);
  EXPECT_EQ(queue.TakeLate(90'000, 30'000), std::nullopt) << "the newest";
  EXPECT_EQ(queue.Take(), 3);
  queue.Add(4, 100'000);
  EXPECT_EQ(queue.TakeLate(900'000, 30'000), std::nullopt) << "an old one is better than none";
  EXPECT_EQ(queue.Take(), 4);
}

TEST(NewestWins, HasThePatienceThatIsAsked) {
  NewestWins<int> queue;
  for (int picture = 0; picture < 5; ++picture) queue.Add(picture, 0);
  EXPECT_EQ(queue.TakeLate(1'000'000, 1'000'000), std::nullopt);
  EXPECT_EQ(queue.TakeLate(1'000'001, 1'000'000), 0);
}

TEST(TokenBucket, TakesABurstAndThenTheRate) {
  TokenBucket bucket(60, 5);
  const auto taken = [&bucket](std::int64_t begin_us, std::int64_t step_us) {
    int count = 0;
    for (std::int64_t i = 0; i < 1000; ++i) count += bucket.Take(begin_us + i * step_us) ? 1 : 0;
    return count;
  };
  EXPECT_EQ(taken(0, 0), 300);
  EXPECT_NEAR(taken(0, 10'000), 600, 1) << "of 100 a second for ten seconds";
  EXPECT_EQ(taken(11'000'000, 20'000), 1000) << "50 a second";
  EXPECT_EQ(taken(100'000'000, 1), 300) << "no more than that, after however long";
}

TEST(AdaptiveRate, AsksForLessWhilePicturesAreLostAndForMoreLater) {
  AdaptiveRate rate(30);
  EXPECT_EQ(rate.Second(30, 10, 1), std::nullopt) << "one bad second is chance";
  EXPECT_EQ(rate.Second(30, 10, 1), 20);
  rate.Second(20, 5, 1);
  EXPECT_EQ(rate.Second(20, 5, 1), 20 / 1.5);
  for (int i = 0; i < 20; ++i) rate.Second(13, 5, 1);
  EXPECT_EQ(rate.fps(), 12) << "the lowest rate";
  for (int i = 0; i < 20; ++i) EXPECT_EQ(rate.Second(12, 0, 0.8), std::nullopt) << "no room";
  int changes = 0;
  for (int i = 0; i < 60; ++i) changes += rate.Second(12, 0, 0.4).has_value();
  EXPECT_EQ(rate.fps(), 30);
  EXPECT_EQ(changes, 3);
}

TEST(AdaptiveRate, NeverAsksASlowCameraForMoreThanItHas) {
  AdaptiveRate rate(10);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(rate.Second(10, 5, 1), std::nullopt);
  EXPECT_EQ(rate.fps(), 10);
}

}  // namespace
}  // namespace plyo
