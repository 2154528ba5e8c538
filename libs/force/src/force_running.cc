#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <string>

#include "force_jump.h"
#include "force_sports.h"
#include "plyo/base/units.h"
#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/jump_metrics.h"
#include "plyo/kinematics/metric_table.h"
#include "plyo/kinematics/step_metrics.h"

// Conventions and their sources: docs/guide/force-plates.md.
namespace plyo::force {
namespace {

// A belt shakes its plate by some tens of newtons.
constexpr double kThreshold_n = 50;
constexpr double kMore_n = 15;
constexpr double kBlock_s = 0.25;
constexpr std::size_t kBlocksAround = 2;
// Of the mean force: whoever never gets under it has no flight, and walks.
constexpr double kWalks = 0.3;
constexpr double kShortestAir_s = 0.02;
constexpr double kLongestAir_s = 0.3;
constexpr double kShortestContact_s = 0.08;
constexpr double kLongestContact_s = 0.5;
constexpr double kDrift_n = 20;
constexpr std::size_t kFewest = 3;

double MedianOf3(double a, double b, double c) {
  return std::max(std::min(a, b), std::min(std::max(a, b), c));
}

/// The lowest force around each block of time: a baseline that may drift, but not within a stride.
std::vector<double> LowestAround(std::span<const double> force, std::size_t block) {
  std::vector<double> lowest;
  for (std::size_t begin = 0; begin < force.size(); begin += block) {
    double low = force[begin];
    for (std::size_t i = begin + 1; i + 1 < std::min(begin + block, force.size()); ++i)
      low = std::min(low, MedianOf3(force[i - 1], force[i], force[i + 1]));
    lowest.push_back(low);
  }
  std::vector<double> around(lowest.size());
  for (std::size_t k = 0; k < lowest.size(); ++k) {
    const std::size_t first = k - std::min(k, kBlocksAround);
    const std::size_t end = std::min(lowest.size(), k + kBlocksAround + 1);
    around[k] = *std::min_element(lowest.begin() + static_cast<std::ptrdiff_t>(first),
                                  lowest.begin() + static_cast<std::ptrdiff_t>(end));
  }
  return around;
}

/// What the plate reads in each swing, and in between.
class Baseline {
 public:
  void Add(double index, double level) {
    index_.push_back(index);
    level_.push_back(level);
  }
  double At(double index) const {
    const auto at = std::ranges::lower_bound(index_, index);
    if (at == index_.begin()) return level_.front();
    if (at == index_.end()) return level_.back();
    const auto k = static_cast<std::size_t>(at - index_.begin());
    const double part = (index - index_[k - 1]) / (index_[k] - index_[k - 1]);
    return std::lerp(level_[k - 1], level_[k], part);
  }
  double Spread() const {
    const auto [low, high] = std::ranges::minmax(level_);
    return high - low;
  }

