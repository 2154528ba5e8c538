#pragma once

#include <nlohmann/json.hpp>

#include "plyo/report/html_report.h"

namespace plyo::report {

/// Everything that the page shows, as the texts and numbers it shows: digits, units, labels and
/// words are chosen here, the page only lays them out. Curves are arrays of displayed numbers, null
/// where there is none.
nlohmann::ordered_json MakeViewModel(const ReportInput& input);

/// JSON for a <script type="application/json"> element: no character in it can end the element or
/// begin another one, whatever the strings hold; broken UTF-8 becomes U+FFFD.
std::string ToScriptSafeJson(const nlohmann::ordered_json& json);

}  // namespace plyo::report
