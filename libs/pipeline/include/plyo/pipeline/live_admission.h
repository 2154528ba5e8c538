#pragma once

#include <cstdint>

namespace plyo {

/// What a picture costs of the processor's time on this machine, as measured.
struct LiveCost {
  double ms = 0;
  double pictures = 10;  ///< so many weigh as much as the next

  /// Takes over what `count` pictures cost together; few of them weigh little, unless they are the
  /// first.
  void Measure(double sum_ms, std::int64_t count);
};

struct LiveCosts {
  LiveCost decode{.ms = 0.6};
  LiveCost pose{.ms = 6.5};  ///< crop and model
  LiveCost analysis{.ms = 0.5};
};

/// What a session will send.
struct LiveDemand {
  double fps = 30;
  double still_fps = 3;        ///< looked at while nothing moves
  bool landmarks = false;      ///< the pose is found by the client
  double relative_pixels = 1;  ///< of its pictures, to 640x480: decoding grows with it
};

/// Share of the time in which the athlete of a coaching session moves, with what is caught up and
/// looked at after the movement: he jumps, talks, rests.
inline constexpr double kCoachingShare = 0.35;
/// The share of one core's time up to which its sessions keep their delay: beyond, pictures wait
/// for each other for longer than the 50 ms that were promised.
inline constexpr double kFullLoad = 0.95;

/// Cores that sessions take: on average, and how far from it they are when more or fewer athletes
/// move at a time than usual. Athletes move independently, so that both add up.
struct SessionLoad {
  double mean = 0;
  double variance = 0;

  SessionLoad& operator+=(const SessionLoad& other);
  /// What they take at most, but for one moment in five.
  double Peak() const;
};

/// Of a session of which the athlete moves for `share` of the time.
SessionLoad ExpectedLoad(const LiveDemand& demand, const LiveCosts& costs, double share);

/// The share of the time that an athlete moves of whom so many pictures a second are looked at.
double ShareFromLooks(const LiveDemand& demand, double looks_per_s);

/// What is known of one worker.
struct WorkerLoad {
  SessionLoad expected;  ///< sum of ExpectedLoad over its sessions
  double measured = 0;   ///< share of its core's time that it used of late
  double p95_ms = 0;     ///< of late, from the socket to the skeleton; 0: none were sent

  double Load() const;  ///< what has to be reckoned with
  void Add(const SessionLoad& session);
};

/// Whether one more session of this load leaves the others' delay as it is. A worker that has none
/// takes any.
bool Admits(WorkerLoad worker, const SessionLoad& session);
/// How many more would be admitted.
int Room(WorkerLoad worker, const SessionLoad& session);

}  // namespace plyo
