#pragma once

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <optional>

namespace plyo::service {

/// µs of the machine's steady clock, the same in every process.
inline std::int64_t NowUs() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return std::int64_t{t.tv_sec} * 1'000'000 + t.tv_nsec / 1000;
}

/// From when the times of a connection count, µs of the client's clock: from the session's begin
/// (`begun_us`, if there was a connection before), or from its own where its clock is another one:
/// begun anew, or days ahead.
inline std::int64_t FirstCapture(std::optional<std::int64_t> begun_us, std::int64_t capture_us) {
  constexpr std::int64_t kLongestSession_us = 86'400'000'000;
  const bool goes_on =
      begun_us && *begun_us <= capture_us && capture_us - *begun_us < kLongestSession_us;
  return goes_on ? *begun_us : capture_us;
}

/// CPU that this process has used so far, ms.
inline double ProcessCpuMs() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) * 1e-6;
}

/// CPU since ProcessCpuMs() said `begin_ms`; never less than none, however the sums are rounded.
inline double CpuMsSince(double begin_ms) { return std::max(ProcessCpuMs() - begin_ms, 0.0); }

/// The processor's time shared out as the clock's is. Both are at least zero: a difference might
/// be rounded below it.
struct CpuShares {
  double pose_ms = 0;
  double analysis_ms = 0;
};
inline CpuShares ShareCpu(double cpu_ms, double pose_s, double analysis_s) {
  const double wall_s = pose_s + analysis_s;
  if (!(wall_s > 0)) return {0, cpu_ms};
  return {cpu_ms * (pose_s / wall_s), cpu_ms * (analysis_s / wall_s)};
}

}  // namespace plyo::service
