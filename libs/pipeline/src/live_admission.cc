#include "plyo/pipeline/live_admission.h"

#include <algorithm>
#include <cmath>

namespace plyo {
namespace {

// So many pictures decide half of the mean, at most.
constexpr double kMemory = 200;
constexpr double kLongestDelay_ms = 45;
// Of a normal distribution, a fifth lies above so many standard deviations.
constexpr double kSpread = 0.84;
constexpr int kMostRoom = 10'000;

}  // namespace

void LiveCost::Measure(double sum_ms, std::int64_t count) {
  if (count <= 0 || !std::isfinite(sum_ms) || sum_ms < 0) return;
  const auto number = static_cast<double>(count);
  const double weight = number / (number + pictures);
  ms += weight * (sum_ms / number - ms);
  pictures = std::min(pictures + number, kMemory);
}

SessionLoad& SessionLoad::operator+=(const SessionLoad& other) {
  mean += other.mean;
  variance += other.variance;
  return *this;
}

double SessionLoad::Peak() const { return mean + kSpread * std::sqrt(variance); }

SessionLoad ExpectedLoad(const LiveDemand& demand, const LiveCosts& costs, double share) {
  if (demand.landmarks) return {demand.fps * costs.analysis.ms * 1e-3, 0};
  const double decoded = demand.fps * costs.decode.ms * demand.relative_pixels * 1e-3;
  const double look = (costs.pose.ms + costs.analysis.ms) * 1e-3;
  const double moving = demand.fps * look;
  const double still = std::min(demand.still_fps, demand.fps) * look;
  return {decoded + share * moving + (1 - share) * still,
          share * (1 - share) * (moving - still) * (moving - still)};
}

double ShareFromLooks(const LiveDemand& demand, double looks_per_s) {
  const double still_fps = std::min(demand.still_fps, demand.fps);
  if (demand.landmarks || demand.fps <= still_fps) return 1;
  return std::clamp((looks_per_s - still_fps) / (demand.fps - still_fps), 0.0, 1.0);
}

double WorkerLoad::Load() const {
  return SessionLoad{std::max(expected.mean, measured), expected.variance}.Peak();
}

void WorkerLoad::Add(const SessionLoad& session) {
  expected += session;
  measured += session.mean;
}

bool Admits(WorkerLoad worker, const SessionLoad& session) {
  if (worker.expected.mean <= 0) return true;
  worker.Add(session);
  return worker.p95_ms <= kLongestDelay_ms && worker.Load() <= kFullLoad;
}

int Room(WorkerLoad worker, const SessionLoad& session) {
  int room = 0;
  for (; room < kMostRoom && Admits(worker, session); ++room) worker.Add(session);
  return room;
}

}  // namespace plyo
