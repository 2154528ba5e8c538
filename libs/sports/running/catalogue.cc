#include "catalogue.h"

#include <algorithm>
#include <string>
#include <utility>

#include "plyo/kinematics/jump_metrics.h"

namespace plyo::sports::running {
namespace {

/// "contact time"
std::string Lower(std::string text) {
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z')
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

std::vector<MetricDescriptor> MetricDescriptors() {
  std::vector<MetricDescriptor> all = {
      DescribeMetric("cadence", "steps/min", "Cadence", "Steps a minute, both feet.", 1, 100, 300,
                     true),
      DescribeMetric("contact_time", "s", "Contact time", "First to last contact of the shoe.", 3,
                     0.08, 0.45, true),
      DescribeMetric("flight_time", "s", "Flight time", "Toe-off to the other foot's contact.", 3,
                     0, 0.3, true),
      DescribeMetric("stride_length", "m", "Stride length",
                     "From a contact to the same foot's next: way over the ground, or belt speed "
                     "times stride time.",
                     2, 0.8, 6, true),
      DescribeMetric("vertical_oscillation", "m", "Vertical oscillation",
                     "Centre of mass, highest minus lowest in a stride.", 3, 0.02, 0.2, true),
      DescribeMetric("foot_strike", "deg", "Foot strike",
                     "Heel above +5°, fore below -5°, mid between: by the foot strike angle.", 0,
                     -40, 50, true),
      DescribeMetric("speed", "m/s", "Speed", "Over the ground, or as given of the belt.", 2, 1, 13,
                     true),
      DescribeMetric("step_time", "s", "Step time", "Contact to the other foot's contact.", 3, 0.2,
                     0.6),
      DescribeMetric("stride_time", "s", "Stride time", "Contact to the same foot's next.", 3, 0.4,
                     1.2),
      DescribeMetric("duty_factor", "1", "Duty factor", "Contact time / stride time.", 2, 0.1, 0.5),
      DescribeMetric("step_length", "m", "Step length",
                     "From a contact to the other foot's: way over the ground, or belt speed times "
                     "step time.",
                     2, 0.4, 3),
      DescribeMetric("foot_strike_angle", "deg", "Foot strike angle",
                     "Of the shoe against the ground at contact, toes up positive.", 0, -40, 50),
      DescribeMetric("overstride", "m", "Overstride",
                     "Ankle ahead of the centre of mass at contact.", 2, -0.2, 0.7),
      DescribeMetric("knee_angle_contact", "deg", "Knee angle at contact", "Straight is 180.", 0,
                     90, 180),
      DescribeMetric("knee_angle_midstance", "deg", "Knee angle at midstance",
                     "In the middle of the contact; straight is 180.", 0, 80, 180),
      DescribeMetric(
          "trunk_lean", "deg", "Trunk lean",
          "Middle of hips to middle of shoulders against the vertical, forward positive; "
          "mean of the stride.",
          0, -15, 45),
      DescribeMetric("vertical_stiffness", "N/m", "Vertical stiffness",
                     "Peak force / fall of the centre of mass, half a sine of force (Morin et al. "
                     "2005); needs the mass.",
                     0, 5000, 120000),
      DescribeMetric("leg_stiffness", "N/m", "Leg stiffness",
                     "Peak force / shortening of the leg (Morin et al. 2005); needs mass, height "
                     "and speed.",
                     0, 2000, 60000),
  };
  for (const char* of : {"contact_time", "flight_time", "step_time"}) {
    const auto at = std::ranges::find(all, of, &MetricDescriptor::id);
    MetricDescriptor asymmetry =
        DescribeMetric("asymmetry_" + at->id, "%", "Asymmetry of " + Lower(at->label),
                       "(right - left) / larger, by the means of both sides.", 1, -60, 60);
    asymmetry.of_summary = true;
    asymmetry.made_of = of;
    all.push_back(std::move(asymmetry));
  }
  return all;
}

}  // namespace

const std::vector<MetricDescriptor>& Catalogue() {
  static const std::vector<MetricDescriptor> kCatalogue = MetricDescriptors();
  return kCatalogue;
}

std::vector<EventDescriptor> EventDescriptors() {
  return {
      {"left_foot_contact", "Left contact", "First contact of the left shoe.", true},
      {"left_toe_off", "Left toe-off", "Last contact of the left shoe.", true},
      {"right_foot_contact", "Right contact", "First contact of the right shoe.", true},
      {"right_toe_off", "Right toe-off", "Last contact of the right shoe.", true},
  };
}

std::vector<PhaseDescriptor> PhaseDescriptors() {
  return {
      {"stance", "Stance", "Contact to toe-off."},
      {"flight", "Flight", "Toe-off to the other foot's contact."},
  };
}

}  // namespace plyo::sports::running
