#include "stage_times.h"

#include <algorithm>
#include <cmath>

namespace plyo::service {

double Quantile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  const auto rank = std::ceil(share * static_cast<double>(values.size())) - 1;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(std::max(rank, 0.0));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

live::StageMs StageTimes::At(double share) const {
  const auto of = [&](double live::StageMs::*stage) {
    std::vector<double> values;
    values.reserve(times_.size());
    for (const live::StageMs& one : times_) values.push_back(one.*stage);
    return Quantile(values, share);
  };
  return {of(&live::StageMs::queue), of(&live::StageMs::decode), of(&live::StageMs::pose),
          of(&live::StageMs::analysis), of(&live::StageMs::total)};
}

}  // namespace plyo::service
