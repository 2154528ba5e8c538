#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "plyo/video/frame_source.h"

namespace plyo::cli {

/// A source that tells how many pictures it gave and ends with kInterrupted once `cancel` is set.
/// Borrows all it is given.
class WatchedSource final : public FrameSource {
 public:
  WatchedSource(FrameSource& source, const std::atomic<bool>& cancel,
                std::function<void(std::int64_t frames_done)> progress);

  const VideoInfo& Info() const override { return source_.Info(); }
  Result<std::optional<Frame>> Next() override;
  std::vector<std::string> Flags() const override { return source_.Flags(); }

 private:
  FrameSource& source_;
  const std::atomic<bool>& cancel_;
  std::function<void(std::int64_t)> progress_;
  std::int64_t frames_ = 0;
};

}  // namespace plyo::cli
