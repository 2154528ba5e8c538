#pragma once

#include <cstdint>
#include <optional>
#include <vector>

extern "C" {
#include <libavutil/rational.h>
}

namespace plyo::ffmpeg {

/// What the times of a clip's first pictures say of its rate.
struct TimingSurvey {
  double fps = 0;         ///< mean rate; 0 where it cannot be told
  double rounding = 0;    ///< most that rounding to ticks can change fps by, as a share of it
  bool variable = false;  ///< a step differs from the median by more than a tenth, and by more than
                          ///< rounding explains
  bool stalled = false;   ///< most pictures share their time with another
};

/// `times`: presentation times in ticks of `time_base`, in any order.
TimingSurvey SurveyTiming(std::vector<std::int64_t> times, AVRational time_base);

/// Puts pictures on the media clock in microseconds of capture time: zero is the first one, every
/// later one is later than the one before, and presentation times are believed wherever that allows
/// it.
///
/// A time that is missing or not after the last one is repaired with the help of the picture that
/// follows: half way to it where it fits, else the clock goes on one nominal step from here (times
/// that start again, as behind a cut).
class Timeline {
 public:
  /// `time_scale`: capture time = file time / time_scale. `gaps_expected`: some pictures have no
  /// time because the format tells decoding times alone (AVI), and filling them in is no repair.
  Timeline(AVRational time_base, double time_scale, double stored_fps, bool gaps_expected);

  /// The time of a picture with the presentation time `ticks`; nothing when it needs Repair().
  std::optional<std::int64_t> Place(std::optional<std::int64_t> ticks);
  /// For a picture that Place() refused; `next` is the presentation time of the picture behind it,
  /// where there is one.
  std::int64_t Repair(std::optional<std::int64_t> ticks, std::optional<std::int64_t> next);

  /// Whether any time so far is not what the file says.
  bool Repaired() const { return repaired_; }

 private:
  std::optional<std::int64_t> Unshifted(std::optional<std::int64_t> ticks) const;

  AVRational time_base_;
  double time_scale_;
  std::int64_t step_us_;  // nominal, at least 1
  bool gaps_expected_;
  std::optional<std::int64_t> origin_;
  std::optional<std::int64_t> last_us_;
  std::int64_t shift_us_ = 0;
  bool repaired_ = false;
};

}  // namespace plyo::ffmpeg
