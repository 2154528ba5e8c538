#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/kinematics/result.h"

namespace plyo {

/// What a group of people reached, from a published source: a mean with its SD, or the lowest and
/// the highest. In the metric's unit.
struct Norm {
  std::string sport;
  std::string metric;
  std::string unit;
  std::string population;
  Sex sex = Sex::kUnknown;  ///< kUnknown: both, or not said
  int n = 0;
  std::optional<double> mean;
  std::optional<double> sd;
  std::optional<double> low;
  std::optional<double> high;
  std::string measured;  ///< how, so that like is compared with like
  std::string citation;
  std::string doi;
};

/// Headline figures that have no norm, and why.
struct WithoutNorm {
  std::string sport;
  std::vector<std::string> metrics;
  std::string why;
};

/// Every row of data/norms.json, in its order: the same as docs/guide/norms.md. They live as long
/// as the program.
std::span<const Norm> AllNorms();
std::span<const WithoutNorm> AllWithoutNorm();

/// Those that an athlete of that sex can be held against; all of the sport where it is not known.
std::vector<const Norm*> NormsFor(std::string_view sport, Sex sex);

}  // namespace plyo
