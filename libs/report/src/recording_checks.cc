#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "plyo/kinematics/flags.h"
#include "plyo/report/advice.h"
#include "plyo/report/display.h"

namespace plyo {
namespace {

constexpr Aspect kAspects[] = {Aspect::kFrameRate, Aspect::kPicture,   Aspect::kView,
                               Aspect::kCamera,    Aspect::kAthlete,   Aspect::kLight,
                               Aspect::kContact,   Aspect::kReference, Aspect::kScale,
                               Aspect::kFigures,   Aspect::kFile};

/// Flags of everything that belongs to an athlete, and of the recording, with what carries them.
class FlagCollection {
 public:
  void Add(const std::vector<std::string>& flags, const std::string& bearer) {
    for (const std::string& flag : flags) {
      std::vector<std::string>& bearers = bearers_[flag];
      if (!bearer.empty() && std::ranges::find(bearers, bearer) == bearers.end())
        bearers.push_back(bearer);
    }
  }

  void Add(const Rep& rep, const Sport& sport) {
    Add(rep.flags, "");
    for (const Metric& metric : rep.metrics) Add(metric.flags, MetricLabel(sport, metric.id));
    for (const Event& event : rep.events) Add(event.flags, EventLabel(sport, event.id));
  }

  const std::map<std::string, std::vector<std::string>>& Bearers() const { return bearers_; }

