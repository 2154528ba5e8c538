#include "plyo/pipeline/live_admission.h"

#include <algorithm>
#include <cmath>

namespace plyo {
namespace {

// So many pictures decide half of the mean.
constexpr double kMemory = 200;
constexpr double kLongestDelay_ms = 45;

void Measure(double& mean_ms, double sum_ms, std::int64_t pictures) {
  if (pictures <= 0 || !std::isfinite(sum_ms) || sum_ms < 0) return;
  const auto count = static_cast<double>(pictures);
  const double weight = count / (count + kMemory);
  mean_ms += weight * (sum_ms / count - mean_ms);
}

}  // namespace

void LiveCosts::MeasureDecode(double sum_ms, std::int64_t pictures) {
  Measure(decode_ms, sum_ms, pictures);
}
void LiveCosts::MeasurePose(double sum_ms, std::int64_t pictures) {
  Measure(pose_ms, sum_ms, pictures);
}
void LiveCosts::MeasureAnalysis(double sum_ms, std::int64_t pictures) {
  Measure(analysis_ms, sum_ms, pictures);
}

double ExpectedLoad(const LiveDemand& demand, const LiveCosts& costs, double share) {
  if (demand.landmarks) return demand.fps * costs.analysis_ms * 1e-3;
  const double looked_at =
      share * demand.fps + (1 - share) * std::min(demand.still_fps, demand.fps);
  return (demand.fps * costs.decode_ms * demand.relative_pixels +
          looked_at * (costs.pose_ms + costs.analysis_ms)) *
         1e-3;
}

double ShareFromLooks(const LiveDemand& demand, double looks_per_s) {
  const double still_fps = std::min(demand.still_fps, demand.fps);
  if (demand.landmarks || demand.fps <= still_fps) return 1;
  return std::clamp((looks_per_s - still_fps) / (demand.fps - still_fps), 0.0, 1.0);
}

bool Admits(const WorkerLoad& worker, double session_load) {
  return worker.p95_ms <= kLongestDelay_ms && worker.Load() + session_load <= kFullLoad;
}

int Room(const WorkerLoad& worker, double session_load) {
  if (!Admits(worker, session_load)) return 0;
  return static_cast<int>((kFullLoad - worker.Load()) / std::max(session_load, 1e-6));
}

}  // namespace plyo
