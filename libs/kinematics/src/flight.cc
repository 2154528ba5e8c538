#include "plyo/kinematics/flight.h"

#include <Eigen/Dense>
#include <cmath>

#include "plyo/base/units.h"

namespace plyo {
namespace {

using Instants = Eigen::Vector3d;  // take-off, apex, landing

struct Residual {
  double value = 0;  // in standard uncertainties
  Eigen::RowVector3d gradient = Eigen::RowVector3d::Zero();
};

Residual Direct(const Instants& at, int which, const Estimate& measured) {
  Residual r;
  r.value = (at(which) - measured.value) / measured.u;
  r.gradient(which) = 1 / measured.u;
  return r;
}

Residual Posture(const Instants& at, const Estimate& measured) {
  const double up = at(1) - at(0);
  const double down = at(2) - at(1);
  Residual r;
  r.value = (kGravity / 2 * (down * down - up * up) - measured.value) / measured.u;
  r.gradient << kGravity * up, -kGravity * (down + up), kGravity * down;
  r.gradient /= measured.u;
  return r;
}

Residual Rise(const Instants& at, const Estimate& measured) {
  const double up = at(1) - at(0);
  Residual r;
  r.value = (kGravity / 2 * up * up - measured.value) / measured.u;
  r.gradient << -kGravity * up, kGravity * up, 0;
  r.gradient /= measured.u;
  return r;
}

/// `u_up`, `u_duration`: of the times from take-off to apex and to landing.
Flight Describe(const Estimate& takeoff_s, const Estimate& apex_s, const Estimate& landing_s,
                double u_up, double u_duration) {
  const double up = apex_s.value - takeoff_s.value;
  const double duration = landing_s.value - takeoff_s.value;
  Flight flight;
  flight.takeoff_s = takeoff_s;
  flight.apex_s = apex_s;
  flight.landing_s = landing_s;
  flight.flight_time_s = {duration, u_duration};
  flight.takeoff_velocity_m_s = {kGravity * up, kGravity * u_up};
  flight.height_m = {kGravity / 2 * up * up, kGravity * up * u_up};
  flight.flight_time_height_m = {kGravity / 8 * duration * duration,
                                 kGravity / 4 * duration * u_duration};
  return flight;
}

}  // namespace

Flight FlightOf(const Estimate& takeoff_s, const Estimate& apex_s, const Estimate& landing_s) {
  return Describe(takeoff_s, apex_s, landing_s, std::hypot(takeoff_s.u, apex_s.u),
                  std::hypot(takeoff_s.u, landing_s.u));
}

Flight FuseFlight(const FlightEvidence& evidence) {
  Instants at(evidence.takeoff_s.value, evidence.apex_s.value, evidence.landing_s.value);
  Eigen::Matrix3d information;
  double squares = 0;
  constexpr int kIterations = 12;  // converges to 1e-12 s in five
  for (int i = 0; i < kIterations; ++i) {
    information.setZero();
    Eigen::Vector3d pull = Eigen::Vector3d::Zero();
    squares = 0;
    const auto add = [&](const Residual& r) {
      const double weight = 1 / std::sqrt(1 + r.value * r.value);  // soft-L1
      squares += weight * r.value * r.value;
      information += weight * r.gradient.transpose() * r.gradient;
      pull -= weight * r.gradient.transpose() * r.value;
    };
    add(Direct(at, 0, evidence.takeoff_s));
    add(Direct(at, 1, evidence.apex_s));
    add(Direct(at, 2, evidence.landing_s));
    if (evidence.posture_difference_m) add(Posture(at, *evidence.posture_difference_m));
    if (evidence.rise_m) add(Rise(at, *evidence.rise_m));
    at += information.ldlt().solve(pull);
  }
  // Evidence that disagrees beyond its uncertainty makes the answer as unsure as it is (Birge
  // 1932).
  const double redundant = evidence.posture_difference_m.has_value() + evidence.rise_m.has_value();
  const double birge = redundant > 0 ? std::max(1.0, squares / redundant) : 1.0;
  const Eigen::Matrix3d covariance = birge * information.inverse();
  const auto spread = [&covariance](const Eigen::RowVector3d& gradient) {
    return std::sqrt(std::max(0.0, (gradient * covariance * gradient.transpose()).value()));
  };
  return Describe({at(0), spread({1, 0, 0})}, {at(1), spread({0, 1, 0})},
                  {at(2), spread({0, 0, 1})}, spread({-1, 1, 0}), spread({-1, 0, 1}));
}

}  // namespace plyo
