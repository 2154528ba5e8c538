#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "terminal.h"

namespace plyo::cli {

/// How far the work is; the pieces of a batch run at the same time.
struct ProgressState {
  int clips_done = 0;
  int clips = 1;
  std::string clip;                   ///< the one that began last
  std::string stage;                  ///< "analysing", "report", "annotating"
  std::int64_t frames_done = 0;       ///< of that clip
  std::int64_t frames_estimate = 0;   ///< 0: not known
  std::int64_t frames_all_clips = 0;  ///< analysed so far, of all clips: for the rate
  double elapsed_s = 0;
};

/// One line for the state, no longer than `width` columns.
std::string ProgressLine(const ProgressState& state, int width);

/// Shows a line that overwrites itself on standard error where a person looks at it, and nothing
/// anywhere else. Thread safe.
class Progress {
 public:
  /// `shown` false: never shows anything.
  Progress(int clips, bool shown);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Begin(const std::string& clip);
  /// A stage of a clip; frames of the stage "analysing" count for the rate.
  void Stage(const std::string& clip, const std::string& stage);
  void Frames(const std::string& clip, std::int64_t done, std::int64_t estimate);
  void End(const std::string& clip);
  /// Prints a message of its own lines to standard error, above the progress.
  void Message(const std::string& line);

 private:
  struct Running {
    std::string clip;
    std::string stage;
    std::int64_t done = 0;
    std::int64_t estimate = 0;
  };
  Running* Find(const std::string& clip);
  void Show(bool now);
  void Erase();

  const bool shown_;
  const Terminal terminal_;
  const std::chrono::steady_clock::time_point begun_;
  std::chrono::steady_clock::time_point shown_at_;
  std::mutex mutex_;
  ProgressState state_;
  std::vector<Running> running_;
  std::int64_t frames_finished_ = 0;
  bool line_visible_ = false;
};

}  // namespace plyo::cli
