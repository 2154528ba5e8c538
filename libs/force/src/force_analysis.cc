#include "plyo/force/force_analysis.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>
#include <utility>

#include "force_jump.h"
#include "force_signal.h"
#include "force_sports.h"
#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/metric_table.h"

namespace plyo {
namespace {

using force::Found;
using force::Stretch;

constexpr double kLowestRate_hz = 100;
constexpr double kLowRate_hz = 200;
constexpr double kShortest_s = 0.5;
constexpr double kLeastPeak_n = 100;
constexpr double kLargestPeak_n = 50'000;
constexpr double kSmallOffset_n = 25;
constexpr double kBlock_s = 0.05;
constexpr double kSameLevel_n = 10;

/// "762.9" without fmt, which the core does without; of any size, since files hold anything.
std::string Text(double value) {
  std::array<char, 330> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, 1);
  std::string shown(text.data(), end.ptr);
  if (shown.ends_with(".0")) shown.resize(shown.size() - 2);
  return shown == "-0" ? "0" : shown;
}

/// The same of a factor, with as many digits as it takes.
std::string Factor(double value) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

/// The lowest level at which the force stays for a moment.
double LowestLevel(const ForceRecord& record) {
  const force::RunningLevel level(record.force_n);
  const auto block = std::max<std::size_t>(3, static_cast<std::size_t>(kBlock_s * record.rate_hz));
  std::vector<double> means;
  for (std::size_t i = 0; i + block <= record.force_n.size();
       i += std::max<std::size_t>(1, block / 4))
    means.push_back(level.Of({i, i + block}).mean);
  const double lowest = std::ranges::min(means);
  double sum = 0;
  int n = 0;
  for (const double mean : means) {
    if (mean > lowest + kSameLevel_n) continue;
    sum += mean;
    ++n;
  }
  return sum / n;
}

tl::unexpected<Error> Refuse(std::string what) {
  return Fail(ErrorCode::kInvalidForce, std::move(what));
}

Result<void> CheckSampling(const ForceRecord& record) {
  if (record.force_n.empty()) return Refuse("there are no samples of force");
  if (!(record.rate_hz >= kLowestRate_hz)) {
    return Refuse("sampled at " + Text(record.rate_hz) +
                  " Hz, which is too slow for contact times; 100 Hz is the least, 1000 Hz good");
  }
  if (record.DurationS() < kShortest_s) {
    return Refuse("only " + std::to_string(record.force_n.size()) +
                  " samples, less than half a second; is the sample rate right?");
  }
  if (!std::ranges::all_of(record.force_n, [](double f) { return std::isfinite(f); }))
    return Refuse("some samples are no numbers");
  return {};
}

/// What to subtract from the force.
Result<double> TareOf(const ForceRecord& record, const Sport& sport, const ForceOptions& options) {
  if (options.tare_n) return *options.tare_n;
  const auto [low, high] = std::ranges::minmax(record.force_n);
  if (low < -kLeastPeak_n && high < -0.3 * low && !options.find_tare) {
    return Refuse("the force goes down to " + Text(low) + " and up to " + Text(high) +
                  ": upside down; turn it over by --scale " + Factor(-options.scale) +
                  ", or, where the plate was not tared, give --tare auto");
  }
  const double level = LowestLevel(record);
  if (options.find_tare) return level;
  if (sport.id == force::Running().id) return 0.0;  // found swing by swing
  if (level < -kSmallOffset_n) {
    return Refuse("the lowest level of the force is " + Text(level) +
                  " N; if that is the empty plate, give --tare auto (or --tare " + Text(level) +
                  ")");
  }
  // A plate that nobody leaves is not known to be empty.
  return level <= kSmallOffset_n ? level : 0.0;
}

/// Before anything is made of its levels, tared or not.
Result<void> CheckRange(const ForceRecord& record) {
  const auto [low, high] = std::ranges::minmax(record.force_n);
  if (high - low <= kLargestPeak_n) return {};
  return Refuse("the largest force is " + Text(std::max(std::abs(low), std::abs(high))) +
                ": more than anybody's in newtons; check the factor to newtons, --scale (1 where "
                "the file has newtons)");
}

Result<void> CheckUnit(const ForceRecord& record, const ForceOptions& options) {
  const double peak = std::ranges::max(record.force_n);
  if (peak < kLeastPeak_n) {
    if (options.tare_n && peak + *options.tare_n >= kLeastPeak_n) {
      return Refuse("the largest force is " + Text(peak) + " after --tare " +
                    Text(*options.tare_n) +
                    ", which is what the empty plate reads; check it, or give --tare auto");
    }
    std::string guess = "give the factor to newtons by --scale";
    if (options.scale != 1) {
      guess = "check --scale " + Factor(options.scale) + " (1 where the file has newtons)";
    } else if (peak > 0.3 && peak < 15) {
      guess =
          "kilonewtons need --scale 1000, body weights --scale with the weight in newtons (mass in "
          "kg times 9.80665)";
    }
    return Refuse("the largest force is " + Text(peak) + ": nobody's weight in newtons; " + guess);
  }
  return {};
}

}  // namespace

Result<ForceFindings> AnalyzeForce(const ForceRecord& record, const Sport& sport,
                                   const ForceOptions& options) {
  if (auto checked = CheckSampling(record); !checked) return tl::unexpected(checked.error());
  if (auto checked = CheckRange(record); !checked) return tl::unexpected(checked.error());
  const auto tare = TareOf(record, sport, options);
  if (!tare) return tl::unexpected(tare.error());
  ForceRecord tared = record;
  // Zeros at the end of a record whose empty plate does not read zero are no measurement.
  if (std::abs(*tare) > kSmallOffset_n) {
    while (!tared.force_n.empty() && tared.force_n.back() == 0) tared.force_n.pop_back();
  }
  for (double& f : tared.force_n) f -= *tare;
  if (auto checked = CheckSampling(tared); !checked) return tl::unexpected(checked.error());
  if (auto checked = CheckUnit(tared, options); !checked) return tl::unexpected(checked.error());

  const force::Plate plate(tared, options.threshold_n);
  const bool runs = sport.id == force::Running().id;
  Found found = runs ? force::FindSteps(plate, options.first_foot) : force::FindJumps(plate, sport);
  ForceFindings findings{.athlete = {},
                         .flags = std::move(found.flags),
                         .left_out = std::move(found.left_out),
                         .tare_n = *tare,
                         .threshold_n = found.threshold_n};
  if (record.rate_hz < kLowRate_hz) findings.flags.emplace_back(flag::kLowSampleRate);
  if (found.reps.empty()) return findings;
  AthleteResult athlete;
  athlete.track_id = 1;
  athlete.mass_kg = std::accumulate(found.mass_kg.begin(), found.mass_kg.end(), 0.0) /
                    static_cast<double>(found.mass_kg.size());
  athlete.summary = Summarize(found.reps, sport);
  (runs ? athlete.steps : athlete.reps) = std::move(found.reps);
  findings.athlete = std::move(athlete);
  return findings;
}

}  // namespace plyo
