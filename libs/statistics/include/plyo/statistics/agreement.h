#pragma once

#include <optional>
#include <span>
#include <vector>

namespace plyo {

/// A 95 % confidence interval, in the unit of what it belongs to.
struct ConfidenceInterval {
  double low = 0;
  double high = 0;
};

/// A figure of a sample with its confidence interval.
struct SampleEstimate {
  double value = 0;
  ConfidenceInterval interval;
};

/// How far two ways of measuring the same things agree; everything but n, bias and mae needs two
/// pairs. Differences are measured minus reference, in the unit of both.
struct Agreement {
  int n = 0;
  double bias = 0;  ///< mean difference
  double mae = 0;   ///< mean absolute difference
  std::optional<ConfidenceInterval> bias_interval;
  std::optional<double> sd;  ///< of the differences
  /// 95 % limits of agreement, bias ± 1.96 SD (Bland & Altman 1986), with confidence intervals by
  /// the standard error SD √(1/n + 1.96²/(2(n-1))) and Student's t (Bland & Altman 1999).
  std::optional<SampleEstimate> lower_limit;
  std::optional<SampleEstimate> upper_limit;
  std::optional<double> typical_error;  ///< SD / √2 (Hopkins 2000)
  std::optional<double> cv_percent;     ///< typical error in per cent of the mean of all values
  std::optional<SampleEstimate> icc;    ///< ICC(2,1)
};

/// So many standard errors are half of a 95 % interval, where the standard deviation has that many
/// degrees of freedom: Student's t at 97.5 %.
double StudentT95(double degrees);

/// The pairs (measured[i], reference[i]) of equal length; all of them finite.
Agreement AgreementOf(std::span<const double> measured, std::span<const double> reference);

/// ICC(2,1): two-way random effects, absolute agreement, a single measurement (Shrout & Fleiss
/// 1979); its confidence interval by McGraw & Wong (1996, ICC(A,1)). `ratings[subject][rater]`, all
/// rows of one length. nullopt for fewer than two subjects or raters, or without any variance.
std::optional<SampleEstimate> IntraclassCorrelation(std::span<const std::vector<double>> ratings);

}  // namespace plyo
