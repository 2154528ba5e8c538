#include "plyo/kinematics/parabola.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace plyo {
namespace {

// The landmarks' own, pose-dependent error does not show in the residuals: the CoM of a body that
// tucks and stretches in flight wanders by some millimetres for the whole flight. Found on clips
// with exact truth (bench/accuracy).
constexpr double kApexSystematic_s = 0.0028;
constexpr double kFallSystematic = 0.045;
constexpr int kFewest = 5;

std::optional<Parabola> Fit(const Signal& height, double begin_s, double end_s,
                            std::optional<double> known_fall) {
  const Signal part = Slice(height, begin_s, end_s);
  const auto n = static_cast<Eigen::Index>(part.size());
  if (n < (known_fall ? 3 : kFewest)) return std::nullopt;
  const double middle = (part.t_s.front() + part.t_s.back()) / 2;
  const int unknowns = known_fall ? 2 : 3;
  Eigen::MatrixXd design(n, unknowns);
  Eigen::VectorXd target(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const auto k = static_cast<std::size_t>(i);
    const double x = part.t_s[k] - middle;
    design(i, 0) = 1;
    design(i, 1) = x;
    if (!known_fall) design(i, 2) = -x * x / 2;
    target(i) = part.value[k] + (known_fall ? *known_fall * x * x / 2 : 0);
  }
  Eigen::VectorXd weight = Eigen::VectorXd::Ones(n);
  Eigen::VectorXd c;
  Eigen::MatrixXd inverse;
  double spread = 0;
  for (int pass = 0; pass < 8; ++pass) {
    const Eigen::MatrixXd weighted = weight.asDiagonal() * design;
    const Eigen::LDLT<Eigen::MatrixXd> solver(design.transpose() * weighted);
    if (solver.info() != Eigen::Success) return std::nullopt;
    c = solver.solve(weighted.transpose() * target);
    inverse = solver.solve(Eigen::MatrixXd::Identity(unknowns, unknowns));
    const Eigen::VectorXd residual = target - design * c;
    spread = std::sqrt(residual.squaredNorm() /
                       static_cast<double>(std::max<Eigen::Index>(n - unknowns, 1)));
    const Eigen::VectorXd sizes = residual.cwiseAbs();
    const double robust = 1.4826 * Median({sizes.begin(), sizes.end()}) + 1e-9;
    for (Eigen::Index i = 0; i < n; ++i) {
      const double z = residual(i) / (2 * robust);
      weight(i) = 1 / std::sqrt(1 + z * z);
    }
  }
  const double fall = known_fall ? *known_fall : c(2);
  if (fall <= 0) return std::nullopt;
  Parabola parabola;
  parabola.samples = static_cast<int>(n);
  parabola.residual_px = spread;
  const double offset = c(1) / fall;
  parabola.apex_s.value = middle + offset;
  if (parabola.apex_s.value <= part.t_s.front() || parabola.apex_s.value >= part.t_s.back())
    return std::nullopt;
  parabola.apex_height_px = c(0) + c(1) * c(1) / (2 * fall);
  parabola.fall_px_s2 = {
      fall, known_fall ? 0 : std::hypot(kFallSystematic * fall, spread * std::sqrt(inverse(2, 2)))};
  parabola.apex_s.u = std::hypot(kApexSystematic_s, spread * std::sqrt(inverse(1, 1)) / fall);
  return parabola;
}

}  // namespace

double Parabola::HeightAt(double t) const {
  const double x = t - apex_s.value;
  return apex_height_px - fall_px_s2.value / 2 * x * x;
}

std::optional<Parabola> FitParabola(const Signal& height, double begin_s, double end_s) {
  return Fit(height, begin_s, end_s, std::nullopt);
}

std::optional<Parabola> FitParabola(const Signal& height, double begin_s, double end_s,
                                    double fall_px_s2) {
  return Fit(height, begin_s, end_s, fall_px_s2);
}

}  // namespace plyo
