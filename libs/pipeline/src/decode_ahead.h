#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "plyo/base/error.h"
#include "plyo/video/frame_source.h"

namespace plyo::pipeline {

/// Decodes in a thread of its own, a few frames ahead of whoever takes them, so that the next
/// picture is there when the pose of the last one is. Bounded in frames and in bytes; at least one
/// frame is kept ahead.
class DecodeAhead {
 public:
  /// `source` is used by the thread alone until the destructor returns.
  explicit DecodeAhead(FrameSource& source, std::size_t max_frames = 6,
                       std::size_t max_bytes = 32U << 20);
  ~DecodeAhead();
  DecodeAhead(const DecodeAhead&) = delete;
  DecodeAhead& operator=(const DecodeAhead&) = delete;

  /// Waits for the next frame; nullopt at the end. After an error, that error again.
  Result<std::optional<Frame>> Next();

  /// Spent in the source so far, seconds of the decoding thread.
  double DecodeSeconds() const;

 private:
  void Run();

  FrameSource& source_;
  const std::size_t max_frames_;
  const std::size_t max_bytes_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Frame> ahead_;
  std::size_t bytes_ = 0;
  std::optional<Error> error_;
  bool ended_ = false;
  bool stop_ = false;
  double decode_s_ = 0;
  std::thread thread_;
};

}  // namespace plyo::pipeline
