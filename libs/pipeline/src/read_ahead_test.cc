#include "read_ahead.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "plyo/video/frame_source.h"

namespace plyo::pipeline {
namespace {

/// Counts what was asked of it. Slow, or ending in an error, when told so.
class CountingSource final : public FrameSource {
 public:
  explicit CountingSource(std::int64_t frames, int width = 64, int height = 64)
      : frames_(frames), width_(width), height_(height) {}

  const VideoInfo& Info() const override { return info_; }
  Result<std::optional<Frame>> Next() override {
    if (delay.count() > 0) std::this_thread::sleep_for(delay);
    const std::int64_t index = given.load();
    if (index >= frames_) {
      if (error) return tl::unexpected<Error>(*error);
      return std::nullopt;
    }
    Frame frame;
    frame.index = index;
    frame.t = Timestamp{index * 10'000};
    frame.width = width_;
    frame.height = height_;
    ++given;
    return frame;
  }
  std::vector<std::string> Flags() const override { return {}; }

  std::atomic<std::int64_t> given = 0;
  std::optional<Error> error;
  std::chrono::milliseconds delay{0};

 private:
  std::int64_t frames_;
  int width_;
  int height_;
  VideoInfo info_;
};

std::size_t BytesOf(const Frame& frame) {
  return static_cast<std::size_t>(frame.width) * static_cast<std::size_t>(frame.height) * 3 / 2;
}

/// The stage that decodes.
class Ahead : public ReadAhead<Frame> {
 public:
  explicit Ahead(FrameSource& source, ReadAheadLimits limits = {})
      : ReadAhead([&source] { return source.Next(); }, BytesOf, limits) {}
};

/// Waits until nothing changes any more: the thread has decoded all that it may.
std::int64_t Settled(const CountingSource& source) {
  std::int64_t before = -1;
  while (before != source.given.load()) {
    before = source.given.load();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return before;
}

TEST(ReadAhead, GivesEveryFrameInOrderAndThenTheEnd) {
  CountingSource source(50);
  Ahead ahead(source);
  for (std::int64_t i = 0; i < 50; ++i) {
    const auto frame = ahead.Next();
    ASSERT_TRUE(frame && *frame);
    EXPECT_EQ((*frame)->index, i);
  }
  for (int i = 0; i < 3; ++i) {
    const auto end = ahead.Next();
    ASSERT_TRUE(end);
    EXPECT_FALSE(*end);
  }
}

TEST(ReadAhead, ASlowSourceIsWaitedFor) {
  CountingSource source(5);
  source.delay = std::chrono::milliseconds(5);
  Ahead ahead(source);
  std::int64_t count = 0;
  for (auto frame = ahead.Next(); frame && *frame; frame = ahead.Next()) ++count;
  EXPECT_EQ(count, 5);
  EXPECT_GT(ahead.ReadSeconds(), 0);
}

TEST(ReadAhead, ASlowConsumerKeepsOnlyAFewFrames) {
  CountingSource source(1000);
  Ahead ahead(source, {.items = 4});
  EXPECT_EQ(Settled(source), 4);
  ASSERT_TRUE(ahead.Next());
  EXPECT_EQ(Settled(source), 5);
}

TEST(ReadAhead, LargeFramesAreBoundedByBytes) {
  CountingSource source(1000, 7680, 4320);  // 50 MB each
  Ahead ahead(source, {.items = 6, .bytes = 32U << 20});
  EXPECT_EQ(Settled(source), 1);
  CountingSource smaller(1000, 1920, 1080);  // 3 MB each
  Ahead ahead_of_smaller(smaller, {.items = 100, .bytes = 32U << 20});
  EXPECT_EQ(Settled(smaller), 11);
}

TEST(ReadAhead, FramesBeforeAnErrorAreGivenFirst) {
  CountingSource source(3);
  source.error = Error{ErrorCode::kFileUnreadable, "gone"};
  Ahead ahead(source);
  for (int i = 0; i < 3; ++i) {
    const auto frame = ahead.Next();
    ASSERT_TRUE(frame && *frame);
  }
  for (int i = 0; i < 2; ++i) {
    const auto error = ahead.Next();
    ASSERT_FALSE(error);
    EXPECT_EQ(error.error(), *source.error);
  }
}

/// The index of each frame, from the stage before.
ReadAhead<std::int64_t> Indices(Ahead& frames) {
  return {[&frames]() -> Result<std::optional<std::int64_t>> {
            auto frame = frames.Next();
            if (!frame) return tl::unexpected<Error>(frame.error());
            if (!*frame) return std::nullopt;
            return (*frame)->index;
          },
          [](std::int64_t) { return std::size_t{8}; },
          {.items = 2}};
}

TEST(ReadAhead, StagesAreChained) {
  CountingSource source(20);
  source.error = Error{ErrorCode::kFileUnreadable, "gone"};
  Ahead frames(source);
  ReadAhead<std::int64_t> indices = Indices(frames);
  for (std::int64_t i = 0; i < 20; ++i) {
    const auto index = indices.Next();
    ASSERT_TRUE(index && *index);
    EXPECT_EQ(**index, i);
  }
  const auto error = indices.Next();
  ASSERT_FALSE(error);
  EXPECT_EQ(error.error(), *source.error);
}

TEST(ReadAhead, MayBeLeftAtAnyTime) {
  for (const int taken : {0, 1, 3}) {
    for (const std::size_t room : {std::size_t{1}, std::size_t{6}}) {
      CountingSource source(1000);
      Ahead frames(source, {.items = room});
      ReadAhead<std::int64_t> indices = Indices(frames);
      for (int i = 0; i < taken; ++i) ASSERT_TRUE(indices.Next());
    }
  }
}

}  // namespace
}  // namespace plyo::pipeline
