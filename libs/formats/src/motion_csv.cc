#include "plyo/formats/motion_csv.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <string>

namespace plyo {

Result<void> WriteMotionCsv(const std::map<TrackId, Motion>& motions, const WritePiece& write) {
  constexpr std::size_t kPiece = std::size_t{1} << 18;
  std::string text = "track,t_s,frame,com_x_m,com_z_m";
  for (const char* side : {"left", "right"}) {
    for (const Joint joint : {Joint::kHip, Joint::kKnee, Joint::kAnkle})
      text += fmt::format(",{}_{}_angle_deg", side, JointName(joint));
  }
  text += ",trunk_lean_deg\r\n";
  auto to = std::back_inserter(text);
  for (const auto& [track, motion] : motions) {
    for (const MotionFrame& frame : motion.frames) {
      fmt::format_to(to, "{},{:.6f},{}", track, frame.t_s, frame.frame);
      if (motion.has_lengths) {
        fmt::format_to(to, ",{:.5f},{:.5f}", frame.com_m.x, frame.com_m.y);
      } else {
        text += ",,";
      }
      for (const auto& side : frame.angles_deg) {
        for (const double angle : side) {
          text += ',';
          if (!std::isnan(angle)) fmt::format_to(to, "{:.3f}", angle);
        }
      }
      fmt::format_to(to, ",{:.3f}\r\n", frame.trunk_lean_deg);
      if (text.size() < kPiece) continue;
      if (auto written = write(text); !written) return written;
      text.clear();
    }
  }
  return write(text);
}

}  // namespace plyo
