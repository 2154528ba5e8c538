#include "plyo/formats/trc.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <optional>
#include <string>
#include <utility>

#include "input_file.h"
#include "text.h"

namespace plyo {
namespace {

constexpr std::size_t kLongestLine = std::size_t{1} << 17;
/// Beyond these a file is damaged, not large.
constexpr double kLongestTime = 1e6;      // s
constexpr double kFarthestPoint_m = 200;  // one picture holds them all

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> Fields(std::string_view line) {
  std::vector<std::string_view> fields;
  while (true) {
    const auto tab = line.find('\t');
    fields.push_back(Trimmed(line.substr(0, tab)));
    if (tab == std::string_view::npos) return fields;
    line.remove_prefix(tab + 1);
  }
}

bool IsMissing(std::string_view text) {
  return text.empty() || text == "nan" || text == "NaN" || text == "NAN";
}

/// A marker that is used: where its three columns begin, and what it is.
struct Marker {
  std::size_t column = 0;
  std::string name;
  MarkerRole role;
};

class TrcReader {
 public:
  TrcReader(std::istream& in, std::string_view name, const TrcLimits& limits)
      : in_(in), name_(name), limits_(limits) {}

  Result<std::vector<BodyPoints>> Read() {
    if (!NextLine())
      return Fail(ErrorCode::kFileEmpty, fmt::format("{}: the file has no content", name_));
    if (!line_.starts_with("PathFileType"))
      return Refuse("this is no TRC file: it should begin with PathFileType");
    if (auto head = ReadUnits(); !head) return tl::unexpected(head.error());
    if (auto head = ReadMarkers(); !head) return tl::unexpected(head.error());
    NextLine();  // X1 Y1 Z1 ...
    std::vector<BodyPoints> frames;
    while (NextLine()) {
      const auto fields = Fields(line_);
      if (std::ranges::all_of(fields, &std::string_view::empty)) continue;
      if (frames.size() == limits_.rows)
        return Refuse(fmt::format("more than {} rows", limits_.rows));
      auto frame = ReadRow(fields);
      if (!frame) return tl::unexpected(frame.error());
      if (!frames.empty() && frame->t_s <= frames.back().t_s)
        return Refuse(fmt::format("Time: {} is not after {}", frame->t_s, frames.back().t_s));
      frame->frame = static_cast<std::int64_t>(frames.size());
      frames.push_back(std::move(*frame));
    }
    if (too_long_) return Refuse(fmt::format("a line of more than {} bytes", kLongestLine));
    if (frames.empty())
      return Fail(ErrorCode::kInvalidLandmarks, fmt::format("{}: a head and no rows", name_));
    return frames;
  }

 private:
  tl::unexpected<Error> Refuse(std::string_view what) const {
    return Fail(ErrorCode::kInvalidLandmarks, fmt::format("{}:{}: {}", name_, number_, what));
  }

  bool NextLine() {
    line_.clear();
    ++number_;
    for (int c = in_.get(); c != std::istream::traits_type::eof(); c = in_.get()) {
      if (c == '\n') return true;
      line_.push_back(static_cast<char>(c));
      if (line_.size() > kLongestLine) {
        too_long_ = true;
        return false;
      }
    }
    return !line_.empty();
  }

  Result<void> ReadUnits() {
    NextLine();
    const auto keys = Fields(line_);
    const auto at = std::ranges::find(keys, "Units") - keys.begin();
    if (at == std::ssize(keys)) return Refuse("the second line of a TRC file names its Units");
    NextLine();
    const auto values = Fields(line_);
    const auto unit =
        at < std::ssize(values) ? values[static_cast<std::size_t>(at)] : std::string_view{};
    if (unit == "m") {
      m_per_unit_ = 1;
    } else if (unit == "mm") {
      m_per_unit_ = 0.001;
    } else if (unit == "cm") {
      m_per_unit_ = 0.01;
    } else {
      return Refuse(fmt::format("Units: '{}' is not one of m, mm, cm", unit));
    }
    return {};
  }

  Result<void> ReadMarkers() {
    NextLine();
    const auto names = Fields(line_);
    if (names.size() < 2 || names[0] != "Frame#" || names[1] != "Time")
      return Refuse("the line of the markers' names begins with Frame# and Time");
    for (std::size_t i = 2; i < names.size(); ++i) {
      if (names[i].empty()) continue;
      if (markers_.size() == limits_.markers)
        return Refuse(fmt::format("more than {} markers", limits_.markers));
      const auto role = RoleOfMarker(names[i]);
      if (!role) continue;
      if (const auto* other = MarkerOf(*role))
        return Refuse(fmt::format("'{}' and '{}' are the same point", other->name, names[i]));
      markers_.push_back({i, std::string(names[i]), *role});
    }
    std::string missing;
    for (const LandmarkId id : NeededLandmarks()) {
      if (MarkerOf({.landmark = id, .head_top = false})) continue;
      missing += (missing.empty() ? "" : ", ") + std::string(LandmarkName(id));
    }
    if (!missing.empty()) {
      return Refuse(fmt::format(
          "there is no marker for {}; the names that are known stand in docs/guide/landmarks.md",
          missing));
    }
    return {};
  }

  const Marker* MarkerOf(const MarkerRole& role) const {
    const auto at = std::ranges::find_if(markers_, [&role](const Marker& marker) {
      return marker.role.landmark == role.landmark && marker.role.head_top == role.head_top;
    });
    return at == markers_.end() ? nullptr : &*at;
  }

  Result<BodyPoints> ReadRow(const std::vector<std::string_view>& fields) const {
    BodyPoints frame;
    const auto time = fields.size() > 1 ? formats::ParseNumber(fields[1]) : std::nullopt;
    if (!time || std::abs(*time) > kLongestTime) {
      return Refuse(fmt::format("Time: '{}' is not a number of seconds",
                                fields.size() > 1 ? fields[1] : std::string_view{}));
    }
    frame.t_s = *time;
    for (const Marker& marker : markers_) {
      double axes[3] = {};
      bool seen = true;
      for (std::size_t i = 0; i < 3; ++i) {
        const auto text =
            marker.column + i < fields.size() ? fields[marker.column + i] : std::string_view{};
        if (IsMissing(text)) {
          seen = false;
          continue;
        }
        const auto value = formats::ParseNumber(text);
        if (!value) return Refuse(fmt::format("{}: '{}' is not a number", marker.name, text));
        axes[i] = *value * m_per_unit_;
        if (std::abs(axes[i]) > kFarthestPoint_m)
          return Refuse(
              fmt::format("{}: {} m is too far; are the Units right?", marker.name, axes[i]));
      }
      if (!seen) continue;
      const Point3 point{axes[0], axes[1], axes[2]};
      (marker.role.head_top ? frame.head_top : frame[*marker.role.landmark]) = point;
    }
    return frame;
  }

  std::istream& in_;
  std::string_view name_;
  const TrcLimits& limits_;
  std::string line_;
  std::size_t number_ = 0;
  bool too_long_ = false;
  double m_per_unit_ = 1;
  std::vector<Marker> markers_;
};

}  // namespace

Result<std::vector<BodyPoints>> ReadTrc(std::istream& in, std::string_view name,
                                        const TrcLimits& limits) {
  return TrcReader(in, name, limits).Read();
}

Result<std::vector<BodyPoints>> ReadTrcFile(const std::filesystem::path& path,
                                            const TrcLimits& limits) {
  auto in = formats::OpenInput(path);
  if (!in) return tl::unexpected(in.error());
  return ReadTrc(*in, path.filename().string(), limits);
}

}  // namespace plyo
