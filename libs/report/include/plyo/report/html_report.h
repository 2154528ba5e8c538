#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"
#include "plyo/report/key_frame.h"

namespace plyo {

/// What a report shows. Everything is borrowed for the length of the call.
struct ReportInput {
  const AnalysisResult& result;  ///< curves are drawn from Rep::traces
  const Sport& sport;
  std::span<const KeyFrame> key_frames;
  std::string_view athlete_name;  ///< as given by the user; may be empty
  std::string_view recorded_on;   ///< date as given by the user; may be empty
  std::vector<std::pair<std::string, std::string>>
      versions;  ///< further lines of the provenance: ("FFmpeg", "5.1.9")
};

/// The report as one HTML document that needs nothing else: no network, no other file. Texts of any
/// content (names with markup, quotes, broken UTF-8) are shown as text and never run. A result
/// without reps gives a report that says so and what may be the cause.
std::string RenderHtmlReport(const ReportInput& input);

}  // namespace plyo
