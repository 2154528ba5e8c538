#include "plyo/kinematics/scale.h"

#include <cmath>

#include "plyo/base/units.h"
#include "plyo/kinematics/flags.h"

namespace plyo {
namespace {

// Eye to heel of the refined landmarks over barefoot stature, mean over models and people; its
// spread is a body's and a camera's more than the model's.
constexpr double kEyeToHeelFraction = 0.924;
constexpr double kEyeToHeelSpread = 0.013;
constexpr double kSlowMotion = 0.15;  // DEFINITIONS: g off by more than 15 %
constexpr double kAdultStature_m = 1.70;
constexpr double kAdultSpread = 0.12;
// Heads and heels of other landmarks than BlazePose's are elsewhere: more is a wrong length.
constexpr double kWrongStature = 0.1;

}  // namespace

ScaleFinding FindScale(const std::optional<Standing>& standing,
                       const std::optional<Parabola>& flight, std::optional<double> stature_m,
                       const std::optional<Ruler>& ruler, std::optional<double> known_m_per_px) {
  ScaleFinding finding;
  std::optional<Estimate> by_body;  // m/px; of an assumed adult where nothing is given
  const bool given = stature_m || known_m_per_px;
  if (known_m_per_px) {
    by_body = Estimate{*known_m_per_px, *known_m_per_px * kKnownLengthU};
  } else if (standing && standing->eye_to_heel_px > 0) {
    const double value =
        kEyeToHeelFraction * stature_m.value_or(kAdultStature_m) / standing->eye_to_heel_px;
    by_body = Estimate{value, value * (stature_m ? kEyeToHeelSpread : kAdultSpread)};
  }
  bool body_is_wrong = false;
  std::optional<Estimate> by_fall;
  if (flight) {
    const double value = kGravity / flight->fall_px_s2.value;
    by_fall = Estimate{value, value * flight->fall_px_s2.u / flight->fall_px_s2.value};
  }
  if (by_body && by_fall) {
    const double ratio = by_body->value / by_fall->value;  // apparent g over g
    const double u = ratio * std::hypot(by_body->u / by_body->value, by_fall->u / by_fall->value);
    // Slow motion falls too slowly. What falls too fast was measured on a crouching or half hidden
    // body.
    if (1 - ratio - (given ? u : 3 * u) > kSlowMotion) {
      finding.flags.emplace_back(flag::kSuspectedSlowMotion);
    } else if (given && std::abs(ratio - 1) > 2 * u) {
      finding.flags.emplace_back(flag::kScaleConflict);
      body_is_wrong = ratio - 1 - u > kSlowMotion;
    }
  }
  std::optional<Estimate> by_ruler;
  if (ruler && ruler->length_px.value > 2 * ruler->length_px.u) {
    const double value = ruler->length_m / ruler->length_px.value;
    by_ruler = Estimate{value, value * ruler->length_px.u / ruler->length_px.value};
  }
  if (by_ruler) {
    const std::optional<Estimate>& other = given && by_body ? by_body : by_fall;
    if (other && std::abs(by_ruler->value - other->value) > 2 * std::hypot(by_ruler->u, other->u)) {
      AddOnce(finding.flags, flag::kScaleConflict);
    }
  }
  if (known_m_per_px && stature_m && standing) {
    const double seen_m = *known_m_per_px * standing->eye_to_heel_px / kEyeToHeelFraction;
    if (std::abs(seen_m / *stature_m - 1) > kWrongStature) {
      AddOnce(finding.flags, flag::kScaleConflict);
    }
  }
  const auto use = [&finding](const char* method, const Estimate& estimate) {
    finding.scale = {.method = method, .m_per_px = estimate.value, .u_m_per_px = estimate.u};
  };
  if (known_m_per_px) {
    use("known_length", *by_body);
  } else if (stature_m && by_body && !body_is_wrong) {
    use("stature", *by_body);
  } else if (by_ruler) {
    use("box", *by_ruler);
  } else if (by_fall) {
    use("free_fall", *by_fall);
  }
  return finding;
}

}  // namespace plyo
