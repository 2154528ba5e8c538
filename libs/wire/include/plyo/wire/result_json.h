#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "plyo/base/error.h"
#include "plyo/kinematics/result.h"

namespace plyo {

/// The result document `plyo.analysis/1` (contract/result.schema.json) of a result: SI units,
/// fields in the document's order, times to the microsecond, other figures to seven significant
/// digits. Traces are no part of it. Thread safe.
nlohmann::ordered_json ToJson(const AnalysisResult& result);

/// The document as text; indented by two for people, or in one line. Bytes that are not UTF-8 (in a
/// file's name) become U+FFFD. Ends without a line break.
enum class JsonLayout { kIndented, kOneLine };
std::string ResultDocument(const AnalysisResult& result, JsonLayout layout = JsonLayout::kIndented);

/// contract/result.schema.json: the JSON Schema of the document.
std::string_view ResultSchema();

/// What a document may be at most: it may come from anywhere.
struct ResultDocumentLimits {
  std::size_t bytes = std::size_t{64} << 20;
  std::size_t depth = 16;          ///< of nested arrays and objects
  std::size_t elements = 100'000;  ///< of one array
  std::size_t text_bytes = 4096;   ///< of one string
};

/// Reads a document. Fields that are not known are passed over, so that a later minor version can
/// be read; a missing field, one of the wrong type or another schema fails with kInvalidDocument
/// and a message that names its place
/// ("athletes[0].reps[1].events[0].t_s"). Thread safe.
Result<AnalysisResult> ResultFromDocument(std::string_view text,
                                          const ResultDocumentLimits& limits = {});

}  // namespace plyo