 private:
  std::map<std::string, std::vector<std::string>> bearers_;
};

/// What to do about a flag that a video may have too, where there is no video.
std::string_view AdviceOnForcePlate(const FlagText& text) {
  if (text.id == flag::kImplausible)
    return "Check the columns, the rate, the scale and the tare that were given.";
  if (text.id == flag::kFallsShort) return "Record on for two seconds after the landing.";
  return text.advice;
}

RecordingCheck FromFlag(const std::string& flag, const std::vector<std::string>& bearers,
                        SourceKind kind) {
  const FlagText* text = FindFlagText(flag);
  if (text == nullptr)
    return {Aspect::kFigures, Severity::kNote, flag, InWords(flag) + ".", "", bearers};
  const auto advice = kind == SourceKind::kForcePlate ? AdviceOnForcePlate(*text) : text->advice;
  return {text->aspect,        text->severity, flag, std::string(text->sentence),
          std::string(advice), bearers};
}

RecordingCheck Fine(Aspect aspect, std::string finding) {
  return {aspect, Severity::kGood, "", std::move(finding), "", {}};
}

RecordingCheck ScaleCheck(const AthleteResult& athlete, const Sport& sport) {
  const std::vector<Rep>& parts = athlete.Repetitions();
  const Scale scale = parts.empty() ? Scale{} : parts.front().scale;
  std::string spread;
  if (scale.m_per_px && scale.u_m_per_px && *scale.m_per_px > 0) {
    spread = fmt::format(", ±\u00a0{:.1f}\u00a0%",
                         kHalfWidthOf95Percent * 100 * *scale.u_m_per_px / *scale.m_per_px);
  }
  const std::string advice =
      "Give the athlete's barefoot height in metres, for example --height 1.80.";
  if (scale.method == "stature" && athlete.height_m) {
    return Fine(Aspect::kScale,
                fmt::format("By the body height of {:.2f}\u00a0m{}.", *athlete.height_m, spread));
  }
  if (scale.method == "free_fall") {
    return {
        Aspect::kScale,
        Severity::kLimited,
        "",
        athlete.height_m
            ? fmt::format("The height that was given, {:.2f}\u00a0m, does not fit what was seen: "
                          "lengths come from the free fall in flight{}.",
                          *athlete.height_m, spread)
            : fmt::format("No height was given: lengths come from the free fall in flight{}.",
                          spread),
        athlete.height_m ? "Check the height and the capture frame rate." : advice,
        {}};
  }
  if (scale.method == "none") {
    return {Aspect::kScale,
            Severity::kLimited,
            "",
            sport.repeats_steps
                ? "No height was given: lengths that are read in the picture are in body heights "
                  "or absent."
                : "No height was given: lengths other than the jump's are absent.",
            advice,
            {}};
  }
  return Fine(Aspect::kScale, fmt::format("By {}{}.", ScaleMethodText(scale.method), spread));
}

std::string SeenFraction(const Quality& quality) {
  std::string text = fmt::format("Seen in {:.0f}\u00a0% of the frames",
                                 std::floor(100 * quality.detected_fraction + 1e-9));
  if (quality.bystanders == 1) text += "; one other person was left out";
  if (quality.bystanders > 1)
    text += fmt::format("; {} other people were left out", quality.bystanders);
  return text + ".";
}

/// As WithoutFlag, of a force plate's record.
std::optional<RecordingCheck> OnForcePlate(Aspect aspect, const SourceInfo& source,
                                           const AthleteResult* athlete) {
  switch (aspect) {
    case Aspect::kFrameRate:
      return Fine(aspect, fmt::format("{:.4g} samples/s.", source.capture_fps));
    case Aspect::kReference:
      if (athlete == nullptr || athlete->reps.empty()) return std::nullopt;
      return Fine(aspect, "Quiet standing was seen.");
    case Aspect::kFigures:
      if (athlete == nullptr) return std::nullopt;
      return Fine(aspect, "All within what people reach.");
    default:
      return std::nullopt;
  }
}

/// What an aspect says where no flag speaks; `athlete` null: only what the recording tells. A run
/// has neither its ground nor a standing looked at, nor how sure the model was of its landmarks.
std::optional<RecordingCheck> WithoutFlag(Aspect aspect, const AnalysisResult& result,
                                          const AthleteResult* athlete, const Sport& sport) {
  const SourceInfo& source = result.source;
  if (source.kind == SourceKind::kForcePlate) return OnForcePlate(aspect, source, athlete);
  switch (aspect) {
    case Aspect::kFrameRate:
      if (source.capture_fps <= 0) return std::nullopt;
      return Fine(aspect, fmt::format("{:.4g} frames/s.", source.capture_fps));
    case Aspect::kPicture:
      if (source.width <= 0) return std::nullopt;
      return Fine(aspect, fmt::format("{} × {} pixels.", source.width, source.height));
    case Aspect::kAthlete:
      return Fine(aspect, SeenFraction(result.quality));
    case Aspect::kFile:
      return Fine(aspect, "Complete and undamaged.");
    default:
      break;
  }
  if (athlete == nullptr) return std::nullopt;
  switch (aspect) {
    case Aspect::kView:
      return Fine(aspect, "From the side, as it should be.");
    case Aspect::kCamera:
      if (sport.repeats_steps) return std::nullopt;
      return Fine(aspect, "Steady.");
    case Aspect::kLight:
      if (sport.repeats_steps) return std::nullopt;
      return Fine(aspect, "The landmarks were clear to see.");
    case Aspect::kContact:
      return Fine(aspect, sport.repeats_steps ? "From the landmarks of heel, ankle, toe and knee."
                                              : "Read at the soles, in the pixels.");
    case Aspect::kReference:
      if (sport.repeats_steps) return std::nullopt;
      return Fine(aspect, "Quiet standing was seen.");
    case Aspect::kScale:
      return ScaleCheck(*athlete, sport);
    case Aspect::kFigures:
      return Fine(aspect, "All within what people reach.");
    default:
      return std::nullopt;
  }
}

void SortWorstFirst(std::vector<RecordingCheck>* checks) {
  std::ranges::stable_sort(*checks, std::greater{}, &RecordingCheck::severity);
}

/// In the order of the sport's lists, so that what matters most is named first.
void SortBearers(std::vector<std::string>* bearers, const Sport& sport) {
  const auto rank = [&](const std::string& label) {
    std::size_t place = 0;
    for (const MetricDescriptor& metric : sport.metrics) {
      if (metric.label == label) return place;
      ++place;
    }
    return place;
  };
  std::ranges::stable_sort(*bearers, std::less{}, rank);
}

}  // namespace

std::vector<RecordingCheck> CheckRecording(const AnalysisResult& result,
                                           const AthleteResult* athlete, const Sport& sport) {
  FlagCollection flags;
  flags.Add(result.quality.flags, "");
  if (athlete != nullptr) {
    for (const Rep& rep : athlete->Repetitions()) flags.Add(rep, sport);
  }
  std::vector<RecordingCheck> checks;
  std::set<Aspect> limited;
  for (const auto& [flag, bearers] : flags.Bearers()) {
    RecordingCheck check = FromFlag(flag, bearers, result.source.kind);
    SortBearers(&check.affects, sport);
    if (check.severity >= Severity::kNote) limited.insert(check.aspect);
    checks.push_back(std::move(check));
  }
  // The camera is judged by the ground at the soles.
  const bool camera_unseen = flags.Bearers().contains(std::string(flag::kLandmarksOnly));
  for (const Aspect aspect : kAspects) {
    // The scale's own line also tells how wide it is, whatever flags there are.
    if (limited.contains(aspect) && aspect != Aspect::kScale) continue;
    if (aspect == Aspect::kCamera && camera_unseen) continue;
    if (std::optional<RecordingCheck> check = WithoutFlag(aspect, result, athlete, sport))
      checks.push_back(*std::move(check));
  }
  std::ranges::stable_sort(checks, std::less{}, &RecordingCheck::aspect);
  SortWorstFirst(&checks);
  return checks;
}

std::vector<RecordingCheck> ExplainNothingFound(const AnalysisResult& result, const Sport& sport) {
  const Quality& quality = result.quality;
  std::vector<RecordingCheck> causes;
  for (const std::string& flag : quality.flags) {
    RecordingCheck check = FromFlag(flag, {}, result.source.kind);
    if (check.severity >= Severity::kLimited) causes.push_back(std::move(check));
  }
  SortWorstFirst(&causes);
  if (result.source.kind == SourceKind::kForcePlate) {
    causes.push_back({Aspect::kFigures,
                      Severity::kNote,
                      "",
                      fmt::format("What is on the plate is something else than this analysis looks "
                                  "for: {}",
                                  sport.text),
                      "Choose the movement by --sport.",
                      {}});
    return causes;
  }
  const bool nobody = std::ranges::find(quality.flags, flag::kNoPerson) != quality.flags.end();
  if (nobody) return causes;
  if (quality.detected_fraction < 0.5) {
    causes.push_back({Aspect::kAthlete,
                      Severity::kPoor,
                      "",
                      SeenFraction(quality),
                      "Film the whole body from head to shoes during the whole movement.",
                      {}});
  }
  const bool single = result.source.frames == 1;
  if (single || (result.source.duration_s > 0 && result.source.duration_s < 1.5)) {
    causes.push_back(
        {Aspect::kFile,
         Severity::kLimited,
         "",
         single ? "The clip is a single picture."
                : fmt::format("The clip lasts only {:.1f}\u00a0s.", result.source.duration_s),
         "Let the camera run from a second before the movement to two seconds after it.",
         {}});
  }
  causes.push_back(
      {Aspect::kFigures,
       Severity::kNote,
       "",
       fmt::format("The people in the clip did something else than this analysis looks for: {}",
                   sport.text.empty() ? sport.label + "." : sport.text),
       "Choose the analysis that fits the movement; plyo catalogue lists them.",
       {}});
  causes.push_back(
      {Aspect::kAthlete,
       Severity::kNote,
       "",
       "The movement is only partly in the clip, or the athlete was hidden or out of the picture "
       "then.",
       "Stand still for a second, move, and stand still again, all of it in the picture.",
       {}});
  return causes;
}

}  // namespace plyo
