#include "progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace plyo::cli {
namespace {

using std::chrono::steady_clock;

std::string Clock(double seconds) {
  const auto s = static_cast<long long>(std::ceil(seconds));
  return s < 3600 ? fmt::format("{}:{:02}", s / 60, s % 60)
                  : fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

std::string Bar(double fraction, int width) {
  const int full = static_cast<int>(std::lround(fraction * width));
  return "[" + std::string(static_cast<std::size_t>(full), '#') +
         std::string(static_cast<std::size_t>(width - full), '-') + "]";
}

}  // namespace

std::string ProgressLine(const ProgressState& state, int width) {
  const bool known = state.frames_estimate > 0;
  const double clip_fraction = known ? std::clamp(static_cast<double>(state.frames_done) /
                                                      static_cast<double>(state.frames_estimate),
                                                  0.0, 1.0)
                                     : 0.0;
  const bool batch = state.clips > 1;
  const double fraction =
      batch ? std::min(1.0, (state.clips_done + clip_fraction) / state.clips) : clip_fraction;

  std::string tail;
  if (batch) tail += fmt::format(" {}/{} clips", state.clips_done, state.clips);
  if (batch || known) tail += fmt::format(" {:.0f} %", std::floor(100 * fraction));
  if (!batch) {
    tail += known ? fmt::format("  {}/{} frames", state.frames_done, state.frames_estimate)
                  : fmt::format("  {} frames", state.frames_done);
  }
  if (state.elapsed_s > 0.5 && state.frames_all_clips > 0) {
    tail += fmt::format("  {:.0f} frames/s",
                        static_cast<double>(state.frames_all_clips) / state.elapsed_s);
    if (fraction > 0.02 && state.stage == "analysing") {
      tail += fmt::format("  {} left", Clock(state.elapsed_s * (1 - fraction) / fraction));
    }
  }
  const std::string stage = state.stage.empty() ? "" : ", " + state.stage;
  const auto room = static_cast<std::size_t>(std::max(width - 1, 0));
  constexpr int kBar = 20;
  const std::size_t without_name = Columns(stage) + 1 + kBar + 2 + Columns(tail);
  const std::size_t for_name = room > without_name + 8 ? room - without_name : 8;
  return Shortened(Shortened(state.clip, for_name) + stage + " " + Bar(fraction, kBar) + tail,
                   room);
}

Progress::Progress(int clips, bool shown)
    : shown_(shown && TerminalOf(stderr).interactive),
      terminal_(TerminalOf(stderr)),
      begun_(steady_clock::now()) {
  state_.clips = clips;
}

Progress::~Progress() { Erase(); }

Progress::Running* Progress::Find(const std::string& clip) {
  const auto at = std::ranges::find(running_, clip, &Running::clip);
  return at == running_.end() ? nullptr : &*at;
}

void Progress::Begin(const std::string& clip) {
  const std::lock_guard lock(mutex_);
  running_.push_back({clip, "", 0, 0});
  Show(true);
}

void Progress::Stage(const std::string& clip, const std::string& stage) {
  const std::lock_guard lock(mutex_);
  if (auto* running = Find(clip)) {
    if (running->stage == "analysing") frames_finished_ += running->done;
    *running = {clip, stage, 0, 0};
  }
  Show(true);
}

void Progress::Frames(const std::string& clip, std::int64_t done, std::int64_t estimate) {
  const std::lock_guard lock(mutex_);
  if (auto* running = Find(clip)) {
    running->done = done;
    running->estimate = estimate;
  }
  Show(false);
}

void Progress::End(const std::string& clip) {
  const std::lock_guard lock(mutex_);
  if (auto* running = Find(clip)) {
    if (running->stage == "analysing") frames_finished_ += running->done;
    running_.erase(running_.begin() + (running - running_.data()));
  }
  ++state_.clips_done;
  Show(true);
}

void Progress::Message(const std::string& line) {
  const std::lock_guard lock(mutex_);
  Erase();
  fmt::print(stderr, "{}\n", ForTerminal(line, terminal_));
  Show(true);
}

void Progress::Show(bool now) {
  if (!shown_) return;
  const auto time = steady_clock::now();
  if (!now && time - shown_at_ < std::chrono::milliseconds(100)) return;
  shown_at_ = time;
  if (running_.empty()) return Erase();
  const auto& newest = running_.back();
  state_.clip = newest.clip;
  state_.stage = newest.stage;
  state_.frames_done = newest.done;
  state_.frames_estimate = newest.estimate;
  state_.frames_all_clips = frames_finished_;
  for (const auto& running : running_) {
    if (running.stage == "analysing") state_.frames_all_clips += running.done;
  }
  state_.elapsed_s = std::chrono::duration<double>(time - begun_).count();
  fmt::print(stderr, "\r\x1b[K{}", ForTerminal(ProgressLine(state_, terminal_.width), terminal_));
  std::fflush(stderr);
  line_visible_ = true;
}

void Progress::Erase() {
  if (!line_visible_) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  line_visible_ = false;
}

}  // namespace plyo::cli