 private:
  std::vector<double> index_;
  std::vector<double> level_;
};

struct Stance {
  Estimate contact;  ///< fractional index; u in samples
  Estimate toe_off;
  std::size_t place = 0;  ///< of all contacts: feet take turns
};

Stance StanceBetween(std::span<const double> force, Stretch air, Stretch next, double threshold,
                     double rate) {
  std::size_t in = air.end;
  while (in + 1 < next.begin && force[in] < threshold) ++in;
  std::size_t out = next.begin;
  while (out > in && force[out - 1] < threshold) --out;
  const double contact = RisesTo(force, in, threshold);
  const double toe_off = FallsTo(force, out, threshold);
  const auto more = [&](std::size_t from, std::ptrdiff_t step) {
    auto i = static_cast<std::ptrdiff_t>(from);
    while (i > 0 && i + 1 < std::ssize(force) &&
           force[static_cast<std::size_t>(i)] < threshold + kMore_n) {
      i += step;
    }
    return static_cast<double>(i);
  };
  return {.contact = {contact, rate * CrossingU(contact, more(in, 1), rate)},
          .toe_off = {toe_off, rate * CrossingU(more(out - 1, -1), toe_off, rate)}};
}

std::string FootId(std::string_view what, FirstFoot first_foot, std::size_t place) {
  if (first_foot == FirstFoot::kUnknown) return std::string(what);
  const bool left = (first_foot == FirstFoot::kLeft) == (place % 2 == 0);
  return (left ? "left_" : "right_") + std::string(what);
}

}  // namespace

Found FindSteps(const Plate& plate, FirstFoot first_foot) {
  const auto& force = plate.record.force_n;
  const double rate = plate.record.rate_hz;
  const double mean =
      std::accumulate(force.begin(), force.end(), 0.0) / static_cast<double>(force.size());
  Found found;
  found.threshold_n = plate.threshold_n.value_or(kThreshold_n);
  const std::size_t block = std::max<std::size_t>(3, plate.Samples(kBlock_s));
  const auto lowest = LowestAround(force, block);
  std::vector<double> level = force;
  for (std::size_t i = 0; i < level.size(); ++i) level[i] -= lowest[i / block];

  // Swings, by the coarse baseline; then their own levels make the fine one.
  const auto swings = Unloaded(level, kThreshold_n, 2 * plate.Samples(kShortestAir_s));
  double lowest_sum = 0;
  for (const double low : lowest) lowest_sum += low;
  if (swings.size() < kFewest + 2 ||
      lowest_sum / static_cast<double>(lowest.size()) > kWalks * mean) {
    // The baseline takes standing for an empty plate, so that a jump's flight is looked for by the
    // force itself.
    if (Unloaded(force, found.threshold_n, 2 * plate.Samples(kShortestAir_s)).empty()) {
      found.flags.emplace_back(flag::kNoFlight);
    } else {
      found.left_out.emplace_back("the plate is empty too seldom for a run; a jump?");
    }
    return found;
  }
  Baseline baseline;
  for (const Stretch& swing : swings) {
    // Of one that the record cuts the middle is not known.
    if (swing.begin == 0 || swing.end == force.size()) continue;
    const std::size_t quarter = swing.size() / 4;
    const Stretch middle{swing.begin + quarter, swing.end - quarter};
    baseline.Add(static_cast<double>(middle.begin + middle.end) / 2, plate.level.Of(middle).mean);
  }
  for (std::size_t i = 0; i < level.size(); ++i)
    level[i] = force[i] - baseline.At(static_cast<double>(i));
  if (baseline.Spread() > kDrift_n) found.flags.emplace_back(flag::kForceDrift);

  std::vector<Stance> stances;
  for (std::size_t k = 0; k + 1 < swings.size(); ++k) {
    Stance stance = StanceBetween(level, swings[k], swings[k + 1], found.threshold_n, rate);
    const double contact_s = (stance.toe_off.value - stance.contact.value) / rate;
    if (contact_s < kShortestContact_s || contact_s > kLongestContact_s) {
      found.left_out.push_back("a contact of " + std::to_string(std::lround(contact_s * 1000)) +
                               " ms is left out: no step of a run");
      continue;
    }
    stance.place = k;
    stances.push_back(stance);
  }

  const auto at = [&](const Estimate& index) {
    return Estimate{plate.record.TimeOf(index.value), index.u / rate};
  };
  const auto goes_on = [&](std::size_t k) {
    return k + 1 < stances.size() &&
           stances[k + 1].contact.value - stances[k].toe_off.value < kLongestAir_s * rate;
  };
  for (std::size_t k = 0; k < stances.size(); ++k) {
    const Stance& stance = stances[k];
    StepTimes times{.contact = at(stance.contact),
                    .toe_off = at(stance.toe_off),
                    .next_contact = {},
                    .stride_end = {}};
    if (goes_on(k)) {
      times.next_contact = at(stances[k + 1].contact);
      if (goes_on(k + 1)) times.stride_end = at(stances[k + 2].contact);
    }
    Rep step;
    step.index = static_cast<int>(k) + 1;
    step.scale.method = "body_weight";
    const auto add = [&](std::string_view what, const Estimate& index) {
      step.events.push_back({.id = FootId(what, first_foot, stance.place),
                             .t_s = plate.record.TimeOf(index.value),
                             .u_s = index.u / rate,
                             .frame = index.value,
                             .flags = {}});
    };
    add("foot_contact", stance.contact);
    add("toe_off", stance.toe_off);
    AddPhase("stance", times.contact->value, times.toe_off->value, step.phases);
    if (times.next_contact)
      AddPhase("flight", times.toe_off->value, times.next_contact->value, step.phases);
    MetricTable table(Running().metrics, reason::kEventMissing);
    SetStepTimes(times, {}, {}, table);
    step.metrics = std::move(table).Finish();
    found.reps.push_back(std::move(step));
  }
  if (stances.size() >= kFewest) {
    // Over whole steps the mean force is the body weight.
    const auto first = static_cast<std::size_t>(stances.front().contact.value);
    const auto last = static_cast<std::size_t>(stances.back().contact.value);
    const double weight = std::accumulate(level.begin() + static_cast<std::ptrdiff_t>(first),
                                          level.begin() + static_cast<std::ptrdiff_t>(last), 0.0) /
                          static_cast<double>(last - first);
    found.mass_kg.push_back(weight / kGravity);
  } else {
    found.reps.clear();
  }
  return found;
}

}  // namespace plyo::force
