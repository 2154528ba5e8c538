#include "plyo/formats/opensim.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>

namespace plyo {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 18;

/// Columns are separated by tabs and a name stands on a line of its own.
std::string OneLine(std::string_view name) {
  std::string text(name);
  std::ranges::replace_if(
      text, [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return text;
}

/// The head, then a row for each frame.
template <typename AppendRow>
Result<void> WriteRows(std::string head, const Motion& motion, const WritePiece& write,
                       const AppendRow& append) {
  std::string text = std::move(head);
  for (const MotionFrame& frame : motion.frames) {
    append(frame, std::back_inserter(text));
    text += '\n';
    if (text.size() < kPiece) continue;
    if (auto written = write(text); !written) return written;
    text.clear();
  }
  return write(text);
}

}  // namespace

Result<void> WriteTrc(const Motion& motion, std::string_view name, const WritePiece& write) {
  const double rate = motion.Rate();
  const auto count = motion.frames.size();
  std::string head = fmt::format(
      "PathFileType\t4\t(X/Y/Z)\t{}\n"
      "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\t"
      "OrigNumFrames\n"
      "{:.6g}\t{:.6g}\t{}\t{}\tm\t{:.6g}\t1\t{}\n"
      "Frame#\tTime",
      OneLine(name), rate, rate, count, kLandmarkCount, rate, count);
  std::string axes = "\t";
  for (std::size_t i = 0; i < kLandmarkCount; ++i) {
    head += fmt::format("\t{}{}", LandmarkName(static_cast<LandmarkId>(i)),
                        i + 1 < kLandmarkCount ? "\t\t" : "");
    axes += fmt::format("\tX{0}\tY{0}\tZ{0}", i + 1);
  }
  head += '\n' + axes + "\n\n";
  return WriteRows(std::move(head), motion, write, [](const MotionFrame& frame, auto to) {
    fmt::format_to(to, "{}\t{:.6f}", frame.frame + 1, frame.t_s);
    for (const Point3& p : frame.points_m)
      fmt::format_to(to, "\t{:.5f}\t{:.5f}\t{:.5f}", p.x, p.y, p.z);
  });
}

Result<void> WriteMot(const Motion& motion, std::string_view name, const WritePiece& write) {
  constexpr Side kSides[] = {Side::kLeft, Side::kRight};
  constexpr Joint kJoints[] = {Joint::kHip, Joint::kKnee, Joint::kAnkle};
  std::string columns = "time";
  for (const Side side : kSides) {
    for (const Joint joint : kJoints) {
      columns +=
          fmt::format("\t{}_{}_angle", side == Side::kLeft ? "left" : "right", JointName(joint));
    }
  }
  columns += "\ttrunk_lean";
  std::string head =
      fmt::format("{}\nversion=1\nnRows={}\nnColumns={}\ninDegrees=yes\nendheader\n{}\n",
                  OneLine(name), motion.frames.size(), 1 + 2 * 3 + 1, columns);
  return WriteRows(std::move(head), motion, write, [&](const MotionFrame& frame, auto to) {
    fmt::format_to(to, "{:.6f}", frame.t_s);
    for (const Side side : kSides) {
      for (const Joint joint : kJoints) fmt::format_to(to, "\t{:.3f}", frame.Angle(side, joint));
    }
    fmt::format_to(to, "\t{:.3f}", frame.trunk_lean_deg);
  });
}

}  // namespace plyo
