#include "json_reader.h"

#include <fmt/format.h>

namespace plyo::wire {
namespace {

using Json = nlohmann::ordered_json;

/// Lets the limits be broken nowhere: checks while the text is read, before anything is kept.
class LimitCheck {
 public:
  explicit LimitCheck(const ResultDocumentLimits& limits) : limits_(limits) {}

  /// False: the parser drops the element; the reason is kept.
  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    using Event = Json::parse_event_t;
    if (!failure_.empty()) return false;
    if (event == Event::object_start || event == Event::array_start) {
      if (static_cast<std::size_t>(depth) >= limits_.depth) {
        failure_ = fmt::format("arrays and objects nested deeper than {}", limits_.depth);
      }
    } else if (event == Event::array_end || event == Event::object_end) {
      if (parsed.size() > limits_.elements)
        failure_ = fmt::format("an array of more than {} elements", limits_.elements);
    } else if (parsed.is_string() &&
               parsed.get_ref<const std::string&>().size() > limits_.text_bytes) {
      failure_ = fmt::format("a string of more than {} bytes", limits_.text_bytes);
    }
    return failure_.empty();
  }
  const std::string& Failure() const { return failure_; }

 private:
  const ResultDocumentLimits& limits_;
  std::string failure_;
};

tl::unexpected<Error> FailDocument(std::string_view what) {
  return Fail(ErrorCode::kInvalidDocument, fmt::format("not a result document: {}", what));
}

/// What the parser says, without its own number for it.
std::string_view SaidBy(const Json::exception& error) {
  const std::string_view what = error.what();
  const auto end = what.starts_with('[') ? what.find("] ") : std::string_view::npos;
  return end == std::string_view::npos ? what : what.substr(end + 2);
}

}  // namespace

Result<Json> ParseJson(std::string_view text, const ResultDocumentLimits& limits) {
  if (text.size() > limits.bytes)
    return FailDocument(fmt::format("more than {} bytes", limits.bytes));
  LimitCheck check(limits);
  try {
    Json json = Json::parse(text, std::ref(check), /*allow_exceptions=*/true);
    if (!check.Failure().empty()) return FailDocument(check.Failure());
    return json;
  } catch (const Json::exception& error) {
    return FailDocument(check.Failure().empty() ? SaidBy(error) : check.Failure());
  }
}

std::string JsonReader::Place(std::string_view field) const {
  return place_.empty() ? std::string(field) : fmt::format("{}.{}", place_, field);
}

void JsonReader::Refuse(std::string_view field, std::string_view what) const {
  if (failure_->empty())
    *failure_ = fmt::format("{}: {}", field.empty() ? place_ : Place(field), what);
}

bool JsonReader::RequireObject() const {
  if (at_->is_object()) return true;
  Refuse("", "expected an object");
  return false;
}

const Json* JsonReader::Find(const char* field) const {
  const auto at = at_->find(field);
  if (at != at_->end()) return &*at;
  Refuse(field, "is missing");
  return nullptr;
}

const Json* JsonReader::FindArray(const char* field) const {
  const auto* json = Find(field);
  if (json && !json->is_array()) {
    Refuse(field, "expected an array");
    return nullptr;
  }
  return json;
}

std::string JsonReader::Text(const char* field) const {
  const auto* json = Find(field);
  if (!json) return {};
  if (!json->is_string()) {
    Refuse(field, "expected a string");
    return {};
  }
  return json->get<std::string>();
}

std::string JsonReader::OptionalText(const char* field) const {
  return at_->contains(field) ? Text(field) : std::string{};
}

bool JsonReader::Truth(const char* field) const {
  const auto* json = Find(field);
  if (!json) return false;
  if (!json->is_boolean()) {
    Refuse(field, "expected true or false");
    return false;
  }
  return json->get<bool>();
}

double JsonReader::Number(const char* field) const {
  const auto* json = Find(field);
  if (!json) return 0;
  if (!json->is_number()) {
    Refuse(field, "expected a number");
    return 0;
  }
  return json->get<double>();
}

std::optional<double> JsonReader::OptionalNumber(const char* field) const {
  const auto at = at_->find(field);
  if (at == at_->end() || at->is_null()) return std::nullopt;
  return Number(field);
}

std::int64_t JsonReader::Integer(const char* field, std::int64_t low, std::int64_t high) const {
  const auto* json = Find(field);
  if (!json) return low;
  const bool fits = json->is_number_integer() &&
                    (!json->is_number_unsigned() ||
                     json->get<std::uint64_t>() <=
                         static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
  const auto value = fits ? json->get<std::int64_t>() : low;
  if (!fits || value < low || value > high) {
    Refuse(field, fmt::format("expected a whole number from {} to {}", low, high));
    return low;
  }
  return value;
}

std::vector<std::string> JsonReader::Texts(const char* field) const {
  std::vector<std::string> texts;
  const auto* json = FindArray(field);
  if (!json) return texts;
  for (const auto& item : *json) {
    if (!item.is_string()) {
      Refuse(field, "expected strings");
      return {};
    }
    texts.push_back(item.get<std::string>());
  }
  return texts;
}

std::vector<std::string> JsonReader::OptionalTexts(const char* field) const {
  return at_->contains(field) ? Texts(field) : std::vector<std::string>{};
}

}  // namespace plyo::wire
