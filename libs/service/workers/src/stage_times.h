#pragma once

#include <vector>

#include "plyo/wire/live_json.h"

namespace plyo::service {

/// The value that a share of all lies below or at; 0 of none. Reorders the values.
double Quantile(std::vector<double>& values, double share);

/// Milliseconds of the pictures of one second, stage by stage.
class StageTimes {
 public:
  void Add(const live::StageMs& times) { times_.push_back(times); }
  void Clear() { times_.clear(); }
  /// Of each stage by itself, and of the total.
  live::StageMs At(double share) const;

 private:
  std::vector<live::StageMs> times_;
};

}  // namespace plyo::service
