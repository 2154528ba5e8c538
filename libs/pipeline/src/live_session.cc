#include "plyo/pipeline/live_session.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <set>
#include <utility>

#include "athletes.h"
#include "brightness.h"
#include "framing.h"
#include "motion_sense.h"
#include "plyo/kinematics/flags.h"
#include "plyo/pose/tracker.h"
#include "stopwatch.h"

namespace plyo {
namespace {

using pipeline::Athletes;
using pipeline::Brightness;
using pipeline::Framing;
using pipeline::MotionSense;
using pipeline::Stopwatch;

// After the last movement every picture is still looked at for this long: who holds still in the
// middle of a jump goes on soon, and if he does later, what is kept tells of it.
constexpr std::int64_t kSettle_us = 300'000;
// And while a repetition waits for its confirmation, for at most this long.
constexpr std::int64_t kLongestWait_us = 5'000'000;

std::size_t BytesOf(const Frame& frame) {
  return static_cast<std::size_t>(frame.width) * static_cast<std::size_t>(frame.height) * 3 / 2;
}

// What happened so long before a movement was noticed belongs to it: he stands, and it begins.
constexpr std::int64_t kLead_us = 850'000;
// For this long after a movement has begun it is taken to go on, and whom it is looked for around
// stays: his poses may not be known yet.
constexpr std::int64_t kBegun_us = 800'000;
// At rest new people are looked for once in so many seconds. Where the tracker would start afresh
// it can do so later, if a movement is caught up with from there.
constexpr std::int64_t kNewcomers_s = 3;
// While the session is behind, new pictures are shown no more often than this: each of them is
// looked at twice.
constexpr std::int64_t kShownWhileBehind_us = 120'000;
// What is late after so long is left out: figures should not come much later than this, and a
// session that is given up has to be brought to its end.
constexpr std::int64_t kLongestBehind_us = 3'000'000;
// Behind by no more than this, it is at once no longer.
constexpr std::size_t kNear = 3;

/// A picture that waits, and what is known of it if it was looked at while nothing moved: its
/// poses, and the state of the tracker after it, from which a later look at the pictures after it
/// goes on.
struct Kept {
  Frame frame;
  bool shown = false;   ///< its poses were looked for when it came
  bool wanted = false;  ///< came while somebody moved, or before he did
  std::optional<std::vector<PoseFrame>> poses{};
  std::optional<Tracker> tracker{};

  bool RenewalIsDue() const { return tracker && tracker->RenewalIsDue(frame.t); }
  bool Renews() const { return RenewalIsDue() || (tracker && tracker->Renewed()); }
};

bool LooksForNewcomers(Timestamp t) {
  return static_cast<std::int64_t>(std::floor(t.Seconds() + 1e-3)) % kNewcomers_s == 0;
}

}  // namespace

class LiveSession::Impl {
 public:
  Impl(Sport sport, PoseEstimator* estimator, LiveSessionOptions options)
      : sport_(std::move(sport)),
        estimator_(estimator),
        options_(WithModel(std::move(options), estimator)),
        athletes_(sport_, options_.athlete, options_.capture_fps) {
    if (estimator != nullptr) tracker_.emplace(*estimator);
  }

  Result<LiveStep> Push(const Frame& frame, bool late, const Shown& shown);
  LiveStep Push(Timestamp t, std::vector<PoseFrame> poses);
  bool Moving() const { return moving_; }
  bool TakesLate() const {
    return kept_.empty() || (kept_bytes_ < options_.max_kept_bytes / 4 * 7 &&
                             last_.us - kept_.front().frame.t.us < kLongestBehind_us);
  }
  bool Behind() const { return behind_; }
  bool HasIncomplete() const { return incomplete_.has_value(); }
  Result<LiveStep> Complete();
  Result<LiveStep> CatchUp(int most);
  Result<LiveStep> Finish();
  AnalysisResult TakeResult();

 private:
  static LiveSessionOptions WithModel(LiveSessionOptions options, PoseEstimator* estimator) {
    if (estimator != nullptr) options.athlete.pose_model = estimator->Model().name;
    return options;
  }
  bool LooksAtAll() const { return options_.still_fps >= options_.capture_fps; }

