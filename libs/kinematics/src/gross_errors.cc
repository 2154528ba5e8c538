#include "plyo/kinematics/gross_errors.h"

#include <algorithm>

namespace plyo {

void AddGrossErrors(const std::vector<std::string>& flags, std::vector<std::string>& signs) {
  for (const std::string_view sign : kGrossErrors) {
    if (std::ranges::find(flags, sign) != flags.end()) AddOnce(signs, sign);
  }
}

std::vector<std::string> GrossErrors(const AthleteResult& athlete, std::string_view metric) {
  std::vector<std::string> found;
  for (const Rep& rep : athlete.Repetitions()) {
    if (!rep.excluded.empty()) continue;
    const Metric* const figure = rep.FindMetric(metric);
    if (figure != nullptr && !figure->value) continue;
    AddGrossErrors(rep.flags, found);
    if (figure != nullptr) AddGrossErrors(figure->flags, found);
  }
  return found;
}

}  // namespace plyo
