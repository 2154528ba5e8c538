#pragma once

#include <span>
#include <string>
#include <string_view>

#include "plyo/kinematics/sport.h"
#include "plyo/results/compare.h"

namespace plyo {

/// What a report over sessions shows. Everything is borrowed for the length of the call.
struct ComparisonInput {
  const Sport& sport;
  std::span<const Session> sessions;
  std::span<const AthleteTrends> athletes;
  /// By id; empty: the headline metrics and the asymmetries.
  std::span<const std::string> metrics = {};
};

/// A sign of a gross error on a session's figure, in words for who compares: "Slow motion
/// suspected: ... No change from or to such a figure is judged."
std::string GrossErrorText(std::string_view sign);

/// The trends as one HTML document, as RenderHtmlReport
/// makes it: it needs nothing else, and texts of any content are shown as text.
std::string RenderComparisonReport(const ComparisonInput& input);

}  // namespace plyo
