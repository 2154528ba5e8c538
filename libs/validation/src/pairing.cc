#include "plyo/validation/pairing.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace plyo {
namespace {

constexpr double kTolerance_s = 0.25;
// Offsets nearer to each other than this pair the same repetitions.
constexpr double kSameOffset_s = 0.05;

struct Instant {
  double t_s = 0;
  std::optional<double> length_s;  ///< of the flight, or of the contact of a step
};

Instant InstantOf(const Rep& rep) {
  const Event* takeoff = rep.FindEvent("takeoff");
  const Event* landing = rep.FindEvent("landing");
  if (takeoff && landing) return {(takeoff->t_s + landing->t_s) / 2, landing->t_s - takeoff->t_s};
  if (takeoff) return {takeoff->t_s, {}};
  if (rep.events.empty()) return {};
  Instant instant{rep.events.front().t_s, {}};
  if (const Metric* contact = rep.FindMetric("contact_time")) instant.length_s = contact->value;
  return instant;
}

struct Attempt {
  std::vector<Pairing::Pair> pairs;
  double misfit = 0;  ///< sum of squares of what is apart, s²

  bool operator<(const Attempt& other) const {
    return std::tuple(pairs.size(), -misfit) < std::tuple(other.pairs.size(), -other.misfit);
  }
};

/// In order: each takes the nearest of the reference's that is left.
Attempt Under(double offset_s, const std::vector<Instant>& measured,
              const std::vector<Instant>& reference) {
  Attempt attempt;
  std::size_t next = 0;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    const double t = measured[i].t_s + offset_s;
    std::size_t nearest = next;
    while (nearest + 1 < reference.size() &&
           std::abs(reference[nearest + 1].t_s - t) < std::abs(reference[nearest].t_s - t)) {
      ++nearest;
    }
    if (nearest >= reference.size() || std::abs(reference[nearest].t_s - t) > kTolerance_s)
      continue;
    const double apart = reference[nearest].t_s - t;
    attempt.pairs.push_back({i, nearest, apart});
    attempt.misfit += apart * apart;
    if (measured[i].length_s && reference[nearest].length_s) {
      const double longer = *reference[nearest].length_s - *measured[i].length_s;
      attempt.misfit += longer * longer;
    }
    next = nearest + 1;
  }
  return attempt;
}

std::vector<Instant> InstantsOf(std::span<const Rep> reps) {
  std::vector<Instant> instants(reps.size());
  std::ranges::transform(reps, instants.begin(), InstantOf);
  return instants;
}

double MedianApart(const std::vector<Pairing::Pair>& pairs) {
  std::vector<double> apart(pairs.size());
  std::ranges::transform(pairs, apart.begin(), &Pairing::Pair::apart_s);
  std::ranges::sort(apart);
  const std::size_t half = apart.size() / 2;
  return apart.size() % 2 == 1 ? apart[half] : (apart[half - 1] + apart[half]) / 2;
}

/// Names those that no pair has.
void ListUnpaired(std::size_t measured, std::size_t reference, Pairing& pairing) {
  const auto unpaired = [&](std::size_t count, std::size_t Pairing::Pair::*side) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < count; ++i) {
      if (std::ranges::find(pairing.pairs, i, side) == pairing.pairs.end()) places.push_back(i);
    }
    return places;
  };
  pairing.unpaired_measured = unpaired(measured, &Pairing::Pair::measured);
  pairing.unpaired_reference = unpaired(reference, &Pairing::Pair::reference);
}

}  // namespace

Pairing PairInOrder(std::span<const Rep> measured, std::span<const Rep> reference) {
  Pairing pairing;
  for (std::size_t i = 0; i < std::min(measured.size(), reference.size()); ++i)
    pairing.pairs.push_back({i, i, InstantOf(reference[i]).t_s - InstantOf(measured[i]).t_s});
  if (!pairing.pairs.empty()) pairing.offset_s = MedianApart(pairing.pairs);
  for (auto& pair : pairing.pairs) pair.apart_s -= pairing.offset_s;
  ListUnpaired(measured.size(), reference.size(), pairing);
  return pairing;
}

Pairing PairReps(std::span<const Rep> measured, std::span<const Rep> reference,
                 std::optional<double> offset_s) {
  const auto left = InstantsOf(measured);
  const auto right = InstantsOf(reference);
  Pairing pairing;
  Attempt best;
  if (offset_s) {
    pairing.offset_s = *offset_s;
    best = Under(*offset_s, left, right);
  } else {
    std::vector<double> as_good;
    for (const Instant& a : left) {
      for (const Instant& b : right) {
        double offset = b.t_s - a.t_s;
        Attempt attempt = Under(offset, left, right);
        // The one flight that gave the offset is no better than the others.
        offset += MedianApart(attempt.pairs);
        attempt = Under(offset, left, right);
        if (attempt.pairs.size() > best.pairs.size()) as_good.clear();
        if (attempt.pairs.size() >= best.pairs.size()) as_good.push_back(offset);
        if (best < attempt) {
          best = std::move(attempt);
          pairing.offset_s = offset;
        }
      }
    }
    pairing.ambiguous = std::ranges::any_of(as_good, [&](double offset) {
      return std::abs(offset - pairing.offset_s) > kSameOffset_s;
    });
  }
  pairing.pairs = std::move(best.pairs);
  ListUnpaired(left.size(), right.size(), pairing);
  return pairing;
}

}  // namespace plyo
