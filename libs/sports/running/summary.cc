#include "summary.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <optional>
#include <string>
#include <string_view>

#include "catalogue.h"
#include "plyo/kinematics/metric_table.h"
#include "plyo/kinematics/signal.h"

namespace plyo::sports::running {
namespace {

// Steps of a row differ by less than this from their median.
constexpr double kIrregular = 0.6;

const Event* FindEventOf(const Rep& step, std::string_view what) {
  const auto at =
      std::ranges::find_if(step.events, [&](const Event& e) { return e.id.ends_with(what); });
  return at == step.events.end() ? nullptr : &*at;
}

/// From the one's middle to the other's, where that was seen of both, else from what was seen.
double Between(const Rep& step, const Rep& next) {
  const auto middle = [](const Rep& of) {
    return (of.events.front().t_s + of.events.back().t_s) / 2;
  };
  return middle(next) - middle(step);
}

/// Steps a minute by every contact and toe-off of steps in a row: straight lines of one slope
/// through both over the number of the step.
std::optional<Estimate> CadenceOf(std::span<const Rep> steps) {
  struct Line {
    double n = 0, k = 0, t = 0, kk = 0, kt = 0;
  };
  std::vector<double> between;
  for (std::size_t i = 1; i < steps.size(); ++i) {
    if (SideOf(steps[i - 1]) != SideOf(steps[i]))
      between.push_back(Between(steps[i - 1], steps[i]));
  }
  if (between.empty()) return std::nullopt;
  const double median_s = Median(std::move(between));
  const auto in_a_row = [&](const Rep& step, const Rep& next) {
    return SideOf(step) != SideOf(next) &&
           std::abs(Between(step, next) / median_s - 1) < kIrregular;
  };
  double kk = 0;
  double kt = 0;
  double u2 = 0;
  std::size_t used = 0;
  for (std::size_t begin = 0; begin < steps.size();) {
    std::size_t end = begin + 1;
    while (end < steps.size() && in_a_row(steps[end - 1], steps[end])) ++end;
    for (const char* what : {"_foot_contact", "_toe_off"}) {
      Line line;
      for (std::size_t i = begin; i < end; ++i) {
        const Event* event = FindEventOf(steps[i], what);
        if (event == nullptr) continue;
        const double k = static_cast<double>(i - begin);
        line.n += 1;
        line.k += k;
        line.t += event->t_s;
        line.kk += k * k;
        line.kt += k * event->t_s;
        u2 += event->u_s * event->u_s;
        ++used;
      }
      if (line.n < 2) continue;
      kk += line.kk - line.k * line.k / line.n;
      kt += line.kt - line.k * line.t / line.n;
    }
    begin = end;
  }
  if (kk <= 0 || kt <= 0) return std::nullopt;
  const double step_s = kt / kk;
  const double u_step_s = std::sqrt(u2 / static_cast<double>(used) / kk);
  return Estimate{60 / step_s, 60 / (step_s * step_s) * u_step_s};
}

}  // namespace

std::vector<Summary> SummarizeSteps(std::span<const Rep> steps) {
  std::vector<Summary> all = Summarize(steps, Catalogue());
  AddSides(steps, all);
  for (Summary& summary : all) {
    std::map<std::string, int> classes;
    for (const Rep& step : steps) {
      const Metric* metric = step.FindMetric(summary.id);
      if (metric != nullptr && !metric->class_name.empty()) ++classes[metric->class_name];
    }
    summary.best.reset();  // of a run no step is the best
    if (!classes.empty()) {
      summary.class_name =
          std::ranges::max_element(classes, {}, [](const auto& c) { return c.second; })->first;
    }
  }
  if (const auto cadence = CadenceOf(steps)) {
    const auto at = std::ranges::find(all, "cadence", &Summary::id);
    if (at != all.end()) {
      at->mean = cadence->value;
      at->u = cadence->u;
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
