#pragma once

#include <span>
#include <string>
#include <string_view>

#include "plyo/results/compare.h"

namespace plyo {

/// Sessions beside each other as a document `plyo.comparison/1`, indented: the sessions as given,
/// then for each athlete which of them are his, by index, and the trend of every metric over them.
/// SI units, seven significant digits; what there is none of is null.
std::string ComparisonDocument(std::string_view sport, std::span<const Session> sessions,
                               std::span<const AthleteTrends> athletes);

}  // namespace plyo
