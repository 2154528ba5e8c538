#include "worker_session.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <iterator>
#include <utility>

#include "clocks.h"
#include "landmark_payload.h"

namespace plyo::service {
namespace {

// While somebody moves, what is older than this is not shown where something newer is there, and
// is kept for later as long as there is room. While nobody does, and where the client has looked
// itself, a picture costs next to nothing and what was missed cannot be caught up with.
constexpr std::int64_t kMovingPatience_us = 30'000;
constexpr std::int64_t kStillPatience_us = 1'000'000;
// But who moves goes first; only for so long, or it would not be noticed that somebody else does.
constexpr std::int64_t kStillMayWait_us = 60'000;
// However much waits, after so much of the processor's time on it, and a look or two, others have
// their turn.
constexpr double kLongestTurn_ms = 10;
// What a session may send, in times of the rate that it has announced and was admitted with, and
// for how long at once: what a network held back for ten seconds may come.
constexpr double kMostRate = 2;
constexpr double kMostRateOver_s = 5;
constexpr std::size_t kMostWaitingBytes = 16U << 20;
// And of how many bytes a picture may be on average: twice what good JPEG takes, and for small ones
// what six persons' landmarks do. A megabyte each would be decoded for the price of an ordinary
// one.
constexpr double kMostBytesPerPixel = 0.5;
constexpr double kMostBytesOfSmall = 16U << 10;
// Fewer pictures a second of the camera, over so long, make wide intervals: it is dark, or it can
// do no more.
constexpr double kFewPictures = 20;
constexpr std::int64_t kFewOver_us = 2'000'000;
// A track costs little once its athlete has left, but a client can name as many as it likes.
constexpr std::size_t kMostTracks = 10'000;

double MostBytes(const live::Hello& hello) {
  return kMostRate * hello.fps *
         std::max(kMostBytesPerPixel * hello.width * hello.height, kMostBytesOfSmall);
}

}  // namespace

WorkerSession::WorkerSession(live::Hello hello, PoseEstimator& estimator, Send send)
    : hello_(std::move(hello)),
      estimator_(estimator),
      send_(std::move(send)),
      record_(*hello_.sport, hello_.codec == live::Codec::kLandmarks,
              hello_.codec == live::Codec::kLandmarks ? "browser" : "server"),
      session_(*hello_.sport, hello_.codec == live::Codec::kLandmarks ? nullptr : &estimator_,
               {.athlete = hello_.athlete, .capture_fps = hello_.fps}),
      arrivals_(kMostRate * hello_.fps, kMostRateOver_s),
      captures_(kMostRate * hello_.fps, kMostRateOver_s),
      bytes_(MostBytes(hello_), kMostRateOver_s),
      rate_(hello_.fps) {}

Result<std::unique_ptr<WorkerSession>> WorkerSession::Open(const LiveSessionSpec& spec,
                                                           std::span<const Sport> sports,
                                                           PoseEstimator& estimator, Send send) {
  auto hello = live::ReadHello(spec.hello_json, sports);
  if (!hello) return tl::unexpected(hello.error());
  std::unique_ptr<WorkerSession> session(
      new WorkerSession(std::move(*hello), estimator, std::move(send)));
  session->begun_us_ = spec.first_capture_us;
  if (auto restored = session->record_.Restore(spec.stored_reps); !restored) {
    return tl::unexpected(restored.error());
  }
  if (session->hello_.codec == live::Codec::kLandmarks) return session;
  auto decoder = MakeStreamDecoder(
      {session->hello_.codec == live::Codec::kJpeg ? StreamCodec::kJpeg : StreamCodec::kH264,
       session->hello_.width, session->hello_.height, MostSkipped(session->hello_.fps)});
  if (!decoder) return tl::unexpected(decoder.error());
  session->decoder_ = std::move(*decoder);
  return session;
}

Result<void> WorkerSession::Check(const MediaMessage& media) {
  if (media.kind != KindOf(hello_.codec)) {
    return Fail(ErrorCode::kUnsupportedCodec,
                fmt::format("picture {} is of another codec than `hello` named", media.sequence));
  }
  if (media.width != hello_.width || media.height != hello_.height) {
    return Fail(
        ErrorCode::kUnsupportedCodec,
        fmt::format("picture {} is {}x{} and not {}x{} as `hello` named; begin a new "
                    "session for another size",
                    media.sequence, media.width, media.height, hello_.width, hello_.height));
  }
  if (first_us_ && (media.capture_us < last_us_ || media.sequence <= last_sequence_)) {
    return Fail(ErrorCode::kProtocolError,
                fmt::format("picture {} is not after picture {}: times and numbers of pictures "
                            "never go back",
                            media.sequence, last_sequence_));
  }
  return {};
}

Result<std::optional<Frame>> WorkerSession::Decode(Waiting& waiting, LoadReport& load) {
  const MediaMessage& media = waiting.media;
  const std::int64_t begin_us = NowUs();
  const double begin_cpu_ms = ProcessCpuMs();
  auto frame = decoder_->Decode(media.payload, media.sequence, TimeOf(waiting));
  waiting.decode_ms = static_cast<double>(NowUs() - begin_us) * 1e-3;
  load.decode_cpu_ms += CpuMsSince(begin_cpu_ms);
  ++load.decoded;
  if (frame && !*frame) CountDropped(1);
  if (frame && waiting.again) return std::nullopt;
  return frame;
}

Result<void> WorkerSession::Receive(TimedMedia timed) {
  MediaMessage& media = timed.media;
  if (auto sound = Check(media); !sound) return sound;
  if (!first_us_) first_us_ = FirstCapture(begun_us_, media.capture_us);
  // Two pictures of one instant are one picture.
  const bool again = last_sequence_ >= 0 && media.capture_us == last_us_;
  last_us_ = media.capture_us;
  last_sequence_ = media.sequence;
  WatchCamera(media.sequence, media.capture_us);
  ++counts_.received;
  if (!gaps_.Passes(media, HasRoom(timed))) {
    ++given_up_;
    CountDropped(1);
    return {};
  }
  if (again && hello_.codec != live::Codec::kH264) return {};
  waiting_bytes_ += media.payload.size();
  waiting_.Add({.media = std::move(media), .received_us = timed.received_us, .again = again},
               timed.received_us);
  return {};
}

/// By the times at which pictures come: what is looked at. By those at which they were taken: what
/// is remembered of the last seconds.
bool WorkerSession::HasRoom(const TimedMedia& timed) {
  return waiting_bytes_ + timed.media.payload.size() <= kMostWaitingBytes &&
         arrivals_.Take(timed.received_us) && captures_.Take(timed.media.capture_us) &&
         bytes_.Take(timed.received_us, static_cast<double>(timed.media.payload.size()));
}

Result<LiveStep> WorkerSession::Look(Waiting& waiting, LoadReport& load, bool& seen) {
  const Shown shown = [&](const std::vector<PoseFrame>& poses, double pose_s) {
    Tell(waiting, poses,
         {.decode = waiting.decode_ms,
          .pose = pose_s * 1e3,
          .analysis = std::exchange(after_ms_, -pose_s * 1e3)});
  };
  if (hello_.codec == live::Codec::kLandmarks) {
    const Timestamp t = TimeOf(waiting);
    auto poses = ReadLandmarks(waiting.media, t);
    if (!poses) return tl::unexpected(poses.error());
    for (const PoseFrame& pose : *poses) tracks_.insert(pose.track);
    if (tracks_.size() > kMostTracks) {
      return Fail(ErrorCode::kInvalidLandmarks,
                  fmt::format("more than {} tracks in one session; a track is one person, from "
                              "picture to picture",
                              kMostTracks));
    }
    LiveStep step = session_.Push(t, std::move(*poses));
    Tell(waiting, step.poses, {.analysis = step.analysis_s * 1e3});
    return step;
  }
  auto frame = Decode(waiting, load);
  if (!frame) return tl::unexpected(frame.error());
  seen = frame->has_value();
  if (!seen) return LiveStep{};
  return session_.Push(**frame, waiting.late, shown);
}

bool WorkerSession::HasUrgentPictures(std::int64_t now_us) const {
  return HasPictures() && (session_.Moving() || waiting_.WaitedUs(now_us) > kStillMayWait_us);
}

Result<void> WorkerSession::Work(bool others_wait, LoadReport& load) {
  const bool costly = decoder_ && (session_.Moving() || session_.Behind());
  const std::int64_t patience_us = costly ? kMovingPatience_us : kStillPatience_us;
  const std::int64_t now_us = NowUs();  // of the whole turn: what is the newest now is shown
  // What is late is kept, and comes before what is shown; so does what needs no look.
  bool looked = false;
  const double begin_cpu_ms = ProcessCpuMs();
  while (!looked && !waiting_.Empty() && CpuMsSince(begin_cpu_ms) < kLongestTurn_ms) {
    auto waiting = waiting_.TakeLate(now_us, patience_us);
    const bool late = waiting.has_value();
    if (!late) waiting = waiting_.Take();
    waiting_bytes_ -= waiting->media.payload.size();
    if (late && !(decoder_ && session_.TakesLate())) {
      if (auto given_up = GiveUp(*waiting, load); !given_up) return given_up;
      continue;
    }
    waiting->late = late;
    const auto shown = Show(*waiting, load);
    if (!shown) return tl::unexpected(shown.error());
    looked = *shown;
  }
  // A little in every turn, so that what others wait for is not long behind it.
  if (session_.Behind()) return DoWhatIsLeft(looked || !waiting_.Empty() ? 1 : 2, load);
  if (session_.Incomplete() && !others_wait) return DoWhatIsLeft(0, load);
  return waiting_.Empty() && ending_ && !looked ? Finish() : Result<void>();
}

/// Whether the model looked at it.
Result<bool> WorkerSession::Show(Waiting& waiting, LoadReport& load) {
  bool seen = true;
  const double decode_before_ms = load.decode_cpu_ms;
  const double begin_cpu_ms = ProcessCpuMs();
  auto step = Look(waiting, load, seen);
  if (!step) return tl::unexpected(step.error());
  if (!seen) return false;
  const bool looked = step->looks > 0;
  Count(*step, CpuMsSince(begin_cpu_ms + (load.decode_cpu_ms - decode_before_ms)), load);
  if (decoder_) after_ms_ += (step->pose_s + step->analysis_s) * 1e3;
  Say(std::move(*step));
  return looked;
}

/// There is a newer one, and no room to keep it: lost, but for those of H.264 that refer to it.
Result<void> WorkerSession::GiveUp(Waiting& waiting, LoadReport& load) {
  if (hello_.codec == live::Codec::kH264) {
    const auto frame = Decode(waiting, load);
    if (!frame) return tl::unexpected(frame.error());
    if (!*frame) return {};
  }
  ++given_up_;
  CountDropped(1);
  return {};
}

Result<void> WorkerSession::DoWhatIsLeft(int looks, LoadReport& load) {
  const double begin_cpu_ms = ProcessCpuMs();
  const bool behind = session_.Behind();
  auto step = behind ? session_.CatchUp(looks) : session_.Complete();
  if (!step) return tl::unexpected(step.error());
  Count(*step, CpuMsSince(begin_cpu_ms), load);
  if (!behind) after_ms_ += (step->pose_s + step->analysis_s) * 1e3;
  Say(std::move(*step));
  return {};
}

void WorkerSession::Count(const LiveStep& step, double cpu_ms, LoadReport& load) {
  const auto shares = ShareCpu(cpu_ms, step.pose_s, step.analysis_s);
  load.pose_cpu_ms += shares.pose_ms;
  load.analysis_cpu_ms += shares.analysis_ms;
  load.inferred += step.looks;
  load.analysed += decoder_ ? 0 : 1;
  counts_.inferred += step.inferred + step.caught_up;
  untold_caught_up_ += step.caught_up;
  CountSkipped(step.skipped);
}

/// A skeleton, as soon as it is known. What the athlete does is what was known of the picture
/// before.
void WorkerSession::Tell(const Waiting& waiting, const std::vector<PoseFrame>& poses,
                         live::StageMs timing) {
  timing.total = static_cast<double>(NowUs() - waiting.received_us) * 1e-3;
  const double measured = timing.decode + timing.pose + (decoder_ ? 0 : timing.analysis);
  timing.queue = std::max(timing.total - measured, 0.0);
  times_.Add(timing);
  if (!decoder_ || session_.Moving()) delays_ms_.push_back(timing.total);
  live::PoseMessage message;
  message.sequence = waiting.media.sequence;
  message.t_us = waiting.media.capture_us;
  message.width = hello_.width;
  message.height = hello_.height;
  message.people = poses;
  message.phase = record_.PhaseOf(poses);
  message.sex = hello_.athlete.sex;
  message.timing = timing;
  LiveOutput output;
  output.json = live::WritePose(message);
  output.droppable = true;
  output.sequence = waiting.media.sequence;
  output.queue_ms = timing.queue;
  output.decode_ms = timing.decode;
  output.pose_ms = timing.pose;
  output.analysis_ms = timing.analysis;
  output.total_ms = timing.total;
  Put(std::move(output));
}

std::vector<LiveOutput> WorkerSession::Record(std::vector<AthleteStep> steps) {
  std::vector<LiveOutput> outputs;
  for (AthleteStep& one : steps) {
    std::ranges::move(record_.Take(one.track, std::move(one.step)), std::back_inserter(outputs));
  }
  return outputs;
}

/// By the pictures' numbers, so that it does not matter which of them were sent.
void WorkerSession::WatchCamera(std::int64_t sequence, std::int64_t capture_us) {
  if (!camera_since_) camera_since_ = {sequence, capture_us};
  const std::int64_t passed_us = capture_us - camera_since_->second;
  if (passed_us < kFewOver_us) return;
  const double fps = static_cast<double>(sequence - camera_since_->first) /
                     (static_cast<double>(passed_us) * 1e-6);
  // Where fewer are wanted of it, that is not the camera's doing.
  camera_slow_ = fps < kFewPictures && rate_.fps() >= hello_.fps;
  camera_since_ = {sequence, capture_us};
}

void WorkerSession::Say(LiveStep step) {
  SendSteps(std::move(step.steps));
  if (camera_slow_) step.hints.emplace_back("low_frame_rate");
  if (step.hints == hints_) return;
  hints_ = std::move(step.hints);
  SendMessage(live::WriteQuality(hints_));
}

void WorkerSession::SendSteps(std::vector<AthleteStep> steps) {
  for (LiveOutput& output : Record(std::move(steps))) Put(std::move(output));
}

void WorkerSession::Put(LiveOutput output) {
  output.skipped = static_cast<std::int32_t>(std::exchange(untold_skipped_, 0));
  output.dropped = static_cast<std::int32_t>(std::exchange(untold_dropped_, 0));
  output.caught_up = static_cast<std::int32_t>(std::exchange(untold_caught_up_, 0));
  send_(std::move(output));
}

void WorkerSession::CountSkipped(std::int64_t pictures) {
  counts_.skipped += pictures;
  untold_skipped_ += pictures;
}

void WorkerSession::CountDropped(std::int64_t pictures) {
  counts_.dropped += pictures;
  untold_dropped_ += pictures;
}

void WorkerSession::SendMessage(std::string json) {
  LiveOutput output;
  output.json = std::move(json);
  Put(std::move(output));
}

void WorkerSession::Second(double load) {
  const live::TimingMessage counts = SendTiming();
  if (counts.received == 0) return;
  if (const auto fps = rate_.Second(counts.received, counts.dropped, load)) {
    SendMessage(live::WriteCapacity({*fps, hello_.width, hello_.height}));
  }
}

live::TimingMessage WorkerSession::SendTiming() {
  live::TimingMessage counts = std::exchange(counts_, {});
  counts.p50 = times_.At(0.5);
  counts.p95 = times_.At(0.95);
  times_.Clear();
  if (counts.received > 0 || counts.inferred > 0) SendMessage(live::WriteTiming(counts));
  return counts;
}

Result<void> WorkerSession::Finish() {
  auto step = session_.Finish();
  if (!step) return tl::unexpected(step.error());
  CountSkipped(step->skipped);
  SendSteps(std::move(step->steps));
  SendTiming();
  AnalysisResult result = session_.TakeResult();
  record_.Complete(result);
  LiveOutput output;
  output.kind = LiveOutputKind::kResult;
  result.source.name = "live";
  result.provenance.plyo_version = version_;
  result.provenance.created_at =
      fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  result.quality.dropped_frames = given_up_ + (decoder_ ? decoder_->Skipped() : 0);
  output.json = live::WriteResult(result);
  if (output.json.size() > kMostTextBytes) {
    return Fail(ErrorCode::kResourceLimit,
                fmt::format("the session's result has {} bytes, and may have {}; its repetitions "
                            "are stored",
                            output.json.size(), kMostTextBytes));
  }
  Put(std::move(output));
  finished_ = true;
  return {};
}

}  // namespace plyo::service
