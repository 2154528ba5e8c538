#pragma once

#include <span>
#include <string>
#include <string_view>

#include "plyo/kinematics/sport.h"
#include "plyo/validation/validation.h"

namespace plyo {

/// What a report of videos against force plates shows. Everything is borrowed for the length of the
/// call.
struct ValidationReportInput {
  const Validation& validation;
  std::span<const RecordingPair> recordings;
  const Sport& sport;  ///< of the plate: labels and units
  std::string_view plyo_version;
  std::string_view created_at;
};

/// A flag of MetricAgreement in words for who validates: "slow motion suspected: ... Such a figure
/// counts in the agreement: ..."
std::string AgreementFlagText(std::string_view flag);

/// The report as one HTML document that needs nothing else: of each metric a Bland-Altman plot
/// (difference against mean, with bias, limits of agreement and their 95 % confidence intervals),
/// the table of agreement with the flags of its pairs, and what was paired. Texts of any content
/// are shown as text.
std::string RenderValidationReport(const ValidationReportInput& input);

}  // namespace plyo
