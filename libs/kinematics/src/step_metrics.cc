#include "plyo/kinematics/step_metrics.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string_view>
#include <utility>

#include "plyo/kinematics/jump_metrics.h"
#include "plyo/kinematics/signal.h"

// Formulas in libs/sports/running/running.md.
namespace plyo {
namespace {

// Steps of a row differ by less than this from their median, and so do two with one left out in
// between from twice that.
constexpr double kIrregular = 0.6;

// The ends of the events' ids, which may begin with a side.
constexpr std::string_view kContact = "foot_contact";
constexpr std::string_view kToeOff = "toe_off";

const Event* FindEventOf(const Rep& step, std::string_view what) {
  const auto at =
      std::ranges::find_if(step.events, [what](const Event& e) { return e.id.ends_with(what); });
  return at == step.events.end() ? nullptr : &*at;
}

Estimate Between(const Estimate& begin, const Estimate& end) {
  return {end.value - begin.value, std::hypot(begin.u, end.u)};
}

/// From the one's middle to the other's, where that was seen of both, else from what was seen.
double Between(const Rep& step, const Rep& next) {
  const auto middle = [](const Rep& of) {
    return (of.events.front().t_s + of.events.back().t_s) / 2;
  };
  return middle(next) - middle(step);
}

/// Feet take turns, so that the next one or the next but one is of a certain foot; where it is not
/// known which, it may be any.
bool MayBe(int steps_on, const Rep& step, const Rep& next) {
  if (step.events.empty() || next.events.empty()) return false;
  const bool other_foot = steps_on % 2 == 1;
  return !SideOf(step) || (SideOf(step) != SideOf(next)) == other_foot;
}

/// Steps a minute by every contact and toe-off of steps in a row: straight lines of one slope
/// through both over the number of the step.
std::optional<Estimate> CadenceOf(std::span<const Rep> steps) {
  struct Line {
    double n = 0, k = 0, t = 0, kk = 0, kt = 0;
  };
  std::vector<double> between;
  for (std::size_t i = 1; i < steps.size(); ++i) {
    if (MayBe(1, steps[i - 1], steps[i])) between.push_back(Between(steps[i - 1], steps[i]));
  }
  if (between.empty()) return std::nullopt;
  const double median_s = Median(std::move(between));
  // 0: none of the same row.
  const auto steps_on = [&](const Rep& step, const Rep& next) {
    for (const int n : {1, 2}) {
      if (MayBe(n, step, next) && std::abs(Between(step, next) / median_s - n) < kIrregular)
        return n;
    }
    return 0;
  };
  double kk = 0;
  double kt = 0;
  double u2 = 0;
  std::size_t used = 0;
  for (std::size_t begin = 0; begin < steps.size();) {
    std::vector<int> number = {0};
    std::size_t end = begin + 1;
    for (; end < steps.size(); ++end) {
      const int on = steps_on(steps[end - 1], steps[end]);
      if (on == 0) break;
      number.push_back(number.back() + on);
    }
    for (const std::string_view what : {kContact, kToeOff}) {
      Line line;
      for (std::size_t i = begin; i < end; ++i) {
        const Event* event = FindEventOf(steps[i], what);
        if (event == nullptr) continue;
        const double k = number[i - begin];
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

StepTimes StepTimesOf(const Rep& step) {
  const auto event = [&step](std::string_view what) -> std::optional<Estimate> {
    const Event* const at = FindEventOf(step, what);
    if (at == nullptr) return std::nullopt;
    return Estimate{at->t_s, at->u_s};
  };
  // Of the next contacts is known what the times that end there say: when, and what of their
  // uncertainty is not that of their begin.
  const auto end_of = [&step](std::string_view id,
                              const std::optional<Estimate>& begin) -> std::optional<Estimate> {
    const Metric* metric = step.FindMetric(id);
    if (metric == nullptr || !metric->value || !begin) return std::nullopt;
    const double u = metric->u.value_or(0);
    return Estimate{metric->end_s, std::sqrt(std::max(0.0, u * u - begin->u * begin->u))};
  };
  const auto contact = event(kContact);
  const auto toe_off = event(kToeOff);
  auto next_contact = end_of("step_time", contact);
  if (!next_contact) next_contact = end_of("flight_time", toe_off);
  return {.contact = contact,
          .toe_off = toe_off,
          .next_contact = next_contact,
          .stride_end = end_of("stride_time", contact)};
}

void SetStepTimes(const StepTimes& times, const std::vector<std::string>& flags,
                  const std::vector<std::string>& flags_to_next, MetricTable& table) {
  const auto set = [&](std::string_view id, const std::optional<Estimate>& begin,
                       const std::optional<Estimate>& end, const std::vector<std::string>& of) {
    if (begin && end) SetDuration(id, *begin, *end, table, of);
  };
  set("contact_time", times.contact, times.toe_off, flags);
  set("flight_time", times.toe_off, times.next_contact, flags_to_next);
  set("step_time", times.contact, times.next_contact, flags_to_next);
  set("stride_time", times.contact, times.stride_end, flags);
  if (times.contact && times.next_contact) {
    const Estimate step = Between(*times.contact, *times.next_contact);
    const double cadence = 60 / step.value;
    table.Set("cadence", {cadence, cadence * step.u / step.value},
              {times.contact->value, times.next_contact->value}, flags_to_next);
  }
  if (times.contact && times.toe_off && times.stride_end) {
    const Estimate contact = Between(*times.contact, *times.toe_off);
    const Estimate stride = Between(*times.contact, *times.stride_end);
    const double duty = contact.value / stride.value;
    table.Set("duty_factor",
              {duty, duty * std::hypot(contact.u / contact.value, stride.u / stride.value)},
              {times.contact->value, times.stride_end->value}, flags);
  }
}

std::vector<Summary> SummarizeSteps(std::span<const Rep> steps,
                                    std::span<const MetricDescriptor> catalogue) {
  std::vector<Summary> all = Summarize(steps, catalogue);
  AddSides(steps, all);
  for (Summary& summary : all) summary.best.reset();
  const auto cadence = std::ranges::find(all, "cadence", &Summary::id);
  if (cadence == all.end()) return all;
  cadence->left.reset();
  cadence->right.reset();
  cadence->sd.reset();
  if (const auto of_all = CadenceOf(steps)) {
    cadence->mean = of_all->value;
    cadence->u = of_all->u;
  }
  return all;
}

}  // namespace plyo
