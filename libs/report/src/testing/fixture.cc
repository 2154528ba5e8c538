#include "testing/fixture.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "plyo/base/units.h"
#include "plyo/kinematics/flags.h"

namespace plyo::report::testing {
namespace {

constexpr double kRepSeconds = 3.0;
constexpr double kStanding = 1.0;  // height of the centre of mass, m
constexpr double kTakeoff = 1.09;
constexpr double kLowest = 0.68;
constexpr double kPxPerMetre = 260 / 1.80;
constexpr double kFloorY = 330;

/// An instant with what is known of it; between two a cubic has these values and slopes.
struct Knot {
  double t;
  double h;
  double v;
};

struct Jump {
  std::vector<Knot>
      knots;  // onset, fastest down, lowest, take-off, apex, landing, lowest again, standing again
  double height;

  double At(double t, bool slope) const {
    if (t <= knots.front().t) return slope ? 0 : kStanding;
    if (t >= knots.back().t) return slope ? 0 : kStanding;
    const auto next = std::ranges::upper_bound(knots, t, {}, &Knot::t);
    const Knot& a = *std::prev(next);
    const Knot& b = *next;
    const double d = b.t - a.t;
    const double s = (t - a.t) / d;
    if (!slope) {
      return a.h * (2 * s * s * s - 3 * s * s + 1) + a.v * d * (s * s * s - 2 * s * s + s) +
             b.h * (3 * s * s - 2 * s * s * s) + b.v * d * (s * s * s - s * s);
    }
    return (a.h * (6 * s * s - 6 * s) + b.h * (6 * s - 6 * s * s)) / d +
           a.v * (3 * s * s - 4 * s + 1) + b.v * (3 * s * s - 2 * s);
  }
};

Jump JumpOf(const JumpOptions& options, int rep) {
  const double height = options.first_height_m + 0.01 * rep;
  const double v0 = std::sqrt(2 * kGravity * height);
  const double t = kRepSeconds * rep;
  const double takeoff = t + 1.42;
  const double apex = takeoff + v0 / kGravity;
  const double landing = apex + v0 / kGravity;
  return {{{t + 0.60, kStanding, 0},
           {t + 0.90, 0.86, -1.1},
           {t + 1.13, kLowest, 0},
           {takeoff, kTakeoff, v0},
           {apex, kTakeoff + height, 0},
           {landing, kTakeoff, -v0},
           {landing + 0.16, 0.82, 0},
           {landing + 0.60, kStanding, 0}},
          height};
}

constexpr std::string_view kEventIds[] = {
    "movement_onset", "peak_downward_velocity", "lowest_point", "takeoff", "apex",
    "landing",        "landing_lowest_point",   "stand_again"};

/// Straight at kTakeoff, bent below it.
double Bend(double com_height) {
  return std::clamp((kTakeoff - com_height) / (kTakeoff - kLowest), 0.0, 1.0);
}

Trace MakeTrace(std::string id, std::string unit, const JumpOptions& options, const Jump& jump,
                const auto& value_at) {
  Trace trace{std::move(id), std::move(unit), {}, {}};
  const double begin = jump.knots.front().t - 0.5;
  const double end = jump.knots.back().t + 0.3;
  for (int i = static_cast<int>(std::ceil(begin * options.fps));
       i <= static_cast<int>(end * options.fps); ++i) {
    const double t = i / options.fps;
    trace.t_s.push_back(t);
    trace.value.push_back(value_at(t));
  }
  return trace;
}

std::vector<Metric> MetricsOf(const Jump& jump) {
  const std::vector<Knot>& k = jump.knots;
  const double takeoff = k[3].t;
  const double landing = k[5].t;
  const auto metric = [&](std::string id, double value, std::string unit, double u,
                          std::vector<std::string> flags = {}) {
    return Metric{std::move(id), value,   std::move(unit),  u, "",
                  k[0].t,        landing, std::move(flags), ""};
  };
  const std::string offset(flag::kStandingOffsetRemoved);
  const std::string near(flag::kNearSide);
  Metric power{"peak_power",
               std::nullopt,
               "W",
               std::nullopt,
               std::string(reason::kMassNotGiven),
               0,
               0,
               {},
               ""};
  Metric asymmetry{"asymmetry_knee_angle_takeoff",
                   std::nullopt,
                   "%",
                   std::nullopt,
                   std::string(reason::kFarSideHidden),
                   0,
                   0,
                   {},
                   ""};
  return {metric("jump_height", jump.height, "m", 0.0082),
          metric("jump_height_flight_time", jump.height + 0.012, "m", 0.0071,
                 {std::string(flag::kLandingPosture)}),
          metric("com_rise", kTakeoff + jump.height - kStanding, "m", 0.0065),
          metric("flight_time", landing - takeoff, "s", 0.0046),
          metric("takeoff_velocity", std::sqrt(2 * kGravity * jump.height), "m/s", 0.031),
          metric("countermovement_depth", kStanding - kLowest, "m", 0.0091),
          metric("eccentric_duration", k[2].t - k[0].t, "s", 0.0118),
          metric("concentric_duration", takeoff - k[2].t, "s", 0.0061),
          metric("time_to_takeoff", takeoff - k[0].t, "s", 0.0112),
          metric("rsi_mod", jump.height / (takeoff - k[0].t), "m/s", 0.014),
          metric("hip_extension_rom", 92, "deg", 3.1, {near, offset}),
          metric("knee_extension_rom", 84, "deg", 4.2, {near, offset}),
          metric("ankle_extension_rom", 47, "deg", 6.8,
                 {near, offset, std::string(flag::kLowVisibility)}),
          std::move(power),
          std::move(asymmetry)};
}

Rep RepOf(const JumpOptions& options, int index) {
  const Jump jump = JumpOf(options, index);
  const std::vector<Knot>& k = jump.knots;
  Rep rep;
  rep.index = index + 1;
  rep.scale = {"stature", 1 / kPxPerMetre, 0.012 / kPxPerMetre};
  const double u[] = {0.012, 0.009, 0.006, 0.0041, 0.003, 0.0034, 0.008, 0.03};
  for (std::size_t i = 0; i < k.size(); ++i) {
    rep.events.push_back({std::string(kEventIds[i]), k[i].t, u[i], k[i].t * options.fps, {}});
  }
  rep.phases = {{"standing", k[0].t - 0.5, k[0].t}, {"unweighting", k[0].t, k[1].t},
                {"braking", k[1].t, k[2].t},        {"propulsion", k[2].t, k[3].t},
                {"flight", k[3].t, k[5].t},         {"absorption", k[5].t, k[6].t},
                {"eccentric", k[0].t, k[2].t},      {"concentric", k[2].t, k[3].t}};
  rep.metrics = MetricsOf(jump);
  const auto angle = [&](double straight, double bent) {
    return [&jump, straight, bent](double t) {
      return straight + (bent - straight) * Bend(jump.At(t, false));
    };
  };
  rep.traces.push_back(
      MakeTrace("com_height", "m", options, jump, [&](double t) { return jump.At(t, false); }));
  rep.traces.push_back(
      MakeTrace("com_velocity", "m/s", options, jump, [&](double t) { return jump.At(t, true); }));
  rep.traces.push_back(MakeTrace("hip_angle", "deg", options, jump, angle(174, 82)));
  rep.traces.push_back(MakeTrace("knee_angle", "deg", options, jump, angle(176, 92)));
  rep.traces.push_back(MakeTrace("ankle_angle", "deg", options, jump, angle(128, 81)));
  rep.traces.back().value[3] = std::numeric_limits<double>::quiet_NaN();
  return rep;
}

MetricDescriptor Describe(std::string id, std::string unit, std::string label, std::string text,
                          int decimals, bool headline = false) {
  return {std::move(id), std::move(unit), std::move(label), std::move(text),
          decimals,      headline,        std::nullopt,     std::nullopt};
}

class GradientVideo final : public FrameSource {
 public:
  explicit GradientVideo(const JumpOptions& options)
      : fps_(options.fps), last_(options.reps * kRepSeconds * fps_) {
    info_.name = "gradient";
    info_.width = 640;
    info_.height = 360;
    info_.stored_fps = info_.capture_fps = fps_;
    pixels_ = std::make_shared<std::vector<std::uint8_t>>(640 * 360 * 3 / 2, std::uint8_t{128});
    for (std::size_t i = 0; i < 640 * 360; ++i)
      (*pixels_)[i] = static_cast<std::uint8_t>(90 + i % 640 / 8);
  }
  const VideoInfo& Info() const override { return info_; }
  Result<std::optional<Frame>> Next() override {
    if (static_cast<double>(next_) > last_) return std::optional<Frame>();
    Frame frame;
    frame.t = Timestamp::FromSeconds(static_cast<double>(next_) / fps_);
    frame.index = next_++;
    frame.width = 640;
    frame.height = 360;
    frame.y = {pixels_->data(), 640, 360, 640};
    frame.u = {pixels_->data() + 640 * 360, 320, 180, 320};
    frame.v = {pixels_->data() + 640 * 360 * 5 / 4, 320, 180, 320};
    frame.full_range = true;
    frame.owner = pixels_;
    return std::optional<Frame>(frame);
  }
  std::vector<std::string> Flags() const override { return {}; }

