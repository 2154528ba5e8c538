#include "plyo/statistics/agreement.h"

#include <algorithm>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace plyo {
namespace {

constexpr double kTail = 0.025;  // of a two-sided 95 % interval
constexpr double kRounding = 1e-9;
constexpr double kLimit = 1.96;  // standard deviations to a limit of agreement

double FisherF(double degrees_1, double degrees_2) {
  return boost::math::quantile(
      boost::math::complement(boost::math::fisher_f(degrees_1, degrees_2), kTail));
}

SampleEstimate Around(double value, double half) { return {value, {value - half, value + half}}; }

}  // namespace

double StudentT95(double degrees) {
  return boost::math::quantile(boost::math::complement(boost::math::students_t(degrees), kTail));
}

Agreement AgreementOf(std::span<const double> measured, std::span<const double> reference) {
  Agreement agreement;
  const std::size_t count = measured.size();
  agreement.n = static_cast<int>(count);
  if (count == 0) return agreement;
  const auto n = static_cast<double>(count);
  double sum = 0;
  double level = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double difference = measured[i] - reference[i];
    sum += difference;
    agreement.mae += std::abs(difference) / n;
    level += (measured[i] + reference[i]) / (2 * n);
  }
  agreement.bias = sum / n;
  if (count < 2) return agreement;
  double squares = 0;
  std::vector<std::vector<double>> ratings;
  for (std::size_t i = 0; i < count; ++i) {
    const double off = measured[i] - reference[i] - agreement.bias;
    squares += off * off;
    ratings.push_back({measured[i], reference[i]});
  }
  const double sd = std::sqrt(squares / (n - 1));
  const double t = StudentT95(n - 1);
  agreement.sd = sd;
  agreement.bias_interval = Around(agreement.bias, t * sd / std::sqrt(n)).interval;
  const double limit_half = t * sd * std::sqrt(1 / n + kLimit * kLimit / (2 * (n - 1)));
  agreement.lower_limit = Around(agreement.bias - kLimit * sd, limit_half);
  agreement.upper_limit = Around(agreement.bias + kLimit * sd, limit_half);
  agreement.typical_error = sd / std::sqrt(2.0);
  if (level != 0) agreement.cv_percent = 100 * *agreement.typical_error / std::abs(level);
  agreement.icc = IntraclassCorrelation(ratings);
  return agreement;
}

std::optional<SampleEstimate> IntraclassCorrelation(std::span<const std::vector<double>> ratings) {
  if (ratings.size() < 2 || ratings.front().size() < 2) return std::nullopt;
  const std::size_t subjects = ratings.size();
  const std::size_t raters = ratings.front().size();
  const auto n = static_cast<double>(subjects);
  const auto k = static_cast<double>(raters);
  double grand = 0;
  std::vector<double> of_rater(raters);
  std::vector<double> of_subject(subjects);
  for (std::size_t i = 0; i < subjects; ++i) {
    for (std::size_t j = 0; j < raters; ++j) {
      of_subject[i] += ratings[i][j] / k;
      of_rater[j] += ratings[i][j] / n;
      grand += ratings[i][j] / (n * k);
    }
  }
  double between_subjects = 0;
  double between_raters = 0;
  double residual = 0;
  for (std::size_t i = 0; i < subjects; ++i)
    between_subjects += k * std::pow(of_subject[i] - grand, 2);
  for (std::size_t j = 0; j < raters; ++j) between_raters += n * std::pow(of_rater[j] - grand, 2);
  for (std::size_t i = 0; i < subjects; ++i) {
    for (std::size_t j = 0; j < raters; ++j)
      residual += std::pow(ratings[i][j] - of_subject[i] - of_rater[j] + grand, 2);
  }
  const double msr = between_subjects / (n - 1);
  const double msc = between_raters / (k - 1);
  const double mse = residual / ((n - 1) * (k - 1));
  const double whole = msr + (k - 1) * mse + k * (msc - mse) / n;
  if (!(whole > 0)) return std::nullopt;
  const double r = (msr - mse) / whole;
  // Without any disagreement there is nothing to be unsure of.
  if (r > 1 - kRounding) return SampleEstimate{r, {r, r}};

  const double a = k * r / (n * (1 - r));
  const double b = 1 + k * r * (n - 1) / (n * (1 - r));
  const double both = a * msc + b * mse;
  const double parts = std::pow(a * msc, 2) / (k - 1) + std::pow(b * mse, 2) / ((n - 1) * (k - 1));
  // Of a correlation below zero the approximation may have less than one degree of freedom.
  const double degrees = parts > 0 ? std::max(1.0, both * both / parts) : 1.0;
  const double rest = k * msc + (k * n - k - n) * mse;
  const double f_low = FisherF(n - 1, degrees);
  const double f_high = FisherF(degrees, n - 1);
  return SampleEstimate{r,
                        {n * (msr - f_low * mse) / (f_low * rest + n * msr),
                         n * (f_high * msr - mse) / (rest + n * f_high * msr)}};
}

}  // namespace plyo
