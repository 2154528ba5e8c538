#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/kinematics/landmark.h"
#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"

/// The messages of a live session as contract/stream.yaml has them: text in one line. Thread safe.
namespace plyo::live {

enum class Codec : std::uint8_t { kH264, kJpeg, kLandmarks };

/// What a client is going to send, from its `hello`.
struct Hello {
  const Sport* sport = nullptr;
  AthleteOptions athlete;
  Codec codec = Codec::kH264;
  int width = 0;  ///< px
  int height = 0;
  double fps = 0;
};

/// Reads a `hello` that begins a session. Borrows the sport. Errors: kProtocolError (not of the
/// contract), kInvalidArgument (no such sport or parameter, a value out of its range),
/// kUnsupportedCodec.
Result<Hello> ReadHello(std::string_view text, std::span<const Sport> sports);

/// Milliseconds in the server.
struct StageMs {
  double queue = 0;  ///< waiting, all in all
  double decode = 0;
  double pose = 0;
  double analysis = 0;  ///< with the search for new people; of pictures the last one's, which was
                        ///< done after its skeleton was sent and is no part of the total
  double total = 0;     ///< from the socket to the message
};

struct PoseMessage {
  std::int64_t sequence = 0;
  std::int64_t t_us = 0;  ///< on the client's clock
  int width = 0;          ///< of the picture, px
  int height = 0;
  std::span<const PoseFrame> people;
  Sex sex = Sex::kUnknown;  ///< of the athlete, for the centre of mass
  std::string_view phase;   ///< empty: not known
  StageMs timing;
};
std::string WritePose(const PoseMessage& message);

std::string WriteEvent(TrackId track, const Event& event);
/// `pose`: where it was found, `server` or `browser`.
std::string WriteRep(TrackId track, const Rep& rep, std::string_view pose = {});
/// Reads what WriteRep wrote. Errors: kInvalidDocument.
struct TrackRep {
  TrackId track = 0;
  Rep rep;
  std::string pose{};  ///< empty: not known
};
Result<TrackRep> ReadRepMessage(std::string_view text);

struct LiveMetric {
  TrackId track = 0;
  std::string id;
  double value = 0;
  std::string unit;
  std::optional<double> u;
};
std::string WriteMetric(const LiveMetric& metric);

struct Cue {
  std::string id;
  CueLevel level = CueLevel::kInfo;
  std::string metric;  ///< what it speaks of; may be empty
  std::optional<double> value;
};
std::string WriteCue(const Cue& cue);

std::string WriteQuality(std::span<const std::string> hints);

/// What the server wants from now on.
struct Capacity {
  double fps = 0;
  int width = 0;
  int height = 0;
};
std::string WriteCapacity(const Capacity& capacity);

/// Of one second.
struct TimingMessage {
  std::int64_t received = 0;
  std::int64_t inferred = 0;
  std::int64_t skipped = 0;  ///< still pictures
  std::int64_t dropped = 0;  ///< for want of time
  StageMs p50;
  StageMs p95;
};
std::string WriteTiming(const TimingMessage& message);

std::string WriteResult(const AnalysisResult& result);

}  // namespace plyo::live