 private:
  VideoInfo info_;
  double fps_;
  double last_;
  std::int64_t next_ = 0;
  std::shared_ptr<std::vector<std::uint8_t>> pixels_;
};

void Place(PoseFrame* pose, LandmarkId id, double x, double y, double depth) {
  (*pose)[id] = {static_cast<float>(x), static_cast<float>(y), static_cast<float>(depth),
                 depth < 0 ? 0.98F : 0.55F};
}

/// A stick figure that faces right and stands at `x`: legs of two equal parts, the centre of mass
/// at the hips.
PoseFrame Figure(double x, double com_height, double sole_height, TrackId track) {
  PoseFrame pose;
  pose.track = track;
  pose.image_width = 640;
  pose.image_height = 360;
  pose.presence = 1;
  const double k = kPxPerMetre;
  const double ankle_y = kFloorY - (0.08 + sole_height) * k;
  const double hip_y = kFloorY - (com_height - 0.08) * k;
  const double leg = 0.46 * k;
  const double reach = std::min(ankle_y - hip_y, 1.999 * leg);
  const double knee_x = std::sqrt(leg * leg - reach * reach / 4);
  const double lean = 0.6 * knee_x;
  for (const int side : {0, 1}) {
    const double depth = side == 0 ? 20 : -20;
    const double dx = side == 0 ? 3 : 0;
    const auto id = [side](LandmarkId left) {
      return static_cast<LandmarkId>(static_cast<int>(left) + side);
    };
    using enum LandmarkId;
    Place(&pose, id(kLeftHip), x + dx, hip_y, depth);
    Place(&pose, id(kLeftKnee), x + dx + knee_x, (hip_y + ankle_y) / 2, depth);
    Place(&pose, id(kLeftAnkle), x + dx, ankle_y, depth);
    Place(&pose, id(kLeftHeel), x + dx - 0.05 * k, ankle_y + 0.06 * k, depth);
    Place(&pose, id(kLeftFootIndex), x + dx + 0.18 * k, ankle_y + 0.07 * k, depth);
    Place(&pose, id(kLeftShoulder), x + dx + lean, hip_y - 0.5 * k, depth);
    Place(&pose, id(kLeftElbow), x + dx + lean - 0.08 * k, hip_y - 0.24 * k, depth);
    Place(&pose, id(kLeftWrist), x + dx + lean + 0.05 * k, hip_y - 0.02 * k, depth);
    Place(&pose, id(kLeftEar), x + dx + lean + 0.03 * k, hip_y - 0.70 * k, depth);
    // Three points of the left eye come before three of the right one.
    const int eyes = side == 0 ? 0 : 3;
    for (const LandmarkId eye : {kLeftEyeInner, kLeftEye, kLeftEyeOuter})
      Place(&pose, static_cast<LandmarkId>(static_cast<int>(eye) + eyes), x + dx + lean + 0.10 * k,
            hip_y - 0.72 * k, depth);
    Place(&pose, id(kMouthLeft), x + dx + lean + 0.10 * k, hip_y - 0.63 * k, depth);
    for (const LandmarkId finger : {kLeftPinky, kLeftIndex, kLeftThumb}) {
      pose[id(finger)] = pose[id(kLeftWrist)];
    }
  }
  Place(&pose, LandmarkId::kNose, x + lean + 0.12 * k, hip_y - 0.68 * k, -20);
  return pose;
}

}  // namespace

Sport JumpSport() {
  Sport sport;
  sport.id = "cmj";
  sport.label = "Countermovement jump";
  sport.text = "A jump from quiet standing by way of a dip.";
  sport.metrics = {
      Describe("jump_height", "m", "Jump height",
               "Rise of the centre of mass from take-off to the highest point.", 3, true),
      Describe("jump_height_flight_time", "m", "Jump height by flight time",
               "Height that the time in the air would give if take-off and landing were in the "
               "same posture.",
               3),
      Describe("com_rise", "m", "Rise above standing",
               "Highest centre of mass less that of quiet standing.", 3, true),
      Describe("flight_time", "s", "Flight time",
               "From the last contact of a toe to the first contact of a foot.", 3, true),
      Describe("takeoff_velocity", "m/s", "Take-off velocity",
               "Vertical velocity of the centre of mass at take-off.", 2, true),
      Describe("countermovement_depth", "m", "Countermovement depth",
               "How far the centre of mass dips.", 3, true),
      Describe("eccentric_duration", "s", "Eccentric duration",
               "From the onset to the lowest point.", 3),
      Describe("concentric_duration", "s", "Concentric duration",
               "From the lowest point to take-off.", 3),
      Describe("time_to_takeoff", "s", "Time to take-off", "From the onset to take-off.", 3),
      Describe("rsi_mod", "m/s", "RSI modified", "Jump height divided by the time to take-off.", 2),
      Describe("hip_extension_rom", "deg", "Hip extension",
               "Hip angle at take-off less that at the lowest point.", 0),
      Describe("knee_extension_rom", "deg", "Knee extension",
               "Knee angle at take-off less that at the lowest point.", 0),
      Describe("ankle_extension_rom", "deg", "Ankle extension",
               "Ankle angle at take-off less that at the lowest point.", 0),
      Describe("peak_power", "W", "Peak power", "After Sayers (1999).", 0),
      Describe("asymmetry_knee_angle_takeoff", "%", "Knee asymmetry at take-off",
               "Right less left, of the larger.", 1)};
  sport.cues = {{.id = "low",
                 .metric = "jump_height",
                 .side = CueSide::kBelow,
                 .threshold = 0.4,
                 .level = CueLevel::kAttention,
                 .text = "Jumps low",
                 .reason = "A made-up rule for a made-up jump."}};
  sport.events = {
      {"movement_onset", "Movement onset", "The force first leaves body weight.", true},
      {"peak_downward_velocity", "Fastest down", "End of unweighting.", false},
      {"lowest_point", "Lowest point", "The centre of mass turns from down to up.", true},
      {"takeoff", "Take-off", "Last contact of a toe.", true},
      {"apex", "Apex", "The centre of mass is highest.", true},
      {"landing", "Landing", "First contact of a foot.", true},
      {"landing_lowest_point", "Absorbed", "End of absorption.", false},
      {"stand_again", "Standing again", "Quiet again.", false}};
  sport.phases = {{"standing", "Standing", ""}, {"unweighting", "Unweighting", ""},
                  {"braking", "Braking", ""},   {"propulsion", "Propulsion", ""},
                  {"flight", "Flight", ""},     {"absorption", "Absorption", ""}};
  return sport;
}

AnalysisResult JumpResult(const JumpOptions& options) {
  AnalysisResult result;
  result.sport = "cmj";
  const double seconds = options.reps * kRepSeconds;
  result.source = {"cmj.mp4", std::string(64, 'a'),
                   640,       360,
                   0,         static_cast<std::int64_t>(seconds * options.fps),
                   seconds,   options.fps,
                   false};
  for (int a = 0; a < options.athletes; ++a) {
    AthleteResult athlete;
    athlete.track_id = a + 1;
    athlete.height_m = 1.80;
    for (int r = 0; r < options.reps; ++r) athlete.reps.push_back(RepOf(options, r));
    if (options.reps > 1) {
      const double best = *athlete.reps.back().metrics.front().value;
      const double first = *athlete.reps.front().metrics.front().value;
      athlete.summary.push_back({"jump_height",
                                 "m",
                                 (best + first) / 2,
                                 0.01,
                                 options.reps,
                                 0.006,
                                 std::nullopt,
                                 std::nullopt,
                                 best,
                                 {}});
    }
    result.athletes.push_back(std::move(athlete));
  }
  result.quality.detected_fraction = 1;
  result.provenance = {"0.1.0",
                       "blazepose_full",
                       std::string(64, 'b'),
                       {{"height", "1.80"}},
                       "2026-11-24T10:00:00Z"};
  return result;
}

std::vector<RecordingPair> TwoComparedClips() {
  std::vector<RecordingPair> clips(2);
  double off = 0.002;
  for (RecordingPair& clip : clips) {
    clip.athlete = &clip == &clips.front() ? "Ann" : "Bo";
    clip.measured = JumpResult({.reps = 3, .first_height_m = 0.3 + off});
    clip.reference = clip.measured;
    clip.reference.source.kind = SourceKind::kForcePlate;
    clip.reference.source.name = "plate.csv";
    for (Rep& rep : clip.reference.athletes.front().reps) {
      for (Event& event : rep.events) event.t_s += 7;
      for (Metric& metric : rep.metrics) {
        if (metric.value) *metric.value -= off;
      }
      off = -1.4 * off;
    }
  }
  return clips;
}

double ComHeight(const JumpOptions& options, double t_s) {
  const int rep = std::clamp(static_cast<int>(t_s / kRepSeconds), 0, options.reps - 1);
  return JumpOf(options, rep).At(t_s, false);
}

PosesByTrack JumpPoses(const JumpOptions& options) {
  PosesByTrack poses;
  const auto frames = static_cast<std::int64_t>(options.reps * kRepSeconds * options.fps);
  for (std::int64_t i = 0; i <= frames; ++i) {
    const double t = static_cast<double>(i) / options.fps;
    const double h = ComHeight(options, t);
    for (int a = 0; a < options.athletes; ++a) {
      PoseFrame pose = Figure(220 + 180 * a, h, std::max(0.0, h - kTakeoff), a + 1);
      pose.t = Timestamp::FromSeconds(t);
      pose.frame = i;
      poses[a + 1].push_back(pose);
    }
  }
  return poses;
}

std::unique_ptr<FrameSource> JumpVideo(const JumpOptions& options) {
  return std::make_unique<GradientVideo>(options);
}

Result<void> GreyToBgra(const Frame& frame, int width, int height, std::uint8_t* pixels,
                        std::ptrdiff_t stride) {
  std::vector<std::ptrdiff_t> column(static_cast<std::size_t>(width));
  for (int x = 0; x < width; ++x) column[static_cast<std::size_t>(x)] = x * frame.width / width;
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* from = frame.y.data + (y * frame.height / height) * frame.y.stride;
    std::uint8_t* to = pixels + y * stride;
    for (const std::ptrdiff_t x : column) {
      to[0] = to[1] = to[2] = from[x];
      to[3] = 255;
      to += 4;
    }
  }
  return {};
}

}  // namespace plyo::report::testing