  /// What becomes of a picture in which poses are looked for.
  enum class Use { kAnalyse, kKeep, kShow };
  struct Incomplete {
    Frame frame;
    Use use = Use::kAnalyse;
    std::vector<PoseFrame> followed;
  };

  Result<void> FindPoses(const Frame& frame, Use use, const Shown& shown, LiveStep& step);
  Result<void> LookAtOldest(LiveStep& step);
  Result<void> Rest(LiveStep& step);
  Result<void> Complete(LiveStep& step);
  Result<std::vector<PoseFrame>> PosesInTurn(const Frame& frame, LiveStep& step);
  Result<std::vector<PoseFrame>> Renew(const Frame& frame, LiveStep& step);
  Result<void> CatchUpBefore(const Frame& frame, bool late, LiveStep& step);
  Result<void> Follow(const Frame& frame, bool late, const Shown& shown, LiveStep& step);
  void StopBeingBehind();
  Result<void> Keep(const Frame& frame, const Shown& shown, LiveStep& step);
  void BeginAt(Timestamp noticed, LiveStep& step);
  void GiveUpOldest(LiveStep& step);
  void Analyze(const Frame& frame, std::span<const PoseFrame> poses, LiveStep& step);
  void Take(std::vector<AthleteStep> steps, Timestamp t, LiveStep& step);
  void Count(Timestamp t, int width, int height);

