#pragma once

#include <cmath>
#include <vector>

#include "plyo/base/units.h"
#include "plyo/force/force_record.h"

// Forces of movements whose truth is known in closed form.
namespace plyo::force::testing {

/// A countermovement jump of a body of `mass_kg`: standing, a dip and a push of sine-shaped
/// acceleration that leaves the ground with `takeoff_m_s`, free flight, and a landing that is its
/// mirror, then standing.
struct JumpScript {
  double mass_kg = 70;
  double takeoff_m_s = 2.5;
  double standing_s = 2;
  double unweighting_s = 0.35;  ///< net force down
  double dip_m_s = 1.2;         ///< speed at its end
  double push_s = 0.45;         ///< net force up, from -dip_m_s to takeoff_m_s
  double after_s = 2.5;
};

/// What the script must give.
struct JumpTruth {
  double takeoff_s = 0;
  double landing_s = 0;
  double lowest_s = 0;
  double depth_m = 0;
};

/// Net acceleration integrates to `gain_m_s` over `length_s` as a half sine.
inline double HalfSine(double t, double length_s, double gain_m_s) {
  if (t < 0 || t >= length_s) return 0;
  const double peak = gain_m_s * M_PI / (2 * length_s);
  return peak * std::sin(M_PI * t / length_s);
}

/// Velocity that it has given by t.
inline double HalfSineGain(double t, double length_s, double gain_m_s) {
  if (t <= 0) return 0;
  if (t >= length_s) return gain_m_s;
  return gain_m_s / 2 * (1 - std::cos(M_PI * t / length_s));
}

inline JumpTruth TruthOf(const JumpScript& script) {
  JumpTruth truth;
  truth.takeoff_s = script.standing_s + script.unweighting_s + script.push_s;
  truth.landing_s = truth.takeoff_s + 2 * script.takeoff_m_s / kGravity;
  const auto velocity = [&](double t) {
    return HalfSineGain(t - script.standing_s, script.unweighting_s, -script.dip_m_s) +
           HalfSineGain(t - script.standing_s - script.unweighting_s, script.push_s,
                        script.dip_m_s + script.takeoff_m_s);
  };
  double height = 0;
  constexpr double kStep = 1e-5;
  for (double t = script.standing_s; t < truth.takeoff_s; t += kStep) {
    height += velocity(t + kStep / 2) * kStep;
    if (height < -truth.depth_m) {
      truth.depth_m = -height;
      truth.lowest_s = t;
    }
  }
  return truth;
}

/// N on the plate. The push ends in the air at once; so the take-off is sharp.
inline double ForceAt(const JumpScript& script, const JumpTruth& truth, double t) {
  const double g = kGravity;
  double net = 0;
  if (t < truth.takeoff_s) {
    net = HalfSine(t - script.standing_s, script.unweighting_s, -script.dip_m_s) +
          HalfSine(t - script.standing_s - script.unweighting_s, script.push_s,
                   script.dip_m_s + script.takeoff_m_s);
  } else if (t < truth.landing_s) {
    return 0;
  } else {
    net = HalfSine(t - truth.landing_s, script.push_s, script.dip_m_s + script.takeoff_m_s) +
          HalfSine(t - truth.landing_s - script.push_s, script.unweighting_s, -script.dip_m_s);
  }
  return script.mass_kg * (g + net);
}

inline ForceRecord RecordOf(const JumpScript& script, double rate_hz = 1000, double begin_s = 0) {
  const JumpTruth truth = TruthOf(script);
  const double end_s = truth.landing_s + script.push_s + script.unweighting_s + script.after_s;
  ForceRecord record{.rate_hz = rate_hz, .begin_s = begin_s, .force_n = {}};
  for (double i = 0; i / rate_hz < end_s; ++i)
    record.force_n.push_back(ForceAt(script, truth, i / rate_hz));
  return record;
}

/// Off a box onto the empty plate: landing with `fall_m_s`, leaving with `takeoff_m_s` after
/// `contact_s`, landing, and standing.
inline ForceRecord DropRecord(double mass_kg, double fall_m_s, double contact_s, double takeoff_m_s,
                              double rate_hz = 1000) {
  constexpr double kEmpty_s = 1.0;
  constexpr double kLanding_s = 0.5;
  const double flight_s = 2 * takeoff_m_s / kGravity;
  ForceRecord record{.rate_hz = rate_hz, .begin_s = 0, .force_n = {}};
  const double landing = kEmpty_s + contact_s + flight_s;
  for (double i = 0; i / rate_hz < landing + kLanding_s + 2; ++i) {
    const double t = i / rate_hz;
    double force = 0;
    if (t >= kEmpty_s && t < kEmpty_s + contact_s) {
      force = mass_kg * (kGravity + HalfSine(t - kEmpty_s, contact_s, fall_m_s + takeoff_m_s));
    } else if (t >= landing) {
      force = mass_kg * (kGravity + HalfSine(t - landing, kLanding_s, takeoff_m_s));
    }
    record.force_n.push_back(force);
  }
  return record;
}

}  // namespace plyo::force::testing
