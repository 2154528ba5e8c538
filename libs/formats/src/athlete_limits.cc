#include "plyo/formats/athlete_limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "plyo/base/athlete_range.h"

namespace plyo {
namespace {

Result<double> CheckRange(double value, double low, double high, std::string_view unit,
                          std::string_view what, std::string advice) {
  if (value >= low && value <= high) return value;
  return Fail(ErrorCode::kInvalidArgument, fmt::format("{} {:g} is outside of {:g} to {:g} {}{}",
                                                       what, value, low, high, unit, advice));
}

bool Within(double value, double low, double high) { return value >= low && value <= high; }

}  // namespace

Result<double> CheckHeight(double metres, std::string_view what) {
  constexpr double kMetresPerFoot = 0.3048;
  std::string advice;
  if (Within(metres / 100, kLeastHeight_m, kMostHeight_m)) {
    advice = fmt::format(": it is in metres; did you mean {:.2f}?", metres / 100);
  } else if (Within(metres / 1000, kLeastHeight_m, kMostHeight_m)) {
    advice = fmt::format(": it is in metres; did you mean {:.2f}?", metres / 1000);
  } else if (Within(metres, 3, 8)) {
    advice =
        fmt::format(": it is in metres; {:g} feet are {:.2f}", metres, metres * kMetresPerFoot);
  }
  return CheckRange(metres, kLeastHeight_m, kMostHeight_m, "m", what, std::move(advice));
}

Result<double> CheckMass(double kilograms, std::string_view what) {
  std::string advice;
  if (Within(kilograms / 1000, kLeastMass_kg, kMostMass_kg)) {
    advice = fmt::format(": it is in kilograms; did you mean {:g}?", kilograms / 1000);
  }
  return CheckRange(kilograms, kLeastMass_kg, kMostMass_kg, "kg", what, std::move(advice));
}

Result<double> CheckCaptureFps(double frames_per_second, std::string_view what) {
  return CheckRange(frames_per_second, 1, 2000, "frames/s", what,
                    ": give the rate the camera recorded at, such as 240");
}

Result<double> CheckParameter(double value, const ParameterDescriptor& parameter,
                              std::string_view what) {
  std::string advice;
  if (parameter.unit == "m" && Within(value / 100, parameter.min, parameter.max)) {
    advice = fmt::format(": it is in metres; did you mean {:.2f}?", value / 100);
  } else if (parameter.unit == "m/s" && Within(value / 3.6, parameter.min, parameter.max)) {
    advice = fmt::format(": it is in m/s; {:g} km/h are {:.2f}", value, value / 3.6);
  }
  return CheckRange(value, parameter.min, parameter.max, parameter.unit, what, std::move(advice));
}

Result<Sex> ParseSex(std::string_view text, std::string_view what) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  if (lower == "f" || lower == "female") return Sex::kFemale;
  if (lower == "m" || lower == "male") return Sex::kMale;
  return Fail(ErrorCode::kInvalidArgument, fmt::format("{} '{}' is not one of F, M", what, text));
}

std::string_view SexName(Sex sex) {
  switch (sex) {
    case Sex::kFemale:
      return "F";
    case Sex::kMale:
      return "M";
    case Sex::kUnknown:
      break;
  }
  return "";
}

}  // namespace plyo