  const Sport sport_;
  PoseEstimator* estimator_;
  LiveSessionOptions options_;
  std::optional<Tracker> tracker_;   ///< after the newest picture that was looked at
  std::optional<Tracker> analysed_;  ///< while behind: after the last one that was analysed
  Athletes athletes_;
  Brightness brightness_;
  Framing framing_;
  MotionSense motion_;
  std::deque<Kept> kept_;
  std::size_t kept_bytes_ = 0;
  std::size_t unseen_bytes_ = 0;  ///< kept since the last look
  bool behind_ = false;
  std::optional<Incomplete> incomplete_;  ///< the newest one: shown, and not yet used
  std::optional<std::int64_t> onset_us_;  ///< of the last movement that was caught up with
  bool moving_ = true;
  std::optional<std::int64_t> last_motion_us_;
  std::int64_t last_look_us_ = 0;
  std::set<std::pair<TrackId, int>> unconfirmed_;
  std::int64_t unconfirmed_since_us_ = 0;
  std::int64_t frames_ = 0;
  Timestamp first_, last_;
  int width_ = 0;
  int height_ = 0;
};

void LiveSession::Impl::Count(Timestamp t, int width, int height) {
  if (frames_++ == 0) first_ = t;
  last_ = t;
  width_ = width;
  height_ = height;
  if (!last_motion_us_) last_motion_us_ = t.us;
}

Result<LiveStep> LiveSession::Impl::Push(const Frame& frame, bool late, const Shown& shown) {
  LiveStep step;
  if (auto done = Complete(step); !done) return tl::unexpected(done.error());
  Count(frame.t, frame.width, frame.height);
  brightness_.Observe(frame);
  if (auto done = CatchUpBefore(frame, late, step); !done) return tl::unexpected(done.error());
  if (!LooksAtAll()) {
    if (motion_.Moves(frame)) last_motion_us_ = frame.t.us;
    const bool waits =
        !unconfirmed_.empty() && frame.t.us - unconfirmed_since_us_ < kLongestWait_us;
    // Not by behind_, so that it does not matter how soon the session has caught up.
    const bool begun = onset_us_ && frame.t.us - *onset_us_ < kBegun_us;
    moving_ = waits || begun || frame.t.us - *last_motion_us_ < kSettle_us;
  }
  if (moving_ && !kept_.empty() && !Behind()) {
    BeginAt(frame.t, step);
    behind_ = true;
    onset_us_ = frame.t.us;
  }
  if (moving_ && late && !Behind()) {
    behind_ = true;
    analysed_ = tracker_;
  }
  if (moving_ && Behind()) {
    for (auto kept = kept_.rbegin(); kept != kept_.rend() && !kept->wanted; ++kept) {
      kept->wanted = true;
    }
  }
  const auto done = Behind()  ? Follow(frame, late, shown, step)
                    : moving_ ? FindPoses(frame, Use::kAnalyse, shown, step)
                              : Keep(frame, shown, step);
  if (!done) return tl::unexpected(done.error());
  step.hints = framing_.hints();
  return step;
}

Result<void> LiveSession::Impl::CatchUpBefore(const Frame& frame, bool late, LiveStep& step) {
  const bool near = !late && kept_.size() <= kNear;
  while (Behind() && (near || kept_bytes_ + BytesOf(frame) > 2 * options_.max_kept_bytes)) {
    if (auto done = LookAtOldest(step); !done) return done;
  }
  return {};
}

/// A picture that came while the session is behind: shown, if the last one that was is old.
Result<void> LiveSession::Impl::Follow(const Frame& frame, bool late, const Shown& shown,
                                       LiveStep& step) {
  const auto interval_us =
      moving_ ? kShownWhileBehind_us : static_cast<std::int64_t>(1e6 / options_.still_fps);
  const bool show = !late && frame.t.us - last_look_us_ >= interval_us;
  if (show) {
    if (auto found = FindPoses(frame, Use::kShow, shown, step); !found) return found;
  }
  kept_bytes_ += BytesOf(frame);
  kept_.push_back({.frame = frame, .shown = show, .wanted = moving_});
  return {};
}

/// The newest picture's poses, into the step. Those who were followed are shown first; where there
/// is somebody, the rest is left for Complete().
Result<void> LiveSession::Impl::FindPoses(const Frame& frame, Use use, const Shown& shown,
                                          LiveStep& step) {
  step.inferred = true;
  ++step.looks;
  last_look_us_ = frame.t.us;
  {
    Stopwatch stopwatch(step.pose_s);
    auto poses = tracker_->Follow(frame);
    if (!poses) return tl::unexpected(poses.error());
    step.poses = std::move(*poses);
    if (shown && !step.poses.empty()) shown(step.poses, stopwatch.Seconds());
  }
  incomplete_ = {frame, use, step.poses};
  if (shown && !step.poses.empty()) return {};
  if (auto done = Complete(step); !done) return done;
  if (shown) shown(step.poses, step.pose_s);
  return {};
}

/// People are looked for who were not followed, and the picture is put to its use. One that is only
/// shown needs them where there was nobody; of a still one small people can wait.
Result<void> LiveSession::Impl::Complete(LiveStep& step) {
  if (!incomplete_) return {};
  auto [frame, use, followed] = *std::exchange(incomplete_, std::nullopt);
  step.poses = std::move(followed);
  const bool put_off =
      use == Use::kKeep && tracker_->RenewalIsDue(frame.t) && !LooksForNewcomers(frame.t);
  if (!put_off && (use != Use::kShow || step.poses.empty())) {
    Stopwatch stopwatch(step.pose_s);
    auto poses = tracker_->Search(frame, use != Use::kKeep);
    if (!poses) return tl::unexpected(poses.error());
    step.poses = std::move(*poses);
  }
  framing_.Observe(frame.t, frame.width, frame.height, step.poses, brightness_.Dark());
  if (!onset_us_ || frame.t.us - *onset_us_ >= kBegun_us) motion_.Watch(step.poses);
  if (use == Use::kAnalyse) Analyze(frame, step.poses, step);
  if (use == Use::kKeep) {
    kept_.back().poses = step.poses;
    kept_.back().tracker = *tracker_;
    if (put_off) tracker_->PutOffRenewal(frame.t);
  }
  return {};
}

Result<LiveStep> LiveSession::Impl::Complete() {
  LiveStep step;
  if (auto done = Complete(step); !done) return tl::unexpected(done.error());
  step.hints = framing_.hints();
  return step;
}

Result<LiveStep> LiveSession::Impl::CatchUp(int most) {
  LiveStep step;
  if (auto done = Complete(step); !done) return tl::unexpected(done.error());
  for (int i = 0; i < most && Behind(); ++i) {
    if (auto done = LookAtOldest(step); !done) return tl::unexpected(done.error());
  }
  step.hints = framing_.hints();
  return step;
}

/// Analyses the oldest kept picture. Of a movement the first one has been looked at; the looks at
/// later ones were made without the pictures between.
Result<void> LiveSession::Impl::LookAtOldest(LiveStep& step) {
  if (!kept_.front().wanted) return Rest(step);
  Kept kept = std::move(kept_.front());
  kept_.pop_front();
  kept_bytes_ -= BytesOf(kept.frame);
  if (!analysed_) {
    const bool renews = kept.RenewalIsDue();
    analysed_ = std::move(kept.tracker);
    if (renews) {
      auto poses = Renew(kept.frame, step);
      if (!poses) return tl::unexpected(poses.error());
      kept.poses = std::move(*poses);
    }
  } else {
    auto poses = PosesInTurn(kept.frame, step);
    if (!poses) return tl::unexpected(poses.error());
    kept.poses = std::move(*poses);
    step.caught_up += kept.shown ? 0 : 1;
  }
  Analyze(kept.frame, *kept.poses, step);
  if (kept_.empty()) StopBeingBehind();
  return {};
}

/// Nobody has moved since the oldest kept picture: it is looked at, the others are kept as if the
/// session had not been behind.
Result<void> LiveSession::Impl::Rest(LiveStep& step) {
  Kept& first = kept_.front();
  auto poses = PosesInTurn(first.frame, step);
  if (!poses) return tl::unexpected(poses.error());
  step.caught_up += first.shown ? 0 : 1;
  first.poses = std::move(*poses);
  first.tracker = tracker_ = std::move(analysed_);
  last_look_us_ = first.frame.t.us;
  analysed_.reset();
  behind_ = false;
  unseen_bytes_ = kept_bytes_ - BytesOf(first.frame);
  return {};
}

/// A failure ends being behind.
Result<std::vector<PoseFrame>> LiveSession::Impl::PosesInTurn(const Frame& frame, LiveStep& step) {
  Stopwatch stopwatch(step.pose_s);
  auto poses = analysed_->Track(frame);
  ++step.looks;
  if (!poses) StopBeingBehind();
  return poses;
}

/// What was put off while nothing moved: everyone in the picture. A failure ends being behind.
Result<std::vector<PoseFrame>> LiveSession::Impl::Renew(const Frame& frame, LiveStep& step) {
  Stopwatch stopwatch(step.pose_s);
  auto poses = analysed_->Search(frame, false);
  if (!poses) StopBeingBehind();
  return poses;
}

void LiveSession::Impl::StopBeingBehind() {
  tracker_ = std::move(analysed_);
  analysed_.reset();
  behind_ = false;
  kept_.clear();
  kept_bytes_ = 0;
}

Result<void> LiveSession::Impl::Keep(const Frame& frame, const Shown& shown, LiveStep& step) {
  const auto keep_us = static_cast<std::int64_t>(options_.keep_s * 1e6);
  while (!kept_.empty() && (frame.t.us - kept_.front().frame.t.us > keep_us ||
                            kept_bytes_ + BytesOf(frame) > options_.max_kept_bytes)) {
    GiveUpOldest(step);
  }
  // The first picture of each interval, so that the tracker starts afresh where it does in a file.
  // Frames of a nominal rate come a little early or late. Catching up starts from a picture that
  // was looked at: the first one kept is, and another one before half of the room is full.
  const auto interval = [this](std::int64_t t_us) {
    return std::floor((static_cast<double>(t_us) * 1e-6 + 1e-3) * options_.still_fps);
  };
  unseen_bytes_ += BytesOf(frame);
  const bool look = kept_.empty() || interval(frame.t.us) != interval(last_look_us_) ||
                    unseen_bytes_ > options_.max_kept_bytes / 2;
  kept_.push_back({.frame = frame, .shown = look});
  kept_bytes_ += BytesOf(frame);
  if (!look) return {};
  unseen_bytes_ = 0;
  auto found = FindPoses(frame, Use::kKeep, shown, step);
  if (!found) {
    kept_bytes_ -= BytesOf(frame);
    kept_.pop_back();
  }
  return found;
}

/// The last picture in which the tracker started afresh, long enough before the movement was
/// noticed: from there on all is as in a file.
void LiveSession::Impl::BeginAt(Timestamp noticed, LiveStep& step) {
  const auto begin = std::find_if(kept_.rbegin(), kept_.rend(), [&](const Kept& kept) {
    return kept.Renews() && noticed.us - kept.frame.t.us >= kLead_us;
  });
  if (begin == kept_.rend()) return;
  const Timestamp t = begin->frame.t;
  while (kept_.front().frame.t < t) GiveUpOldest(step);
}

/// The oldest kept picture is analysed if it was looked at; then all up to the next such one go.
void LiveSession::Impl::GiveUpOldest(LiveStep& step) {
  do {
    Kept kept = std::move(kept_.front());
    kept_.pop_front();
    kept_bytes_ -= BytesOf(kept.frame);
    if (kept.poses) {
      Analyze(kept.frame, *kept.poses, step);
    } else {
      step.skipped += kept.shown ? 0 : 1;
    }
  } while (!kept_.empty() && !kept_.front().poses);
}

void LiveSession::Impl::Analyze(const Frame& frame, std::span<const PoseFrame> poses,
                                LiveStep& step) {
  Stopwatch stopwatch(step.analysis_s);
  Take(athletes_.Observe(frame, poses), frame.t, step);
}

void LiveSession::Impl::Take(std::vector<AthleteStep> steps, Timestamp t, LiveStep& step) {
  for (AthleteStep& one : steps) {
    for (const Rep& rep : one.step.reps) {
      const std::pair key(one.track, rep.index);
      if (rep.status == RepStatus::kConfirmed) {
        unconfirmed_.erase(key);
      } else {
        unconfirmed_.insert(key);
        unconfirmed_since_us_ = t.us;
      }
    }
    step.steps.push_back(std::move(one));
  }
}

LiveStep LiveSession::Impl::Push(Timestamp t, std::vector<PoseFrame> poses) {
  LiveStep step;
  Count(t, poses.empty() ? width_ : poses[0].image_width,
        poses.empty() ? height_ : poses[0].image_height);
  step.inferred = true;
  framing_.Observe(t, width_, height_, poses, false);
  {
    Stopwatch stopwatch(step.analysis_s);
    Take(athletes_.Observe(t, poses), t, step);
  }
  step.poses = std::move(poses);
  step.hints = framing_.hints();
  return step;
}

Result<LiveStep> LiveSession::Impl::Finish() {
  LiveStep step;
  if (auto done = Complete(step); !done) return tl::unexpected(done.error());
  while (Behind()) {
    if (auto done = LookAtOldest(step); !done) return tl::unexpected(done.error());
  }
  // Nothing moved in what is kept: what was looked at is enough.
  while (!kept_.empty()) GiveUpOldest(step);
  Stopwatch stopwatch(step.analysis_s);
  Take(athletes_.Finish(), last_, step);
  return step;
}

AnalysisResult LiveSession::Impl::TakeResult() {
  AnalysisResult result;
  result.sport = sport_.id;
  result.source.width = width_;
  result.source.height = height_;
  result.source.frames = frames_;
  result.source.capture_fps = options_.capture_fps;
  if (frames_ > 1) {
    const double shown = last_.Seconds() - first_.Seconds();
    result.source.duration_s = shown + shown / static_cast<double>(frames_ - 1);
  }
  if (brightness_.Dark()) result.quality.flags.emplace_back(flag::kDark);
  std::move(athletes_).Fill(frames_, std::nullopt, result);
  if (estimator_ != nullptr) {
    result.provenance.model_name = estimator_->Model().name;
    result.provenance.model_sha256 = estimator_->Model().sha256;
  } else {
    result.provenance.model_name = options_.athlete.pose_model;
  }
  return result;
}

LiveSession::LiveSession(Sport sport, PoseEstimator* estimator, LiveSessionOptions options)
    : impl_(std::make_unique<Impl>(std::move(sport), estimator, std::move(options))) {}
LiveSession::~LiveSession() = default;
Result<LiveStep> LiveSession::Push(const Frame& frame, bool late, const Shown& shown) {
  return impl_->Push(frame, late, shown);
}
bool LiveSession::TakesLate() const { return impl_->TakesLate(); }
LiveStep LiveSession::Push(Timestamp t, std::vector<PoseFrame> poses) {
  return impl_->Push(t, std::move(poses));
}
bool LiveSession::Moving() const { return impl_->Moving(); }
bool LiveSession::Behind() const { return impl_->Behind(); }
bool LiveSession::Incomplete() const { return impl_->HasIncomplete(); }
Result<LiveStep> LiveSession::Complete() { return impl_->Complete(); }
Result<LiveStep> LiveSession::CatchUp(int most) { return impl_->CatchUp(most); }
Result<LiveStep> LiveSession::Finish() { return impl_->Finish(); }
AnalysisResult LiveSession::TakeResult() { return impl_->TakeResult(); }

}  // namespace plyo
