#include "plyo/kinematics/metric_table.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/signal.h"

namespace plyo {

MetricTable::MetricTable(std::span<const MetricDescriptor> catalogue,
                         std::string_view default_reason)
    : catalogue_(catalogue) {
  for (const MetricDescriptor& descriptor : catalogue) {
    if (descriptor.of_summary) continue;
    Metric metric;
    metric.id = descriptor.id;
    metric.unit = descriptor.unit;
    metric.reason = default_reason;
    metrics_.push_back(std::move(metric));
  }
}

Metric& MetricTable::Find(std::string_view id) {
  const auto it = std::ranges::find(metrics_, id, &Metric::id);
  assert(it != metrics_.end() && "a metric that the catalogue does not have");
  return *it;
}

void MetricTable::Set(std::string_view id, const Estimate& estimate, Range range,
                      std::vector<std::string> flags) {
  Metric& metric = Find(id);
  if (!std::isfinite(estimate.value)) return;
  metric.value = estimate.value;
  metric.u = estimate.u;
  metric.reason.clear();
  // The reference may lie behind: standing that was seen only after the jump.
  metric.begin_s = std::min(range.begin_s, range.end_s);
  metric.end_s = std::max(range.begin_s, range.end_s);
  metric.flags = std::move(flags);
}

void MetricTable::SetAbsent(std::string_view id, std::string_view reason) {
  Metric& metric = Find(id);
  metric.value.reset();
  metric.u.reset();
  metric.reason = reason;
}

void MetricTable::SetUnit(std::string_view id, std::string_view unit) { Find(id).unit = unit; }

void MetricTable::AddFlag(std::string_view id, std::string_view flag) {
  Metric& metric = Find(id);
  if (std::ranges::find(metric.flags, flag) == metric.flags.end()) metric.flags.emplace_back(flag);
}

void MetricTable::SetClass(std::string_view id, std::string_view class_name) {
  Find(id).class_name = class_name;
}

const Metric& MetricTable::operator[](std::string_view id) const {
  const auto it = std::ranges::find(metrics_, id, &Metric::id);
  assert(it != metrics_.end() && "a metric that the catalogue does not have");
  return *it;
}

std::vector<Metric> MetricTable::Finish() && {
  for (const MetricDescriptor& descriptor : catalogue_) {
    if (descriptor.of_summary) continue;
    const Metric& metric = Find(descriptor.id);
    if (!metric.value || metric.unit != descriptor.unit) continue;
    if ((descriptor.min && *metric.value < *descriptor.min) ||
        (descriptor.max && *metric.value > *descriptor.max)) {
      AddFlag(descriptor.id, flag::kImplausible);
    }
  }
  return std::move(metrics_);
}

void FlagByFigure(const FlagRule& rule, Rep& rep) {
  const Metric* const figure = rep.FindMetric(rule.metric);
  if (figure != nullptr && figure->value && *figure->value > rule.above) {
    AddOnce(rep.flags, rule.flag);
  } else {
    std::erase(rep.flags, rule.flag);
  }
}

std::optional<double> BestOf(std::span<const double> values, Better better) {
  if (values.empty() || better == Better::kNeither) return std::nullopt;
  return better == Better::kMore ? std::ranges::max(values) : std::ranges::min(values);
}

bool Counts(const Metric& metric) {
  return metric.value && std::ranges::find(metric.flags, flag::kNoRebound) == metric.flags.end();
}

std::vector<Summary> Summarize(std::span<const Rep> reps,
                               std::span<const MetricDescriptor> catalogue) {
  std::vector<Summary> all;
  for (const MetricDescriptor& descriptor : catalogue) {
    std::vector<double> values;
    std::string unit;
    double variance_of_mean = 0;
    for (const Rep& rep : reps) {
      const Metric* metric = rep.FindMetric(descriptor.id);
      if (!metric || !Counts(*metric)) continue;
      if (values.empty()) unit = metric->unit;
      if (metric->unit != unit) continue;
      values.push_back(*metric->value);
      variance_of_mean += metric->u ? *metric->u * *metric->u : 0;
    }
    if (values.empty()) continue;
    Summary summary;
    summary.id = descriptor.id;
    summary.unit = unit;
    summary.n = static_cast<int>(values.size());
    summary.mean = Mean(values);
    // The errors of one recording's reps share their cause (scale, view, shoes): the mean is hardly
    // surer than one of them.
    summary.u = std::sqrt(variance_of_mean / static_cast<double>(values.size()));
    if (values.size() > 1) summary.sd = StandardDeviation(values);
    if (descriptor.headline) summary.best = BestOf(values, descriptor.better);
    all.push_back(std::move(summary));
  }
  return all;
}

std::optional<Side> SideOf(const Rep& step) {
  if (step.events.empty()) return std::nullopt;
  const std::string& first = step.events.front().id;
  if (first.starts_with("left_")) return Side::kLeft;
  if (first.starts_with("right_")) return Side::kRight;
  return std::nullopt;
}

void AddSides(std::span<const Rep> steps, std::vector<Summary>& summary) {
  for (Summary& one : summary) {
    std::map<Side, std::vector<double>> values;
    for (const Rep& step : steps) {
      const Metric* metric = step.FindMetric(one.id);
      const auto side = SideOf(step);
      if (metric && metric->value && metric->unit == one.unit && side)
        values[*side].push_back(*metric->value);
    }
    if (values.contains(Side::kLeft)) one.left = Mean(values[Side::kLeft]);
    if (values.contains(Side::kRight)) one.right = Mean(values[Side::kRight]);
  }
}

std::vector<Summary> Summarize(std::span<const Rep> reps, const Sport& sport) {
  return sport.summarize ? sport.summarize(reps) : Summarize(reps, sport.metrics);
}

}  // namespace plyo
