#pragma once

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

}  // namespace plyo::service
