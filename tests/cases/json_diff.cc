#include "json_diff.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

namespace plyo::cases {
namespace {

using Json = nlohmann::ordered_json;

std::string Text(const Json& value) {
  const std::string text = value.dump();
  return text.size() > 60 ? text.substr(0, 57) + "..." : text;
}

std::string NameOf(const Json& element, std::size_t index) {
  if (element.is_object() && element.contains("id")) return element["id"].get<std::string>();
  return std::to_string(index);
}

void Compare(const Json& expected, const Json& found, double tolerance, const std::string& place,
             std::vector<std::string>& lines) {
  if (expected.is_number() && found.is_number()) {
    const auto a = expected.get<double>();
    const auto b = found.get<double>();
    if (std::abs(a - b) <= tolerance * std::max(1.0, std::abs(a))) return;
    std::ostringstream line;
    line << place << ": " << expected << " expected, " << found << " found (" << std::showpos
         << b - a << ")";
    lines.push_back(line.str());
  } else if (expected.is_object() && found.is_object()) {
    const std::string inside = place.empty() ? "" : place + ".";
    for (const auto& [key, value] : expected.items()) {
      std::string member = inside;
      member += key;
      if (found.contains(key)) {
        Compare(value, found[key], tolerance, member, lines);
      } else {
        lines.push_back(member.append(": ").append(Text(value)).append(" expected, missing"));
      }
    }
    for (const auto& [key, value] : found.items()) {
      if (expected.contains(key)) continue;
      std::string member = inside;
      lines.push_back(
          member.append(key).append(": not expected, ").append(Text(value)).append(" found"));
    }
  } else if (expected.is_array() && found.is_array()) {
    const std::size_t both = std::min(expected.size(), found.size());
    for (std::size_t i = 0; i < both; ++i) {
      Compare(expected[i], found[i], tolerance, place + "[" + NameOf(expected[i], i) + "]", lines);
    }
    for (std::size_t i = both; i < expected.size(); ++i)
      lines.push_back(place + "[" + NameOf(expected[i], i) + "]: expected, missing");
    for (std::size_t i = both; i < found.size(); ++i)
      lines.push_back(place + "[" + NameOf(found[i], i) + "]: not expected");
  } else if (expected != found) {
    lines.push_back(place + ": " + Text(expected) + " expected, " + Text(found) + " found");
  }
}

}  // namespace

std::vector<std::string> Differences(const Json& expected, const Json& found, double tolerance) {
  std::vector<std::string> lines;
  Compare(expected, found, tolerance, "", lines);
  return lines;
}

}  // namespace plyo::cases
