#include "plyo/kinematics/step_metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/jump_metrics.h"

namespace plyo {
namespace {

constexpr double kStep_s = 0.38;
constexpr double kContact_s = 0.25;
constexpr double kU_s = 0.003;

const std::vector<MetricDescriptor>& Catalogue() {
  static const std::vector<MetricDescriptor> kCatalogue = {
      DescribeMetric("cadence", "steps/min", "Cadence", "", 1, 100, 300),
      DescribeMetric("contact_time", "s", "Contact time", "", 3, 0.08, 0.5, true, Better::kLess),
      DescribeMetric("flight_time", "s", "Flight time", "", 3, 0, 0.4),
      DescribeMetric("step_time", "s", "Step time", "", 3, 0.2, 0.6),
      DescribeMetric("stride_time", "s", "Stride time", "", 3, 0.4, 1.2),
      DescribeMetric("duty_factor", "1", "Duty factor", "", 2, 0.1, 0.5),
  };
  return kCatalogue;
}

enum class Feet { kUnknown, kKnown };

/// Steps of one length; the right foot is read `late_s` too late.
std::vector<Rep> StepsOf(int count, Feet feet, double late_s = 0) {
  const auto contact = [&](int k) {
    return Estimate{k * kStep_s + (k % 2 == 1 ? late_s : 0), kU_s};
  };
  std::vector<Rep> steps;
  for (int k = 0; k < count; ++k) {
    const std::string side = feet == Feet::kUnknown ? "" : k % 2 == 1 ? "right_" : "left_";
    const Estimate toe_off{contact(k).value + kContact_s, kU_s};
    StepTimes times{
        .contact = contact(k), .toe_off = toe_off, .next_contact = {}, .stride_end = {}};
    if (k + 1 < count) times.next_contact = contact(k + 1);
    if (k + 2 < count) times.stride_end = contact(k + 2);
    MetricTable table(Catalogue(), reason::kEventMissing);
    SetStepTimes(times, {}, {}, table);
    Rep step;
    step.index = k + 1;
    for (const auto& [id, t] :
         {std::pair("foot_contact", contact(k)), std::pair("toe_off", toe_off)})
      step.events.push_back({.id = side + id, .t_s = t.value, .u_s = t.u, .frame = 0, .flags = {}});
    step.metrics = std::move(table).Finish();
    steps.push_back(std::move(step));
  }
  return steps;
}

Summary Of(const std::vector<Rep>& steps, std::string_view id) {
  const auto all = SummarizeSteps(steps, Catalogue());
  const auto at = std::ranges::find(all, id, &Summary::id);
  return at == all.end() ? Summary{} : *at;
}

TEST(SummarizeSteps, TheCadenceIsOfBothFeet) {
  const auto steps = StepsOf(20, Feet::kKnown, 0.01);
  const Summary cadence = Of(steps, "cadence");
  EXPECT_NEAR(*cadence.mean, 60 / kStep_s, 0.2);
  EXPECT_FALSE(cadence.left || cadence.right || cadence.sd || cadence.best);
  const Summary step_time = Of(steps, "step_time");
  EXPECT_NEAR(*step_time.left, kStep_s + 0.01, 1e-9);
  EXPECT_NEAR(*step_time.right, kStep_s - 0.01, 1e-9);
  EXPECT_NEAR(*step_time.sd, 0.01, 1e-3);
}

TEST(SummarizeSteps, TheCadenceIsThatOfAllContactsWhetherTheFeetAreKnownOrNot) {
  for (const Feet feet : {Feet::kUnknown, Feet::kKnown}) {
    const Summary cadence = Of(StepsOf(20, feet), "cadence");
    EXPECT_NEAR(*cadence.mean, 60 / kStep_s, 1e-9);
    EXPECT_LT(*cadence.u, 0.05);
    EXPECT_EQ(cadence.n, 19);
    EXPECT_EQ(Of(StepsOf(20, feet), "contact_time").left.has_value(), feet == Feet::kKnown);
  }
}

TEST(SummarizeSteps, StepsThatWereNotSeenAreNoLongerOnes) {
  auto steps = StepsOf(20, Feet::kUnknown);
  steps[3].events.clear();
  EXPECT_NEAR(*Of(steps, "cadence").mean, 60 / kStep_s, 1e-9);
}

TEST(SummarizeSteps, OneStepOfManyHardlyChangesAnUncertainty) {
  for (const Feet feet : {Feet::kUnknown, Feet::kKnown}) {
    const auto all = SummarizeSteps(StepsOf(40, feet), Catalogue());
    for (const std::size_t out : {4U, 20U}) {
      auto steps = StepsOf(40, feet);
      steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(out));
      const auto without = SummarizeSteps(steps, Catalogue());
      ASSERT_EQ(without.size(), all.size());
      for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_NEAR(*without[i].mean, *all[i].mean, 1e-9) << all[i].id;
        EXPECT_NEAR(*without[i].u, *all[i].u, 0.1 * *all[i].u) << all[i].id;
      }
    }
  }
}

TEST(StepTimesOf, AStepKnowsWhenTheNextOnesBegin) {
  const auto steps = StepsOf(5, Feet::kUnknown);
  const StepTimes times = StepTimesOf(steps[1]);
  EXPECT_NEAR(times.contact->value, kStep_s, 1e-12);
  EXPECT_NEAR(times.toe_off->value, kStep_s + kContact_s, 1e-12);
  EXPECT_NEAR(times.next_contact->value, 2 * kStep_s, 1e-12);
  EXPECT_NEAR(times.next_contact->u, kU_s, 1e-12);
  EXPECT_NEAR(times.stride_end->value, 3 * kStep_s, 1e-12);
  EXPECT_FALSE(StepTimesOf(steps[4]).next_contact);
}

}  // namespace
}  // namespace plyo
