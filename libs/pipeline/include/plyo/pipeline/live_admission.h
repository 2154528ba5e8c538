#pragma once

#include <cstdint>

namespace plyo {

/// CPU that pictures cost on this machine, ms each, as measured.
struct LiveCosts {
  double decode_ms = 0.6;
  double pose_ms = 6.5;  ///< crop and model
  double analysis_ms = 0.5;

  /// Takes over what `pictures` of each kind cost together; few of them weigh little.
  void MeasureDecode(double sum_ms, std::int64_t pictures);
  void MeasurePose(double sum_ms, std::int64_t pictures);
  void MeasureAnalysis(double sum_ms, std::int64_t pictures);
};

/// What a session will send.
struct LiveDemand {
  double fps = 30;
  double still_fps = 4;        ///< looked at while nothing moves
  bool landmarks = false;      ///< the pose is found by the client
  double relative_pixels = 1;  ///< of its pictures, to 640x480: decoding grows with it
};

/// Share of the time in which the athlete of a coaching session moves, with what is caught up and
/// looked at after the movement: he jumps, talks, rests.
inline constexpr double kCoachingShare = 0.3;
/// The share of one core's time up to which its sessions keep their delay: beyond, pictures wait
/// for each other for longer than the 50 ms that were promised.
inline constexpr double kFullLoad = 0.85;

/// Cores that a session takes, of which the athlete moves for `share` of the time.
double ExpectedLoad(const LiveDemand& demand, const LiveCosts& costs, double share);

/// The share of the time that an athlete moves of whom so many pictures a second are looked at.
double ShareFromLooks(const LiveDemand& demand, double looks_per_s);

/// What is known of one worker.
struct WorkerLoad {
  double expected = 0;  ///< sum of ExpectedLoad over its sessions
  double measured = 0;  ///< share of its core's time that it used of late
  double p95_ms = 0;    ///< of late, from the socket to the skeleton; 0: none were sent

  double Load() const { return expected > measured ? expected : measured; }
};

/// Whether one more session of this load leaves the others' delay as it is.
bool Admits(const WorkerLoad& worker, double session_load);
/// How many more would be admitted.
int Room(const WorkerLoad& worker, double session_load);

}  // namespace plyo
