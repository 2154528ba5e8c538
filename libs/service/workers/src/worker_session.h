#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "live_record.h"
#include "media_kind.h"
#include "messages.h"
#include "plyo/pipeline/live_schedule.h"
#include "plyo/pipeline/live_session.h"
#include "plyo/pose/pose_estimator.h"
#include "plyo/video_ffmpeg/stream_decoder.h"
#include "plyo/wire/live_json.h"
#include "stage_times.h"

namespace plyo::service {

/// One live session in its worker: media in, messages out. Not thread safe.
class WorkerSession {
 public:
  using Send = std::function<void(LiveOutput)>;

  /// `estimator` must outlive the session. Errors: those of the hello, kInvalidDocument.
  static Result<std::unique_ptr<WorkerSession>> Open(const LiveSessionSpec& spec,
                                                     std::span<const Sport> sports,
                                                     PoseEstimator& estimator, Send send);
  /// Of the program, for the result's provenance.
  void SetVersion(std::string version) { version_ = std::move(version); }

  /// Takes a picture; it waits for Work(), or is left out where more come than were announced.
  /// Errors, after which the session is over: kProtocolError, kUnsupportedCodec.
  Result<void> Receive(TimedMedia timed);
  /// No more media come; what waits is still looked at.
  void End() { ending_ = true; }

  bool HasPictures() const { return !waiting_.Empty(); }
  /// Pictures of somebody who moves, or that have waited for long.
  bool HasUrgentPictures(std::int64_t now_us) const;
  bool HasWork() const {
    return ending_ || HasPictures() || session_.Incomplete() || session_.Behind();
  }
  /// One turn, bounded in time however much waits. Decodes what waits in order, and shows the next
  /// picture; where there is none, or none of other sessions waits, does what is left of earlier
  /// ones; sends the result where nothing is left and the session ends. Errors, after which the
  /// session is over: kInvalidLandmarks, kResourceLimit for a result that is too long, and
  /// those of the decoder and the estimator.
  Result<void> Work(bool others_wait, LoadReport& load);
  bool Finished() const { return finished_; }

  /// To be called once a second. `load`: of the worker, as AdaptiveRate has it.
  void Second(double load);

  /// Delays of the skeletons of moving athletes since the last call, ms.
  std::vector<double> TakeDelays() { return std::exchange(delays_ms_, {}); }

 private:
  struct Waiting {
    MediaMessage media;
    std::int64_t received_us = 0;
    bool again = false;  ///< the instant has been shown: decoded for those that refer to it
    bool late = false;   ///< a newer one is there
    double decode_ms = 0;
  };

  WorkerSession(live::Hello hello, PoseEstimator& estimator, Send send);
  Result<void> Check(const MediaMessage& media);
  bool HasRoom(const TimedMedia& timed);
  Timestamp TimeOf(const Waiting& waiting) const { return {waiting.media.capture_us - *first_us_}; }
  Result<std::optional<Frame>> Decode(Waiting& waiting, LoadReport& load);
  Result<LiveStep> Look(Waiting& waiting, LoadReport& load, bool& seen);
  Result<bool> Show(Waiting& waiting, LoadReport& load);
  Result<void> GiveUp(Waiting& waiting, LoadReport& load);
  Result<void> DoWhatIsLeft(int looks, LoadReport& load);
  void Count(const LiveStep& step, double cpu_ms, LoadReport& load);
  void CountSkipped(std::int64_t pictures);
  void CountDropped(std::int64_t pictures);
  void Tell(const Waiting& waiting, const std::vector<PoseFrame>& poses, live::StageMs timing);
  std::vector<LiveOutput> Record(std::vector<AthleteStep> steps);
  void Say(LiveStep step);
  void WatchCamera(std::int64_t sequence, std::int64_t capture_us);
  void SendSteps(std::vector<AthleteStep> steps);
  void SendMessage(std::string json);
  /// With what was passed over since the last output.
  void Put(LiveOutput output);
  /// What was counted since the last time, also of the last part of a second.
  live::TimingMessage SendTiming();
  Result<void> Finish();

  live::Hello hello_;
  PoseEstimator& estimator_;
  Send send_;
  LiveRecord record_;
  LiveSession session_;
  std::unique_ptr<StreamDecoder> decoder_;
  NewestWins<Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;
  TokenBucket arrivals_;
  TokenBucket captures_;
  TokenBucket bytes_;
  StreamGaps gaps_;
  AdaptiveRate rate_;
  StageTimes times_;
  live::TimingMessage counts_;  ///< since the last timing sent
  std::int64_t given_up_ = 0;   ///< newer pictures took their place, or there were too many
  std::int64_t untold_skipped_ = 0;
  std::int64_t untold_dropped_ = 0;
  std::int64_t untold_caught_up_ = 0;
  std::vector<std::string> hints_;
  std::optional<std::pair<std::int64_t, std::int64_t>> camera_since_;  ///< number and time, µs
  bool camera_slow_ = false;
  std::optional<std::int64_t> begun_us_;  ///< the session, before this connection
  std::optional<std::int64_t> first_us_;  ///< times count from it; set by the first picture
  std::int64_t last_us_ = 0;
  std::int64_t last_sequence_ = -1;
  std::set<TrackId> tracks_;  ///< of landmarks
  std::vector<double> delays_ms_;
  double after_ms_ = 0;  ///< spent on a picture after its skeleton was sent, since the last one
  std::string version_;
  bool ending_ = false;
  bool finished_ = false;
};

}  // namespace plyo::service
