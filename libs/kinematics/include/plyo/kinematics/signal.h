#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace plyo {

/// A quantity over time: samples at strictly increasing times in seconds, not necessarily evenly
/// spaced. A missing frame is simply not there: gaps are the steps that are too long, never
/// invented samples.
struct Signal {
  std::vector<double> t_s;
  std::vector<double> value;

  std::size_t size() const { return t_s.size(); }
  bool empty() const { return t_s.empty(); }
  void Push(double t, double v) {
    t_s.push_back(t);
    value.push_back(v);
  }
};

/// Median time between samples; 0 with fewer than two.
double SamplePeriod(std::span<const double> t_s);

/// The longest time between neighbouring samples in or across the interval; 0 where there are none.
double LongestStep(std::span<const double> t_s, double begin_s, double end_s);

/// A polynomial fitted to the neighbourhood of an instant: the value there and its derivatives.
struct LocalFit {
  double value = 0;
  double slope = 0;
  double curvature = 0;  ///< second derivative
  double residual = 0;   ///< standard deviation of the samples about the fit
  double u_value = 0;    ///< standard uncertainty of the value, by the residual
  int samples = 0;
};

/// Weighted least-squares polynomial of `order` 1 to 3 over the samples within `half_window_s` of
/// `t`, tricube weights (Cleveland 1979). Works in time, not in samples, so that the answer depends
/// neither on frame rate nor on jitter. nullopt where there are too few samples to determine it.
/// The window of a low frame rate widens itself to order + 2 samples, at most threefold.
std::optional<LocalFit> FitLocally(const Signal& signal, double t, double half_window_s, int order);

/// The signal smoothed at its own times; where FitLocally has no answer the sample is left out.
Signal Smooth(const Signal& signal, double half_window_s, int order);

/// The first derivative at the signal's own times.
Signal Differentiate(const Signal& signal, double half_window_s, int order);

/// Linear interpolation; nullopt outside the samples or across a step longer than `longest_gap_s`.
std::optional<double> ValueAt(const Signal& signal, double t, double longest_gap_s);

/// The samples with begin_s <= t < end_s.
Signal Slice(const Signal& signal, double begin_s, double end_s);

double Mean(std::span<const double> values);
/// Of two values or more, about their mean: n - 1.
double StandardDeviation(std::span<const double> values);
double Median(std::vector<double> values);
/// Median absolute deviation from the median, times 1.4826: the standard deviation of a normal
/// distribution.
double RobustDeviation(const std::vector<double>& values);
/// Linear between order statistics, 0 <= fraction <= 1.
double Quantile(std::vector<double> values, double fraction);

}  // namespace plyo
