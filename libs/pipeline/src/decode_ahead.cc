#include "decode_ahead.h"

#include <chrono>
#include <utility>

namespace plyo::pipeline {
namespace {

std::size_t BytesOf(const Frame& frame) {
  return static_cast<std::size_t>(frame.width) * static_cast<std::size_t>(frame.height) * 3 / 2;
}

}  // namespace

DecodeAhead::DecodeAhead(FrameSource& source, std::size_t max_frames, std::size_t max_bytes)
    : source_(source), max_frames_(max_frames), max_bytes_(max_bytes), thread_([this] { Run(); }) {}

DecodeAhead::~DecodeAhead() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Result<std::optional<Frame>> DecodeAhead::Next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !ahead_.empty() || ended_; });
  if (ahead_.empty()) {
    if (error_) return tl::unexpected<Error>(*error_);
    return std::nullopt;
  }
  std::optional<Frame> frame(std::move(ahead_.front()));
  ahead_.pop_front();
  bytes_ -= BytesOf(*frame);
  lock.unlock();
  changed_.notify_all();
  return frame;
}

double DecodeAhead::DecodeSeconds() const {
  const std::lock_guard lock(mutex_);
  return decode_s_;
}

void DecodeAhead::Run() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] {
        return stop_ || ahead_.empty() || (ahead_.size() < max_frames_ && bytes_ < max_bytes_);
      });
      if (stop_) return;
    }
    const auto begin = std::chrono::steady_clock::now();
    Result<std::optional<Frame>> frame = source_.Next();
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    const std::lock_guard lock(mutex_);
    decode_s_ += spent.count();
    if (frame && *frame) {
      bytes_ += BytesOf(**frame);
      ahead_.push_back(std::move(**frame));
    } else {
      if (!frame) error_ = std::move(frame.error());
      ended_ = true;
    }
    changed_.notify_all();
    if (ended_) return;
  }
}

}  // namespace plyo::pipeline
