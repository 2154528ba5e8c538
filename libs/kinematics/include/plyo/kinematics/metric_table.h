#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/kinematics/flight.h"
#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"

namespace plyo {

/// Collects the metrics of a rep in the order and units of the sport's catalogue, so that each of
/// them is there: with a value, or absent with a reason.
class MetricTable {
 public:
  /// What the figure came from.
  struct Range {
    double begin_s = 0;
    double end_s = 0;
  };

  MetricTable(std::span<const MetricDescriptor> catalogue, std::string_view default_reason);

  void Set(std::string_view id, const Estimate& estimate, Range range,
           std::vector<std::string> flags = {});
  void SetAbsent(std::string_view id, std::string_view reason);
  /// Where the figure is not in the unit of the catalogue: nothing says then what is plausible.
  void SetUnit(std::string_view id, std::string_view unit);
  void AddFlag(std::string_view id, std::string_view flag);
  /// The class that the value belongs to.
  void SetClass(std::string_view id, std::string_view class_name);
  const Metric& operator[](std::string_view id) const;

  /// All of them; values outside their plausible range carry `implausible`.
  std::vector<Metric> Finish() &&;

 private:
  Metric& Find(std::string_view id);

  std::span<const MetricDescriptor> catalogue_;
  std::vector<Metric> metrics_;
};

/// Flags the repetition where the figure is there and above the rule's, and takes the flag off it
/// where not.
void FlagByFigure(const FlagRule& rule, Rep& rep);

/// Whether it is there and one of its kind: a stand between two jumps, flagged no_rebound, is no
/// contact among those of the rebounds.
bool Counts(const Metric& metric);
/// Mean, standard deviation, count and best of every metric that the reps have values for that
/// count, of those in the unit of the first.
std::vector<Summary> Summarize(std::span<const Rep> reps,
                               std::span<const MetricDescriptor> catalogue);
/// Which foot a step stands on, by the name of its first event; nullopt where that tells none.
std::optional<Side> SideOf(const Rep& step);
/// Gives each line the means of the left and of the right steps.
void AddSides(std::span<const Rep> steps, std::vector<Summary>& summary);
/// The sport's own, where it has one.
std::vector<Summary> Summarize(std::span<const Rep> reps, const Sport& sport);

}  // namespace plyo
