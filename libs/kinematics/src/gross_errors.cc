#include "plyo/kinematics/gross_errors.h"

#include <algorithm>

namespace plyo {

std::vector<std::string> GrossErrors(const AthleteResult& athlete, std::string_view metric) {
  std::vector<std::string> found;
  const auto add = [&found](const std::vector<std::string>& flags) {
    for (const std::string_view sign : kGrossErrors) {
      if (std::ranges::find(flags, sign) != flags.end()) AddOnce(found, sign);
    }
  };
  for (const Rep& rep : athlete.Repetitions()) {
    if (!rep.excluded.empty()) continue;
    const Metric* const figure = rep.FindMetric(metric);
    if (figure != nullptr && !figure->value) continue;
    add(rep.flags);
    if (figure != nullptr) add(figure->flags);
  }
  return found;
}

}  // namespace plyo
