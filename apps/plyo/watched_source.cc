#include "watched_source.h"

#include <utility>

namespace plyo::cli {

WatchedSource::WatchedSource(FrameSource& source, const std::atomic<bool>& cancel,
                             std::function<void(std::int64_t)> progress)
    : source_(source), cancel_(cancel), progress_(std::move(progress)) {}

Result<std::optional<Frame>> WatchedSource::Next() {
  if (cancel_.load(std::memory_order_relaxed))
    return Fail(ErrorCode::kInterrupted, source_.Info().name + ": interrupted");
  auto frame = source_.Next();
  if (frame && *frame && progress_) progress_(++frames_);
  return frame;
}

}  // namespace plyo::cli
