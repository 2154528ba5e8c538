#include "summary.h"

#include <algorithm>
#include <map>
#include <numbers>
#include <optional>
#include <string>

#include "catalogue.h"
#include "plyo/kinematics/step_metrics.h"

namespace plyo::sports::running {

std::vector<Summary> SummarizeSteps(std::span<const Rep> steps) {
  std::vector<Summary> all = plyo::SummarizeSteps(steps, Catalogue());
  for (Summary& summary : all) {
    std::map<std::string, int> classes;
    for (const Rep& step : steps) {
      const Metric* metric = step.FindMetric(summary.id);
      if (metric != nullptr && !metric->class_name.empty()) ++classes[metric->class_name];
    }
    if (!classes.empty()) {
      summary.class_name =
          std::ranges::max_element(classes, {}, [](const auto& c) { return c.second; })->first;
    }
  }
  for (const MetricDescriptor& descriptor : Catalogue()) {
    if (!descriptor.of_summary) continue;
    const auto of = std::ranges::find(all, descriptor.id.substr(std::string("asymmetry_").size()),
                                      &Summary::id);
    if (of == all.end() || !of->left || !of->right) continue;
    const double larger = std::max(*of->left, *of->right);
    // A share of what may be nothing says nothing.
    if (larger <= of->u.value_or(0)) continue;
    all.push_back(
        {.id = descriptor.id,
         .unit = descriptor.unit,
         .mean = 100 * (*of->right - *of->left) / larger,
         .sd = {},
         .n = of->n,
         .u = of->u ? std::optional(100 * std::numbers::sqrt2 * *of->u / larger) : std::nullopt,
         .left = {},
         .right = {},
         .best = {},
         .class_name = {}});
  }
  // The feet err each by itself: one is nearer and seen from outside, the other from inside. A time
  // of both is surer than that of one.
  for (Summary& summary : all) {
    const bool time_on_or_off = summary.id == "contact_time" || summary.id == "flight_time";
    if (time_on_or_off && summary.left && summary.right && summary.u) {
      *summary.u /= std::numbers::sqrt2;
    }
  }
  return all;
}

}  // namespace plyo::sports::running
