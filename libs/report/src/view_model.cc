#include "view_model.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "plyo/kinematics/cue.h"
#include "plyo/kinematics/metric_table.h"
#include "plyo/report/advice.h"
#include "plyo/report/display.h"
#include "plyo/report/norms.h"
#include "view_charts.h"
#include "view_table.h"

namespace plyo::report {
namespace {

using Json = nlohmann::ordered_json;

/// Repetitions of an athlete that are shown one by one: what comes after them is in the summary and
/// in the document.
constexpr std::size_t kMostShown = 60;

Json HeadlineOf(const Rep& rep, const Sport& sport) {
  Json cards = Json::array();
  for (const MetricDescriptor& descriptor : sport.metrics) {
    // Angles have a table of their own.
    if (!descriptor.headline || descriptor.unit == "deg") continue;
    if (const Metric* metric = rep.FindMetric(descriptor.id))
      cards.push_back(MetricView(*metric, sport));
  }
  return cards;
}

std::string Base64(const std::vector<std::uint8_t>& bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the terminating zero that libsodium counts
  return text;
}

Json KeyFramesOf(const AthleteResult& athlete, const Rep& rep, const ReportInput& input) {
  Json frames = Json::array();
  for (const KeyFrame& frame : input.key_frames) {
    if (frame.track != athlete.track_id || frame.rep != rep.index) continue;
    const EventDescriptor* descriptor = FindEventDescriptor(input.sport, frame.event_id);
    const std::string label = EventLabel(input.sport, frame.event_id);
    frames.push_back(
        {{"label", label},
         {"text", descriptor != nullptr ? descriptor->text : ""},
         {"t", frame.event_s},
         {"time", fmt::format("{:.3f}\u00a0s", frame.event_s)},
         {"alt", fmt::format(
                     "Picture at {:.3f} s, nearest to the event {}, with the skeleton drawn on it.",
                     frame.picture_s, label)},
         {"width", frame.width},
         {"height", frame.height},
         {"jpeg", Base64(frame.jpeg)}});
  }
  return frames;
}

/// "Rep 2"; of a gait "Step 2, left".
std::string RepLabel(const Rep& rep, const Sport& sport) {
  if (!sport.repeats_steps) return fmt::format("Rep {}", rep.index);
  const auto side = SideOf(rep);
  return fmt::format("Step {}{}", rep.index,
                     !side                  ? ""
                     : *side == Side::kLeft ? ", left"
                                            : ", right");
}

Json CuesView(const std::vector<Cue>& cues, const Sport& sport) {
  Json views = Json::array();
  for (const Cue& cue : cues) {
    views.push_back({{"level", CueLevelId(cue.rule->level)},
                     {"text", cue.rule->text},
                     {"figure", CueFigure(cue, sport)},
                     {"rule", CueRuleText(*cue.rule, sport)},
                     {"reason", cue.rule->reason}});
  }
  return views;
}

Json RepView(const AthleteResult& athlete, const Rep& rep, const ReportInput& input) {
  return {{"index", rep.index},
          {"label", rep.excluded.empty() ? RepLabel(rep, input.sport)
                                         : fmt::format("{}, excluded: {}",
                                                       RepLabel(rep, input.sport), rep.excluded)},
          {"headline", HeadlineOf(rep, input.sport)},
          {"notes", NotesOf(rep.flags)},
          {"cues", CuesView(CuesOf(rep, input.sport), input.sport)},
          {"key_frames", KeyFramesOf(athlete, rep, input)},
          {"charts", ChartsOf(rep, input.sport)},
          {"phases", PhasesOf(rep, input.sport)},
          {"events", EventsOf(rep, input.sport)},
          {"angles", AnglesOf(rep, input.sport)},
          {"table", TableOf(rep, input.sport)}};
}

/// Repetitions side by side by the headline metrics, with the mean, spread and best of all.
Json ComparisonOf(const AthleteResult& athlete, std::span<const Rep> reps, const Sport& sport) {
  Json columns = Json::array();
  for (const MetricDescriptor& descriptor : sport.metrics) {
    if (!descriptor.headline || descriptor.unit == "deg") continue;
    const auto summary = std::ranges::find(athlete.summary, descriptor.id, &Summary::id);
    const DisplayUnit unit = DisplayUnitFor(
        descriptor, summary != athlete.summary.end() ? summary->unit : descriptor.unit);
    Json cells = Json::array();
    bool any = false;
    for (const Rep& rep : reps) {
      const Metric* metric = rep.FindMetric(descriptor.id);
      cells.push_back(metric != nullptr ? MetricView(*metric, sport) : Json(nullptr));
      any = any || (metric != nullptr && metric->value);
    }
    if (!any) continue;
    Json column = {{"label", descriptor.label}, {"unit", unit.unit}, {"cells", std::move(cells)}};
    if (summary != athlete.summary.end()) {
      if (summary->mean) column["mean"] = FormatNumber(*summary->mean, unit);
      if (summary->sd) column["sd"] = FormatNumber(*summary->sd, unit);
      if (summary->best) {
        column["best"] = FormatNumber(*summary->best, unit);
        for (std::size_t i = 0; i < reps.size(); ++i) {
          const Metric* metric = reps[i].FindMetric(descriptor.id);
          if (metric != nullptr && metric->value && *metric->value == *summary->best)
            column["best_index"] = i;
        }
      }
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

/// Means over the steps of a gait, left and right beside each other, and what is told of all
/// repetitions together.
Json SummaryOf(const AthleteResult& athlete, const Sport& sport) {
  Json rows = Json::array();
  for (const Summary& summary : athlete.summary) {
    const MetricDescriptor* descriptor = FindMetricDescriptor(sport, summary.id);
    if (!sport.repeats_steps && !(descriptor != nullptr && descriptor->of_summary)) continue;
    const DisplayUnit unit = descriptor != nullptr ? DisplayUnitFor(*descriptor, summary.unit)
                                                   : DisplayUnitFor(summary.unit, 3, std::nullopt);
    const auto text = [&](const std::optional<double>& value) -> Json {
      return value ? Json(FormatNumber(*value, unit)) : Json(nullptr);
    };
    rows.push_back({{"label", MetricLabel(sport, summary.id)},
                    {"text", descriptor != nullptr ? descriptor->text : ""},
                    {"unit", unit.unit},
                    {"mean", text(summary.mean)},
                    {"class", summary.class_name},
                    {"half", summary.u ? Json(FormatHalfWidth(*summary.u, unit)) : Json(nullptr)},
                    {"sd", text(summary.sd)},
                    {"best", text(summary.best)},
                    {"left", text(summary.left)},
                    {"right", text(summary.right)},
                    {"n", summary.n}});
  }
  return rows;
}

/// As the command line ("F") and a live session ("female") write it.
Sex SexOf(const Provenance& provenance) {
  const std::string sex = provenance.Option("sex");
  return sex == "M" || sex == "male"     ? Sex::kMale
         : sex == "F" || sex == "female" ? Sex::kFemale
                                         : Sex::kUnknown;
}

Json NormHead(const Norm& norm) {
  const std::string_view sex = norm.sex == Sex::kMale     ? ", male"
                               : norm.sex == Sex::kFemale ? ", female"
                                                          : "";
  return {{"who", fmt::format("{}{}, n\u00a0=\u00a0{}", norm.population, sex, norm.n)},
          {"measured", norm.measured},
          {"source", fmt::format("{}. doi:{}", norm.citation, norm.doi)}};
}

/// Published figures beside the athlete's mean, by the people they are of; nothing where the sport
/// has none or he has no figure to compare.
Json NormsOf(const AthleteResult& athlete, const ReportInput& input) {
  Json groups = Json::array();
  for (const Norm* norm : NormsFor(input.sport.id, SexOf(input.result.provenance))) {
    const auto his = std::ranges::find(athlete.summary, norm->metric, &Summary::id);
    const MetricDescriptor* descriptor = FindMetricDescriptor(input.sport, norm->metric);
    if (descriptor == nullptr || his == athlete.summary.end() || !his->mean ||
        his->unit != descriptor->unit) {
      continue;
    }
    const DisplayUnit unit = DisplayUnitFor(*descriptor);
    const auto both = [&](double a, std::string_view between, double b) {
      return fmt::format("{} {} {}", FormatNumber(a, unit), between, FormatNumber(b, unit));
    };
    const Json head = NormHead(*norm);
    if (groups.empty() || groups.back()["head"] != head)
      groups.push_back({{"head", head}, {"rows", Json::array()}});
    groups.back()["rows"].push_back(
        {{"label", descriptor->label},
         {"unit", unit.unit},
         {"his", FormatNumber(*his->mean, unit)},
         {"half", his->u ? Json(FormatHalfWidth(*his->u, unit)) : Json(nullptr)},
         {"norm",
          norm->mean ? both(*norm->mean, "±", *norm->sd) : both(*norm->low, "to", *norm->high)},
         {"of", norm->mean ? "mean ± SD" : "lowest to highest"}});
  }
  return groups;
}

/// Labels of the headline figures that have no norm, with the reason.
Json WithoutNormOf(const Sport& sport) {
  Json rows = Json::array();
  for (const WithoutNorm& without : AllWithoutNorm()) {
    if (without.sport != sport.id) continue;
    std::string labels;
    for (const std::string& metric : without.metrics)
      labels += (labels.empty() ? "" : ", ") + MetricLabel(sport, metric);
    rows.push_back({{"labels", std::move(labels)}, {"why", without.why}});
  }
  return rows;
}

Json ChecksView(const std::vector<RecordingCheck>& checks) {
  Json views = Json::array();
  for (const RecordingCheck& check : checks) {
    views.push_back({{"aspect", AspectLabel(check.aspect)},
                     {"severity", SeverityId(check.severity)},
                     {"finding", check.finding},
                     {"advice", check.advice},
                     {"affects", check.affects}});
  }
  return views;
}

Json AthleteView(const AthleteResult& athlete, std::size_t place, const ReportInput& input) {
  Json facts = Json::array();
  if (athlete.height_m) facts.push_back(fmt::format("{:.2f}\u00a0m", *athlete.height_m));
  if (athlete.mass_kg) facts.push_back(fmt::format("{:.4g}\u00a0kg", *athlete.mass_kg));
  const std::span<const Rep> all(athlete.Repetitions());
  const std::span<const Rep> shown = all.first(std::min(all.size(), kMostShown));
  Json reps = Json::array();
  for (const Rep& rep : shown) reps.push_back(RepView(athlete, rep, input));
  const std::string_view several = input.sport.repeats_steps ? "steps" : "repetitions";
  const bool cut = shown.size() < all.size();
  return {
      {"label", fmt::format("Athlete {}", place + 1)},
      {"track", athlete.track_id},
      {"facts", std::move(facts)},
      {"reps", std::move(reps)},
      {"count", fmt::format("{} {}{}", all.size(), input.sport.repeats_steps ? "step" : "rep",
                            all.size() == 1 ? "" : "s")},
      {"all", cut ? fmt::format("The first {} of {} {}", shown.size(), all.size(), several)
                  : fmt::format("All {}", several)},
      {"rest", cut ? fmt::format("All {} are in the JSON and in the CSV.", all.size()) : ""},
      {"one", input.sport.repeats_steps ? "Step" : "Repetition"},
      {"comparison", all.size() > 1 ? ComparisonOf(athlete, shown, input.sport) : Json::array()},
      {"summary", SummaryOf(athlete, input.sport)},
      {"cues", CuesView(CuesOf(athlete.summary, input.sport), input.sport)},
      {"norms", NormsOf(athlete, input)},
      {"without_norm", WithoutNormOf(input.sport)},
      {"checks", ChecksView(CheckRecording(input.result, &athlete, input.sport))}};
}

std::string ModelText(std::string_view name) {
  constexpr std::string_view kPrefix = "blazepose_";
  if (name.starts_with(kPrefix)) return fmt::format("BlazePose {}", name.substr(kPrefix.size()));
  return std::string(name);
}

std::string ScaleOf(const AnalysisResult& result) {
  if (result.athletes.empty()) return "";
  const std::vector<Rep>& parts = result.athletes.front().Repetitions();
  return parts.empty() ? "" : ScaleMethodText(parts.front().scale.method);
}

Json FactsOf(const ReportInput& input) {
  const AnalysisResult& result = input.result;
  const SourceInfo& source = result.source;
  Json facts = Json::array();
  const auto add = [&](std::string_view label, std::string text) {
    if (!text.empty()) facts.push_back({label, std::move(text)});
  };
  add(source.kind == SourceKind::kForcePlate ? "File" : "Clip", source.name);
  add("Date", std::string(input.recorded_on));
  if (!result.athletes.empty()) {
    const AthleteResult& first = result.athletes.front();
    if (first.height_m) {
      add("Athlete",
          fmt::format("{:.2f}\u00a0m{}", *first.height_m,
                      first.mass_kg ? fmt::format(", {:.4g}\u00a0kg", *first.mass_kg) : ""));
    }
  }
  if (source.kind == SourceKind::kForcePlate) {
    add("Recording", fmt::format("force plate, {:.4g}\u00a0samples/s, {:.1f}\u00a0s",
                                 source.capture_fps, source.duration_s));
  } else if (source.width > 0) {
    add("Recording",
        fmt::format("{}\u00a0×\u00a0{}, {:.4g}\u00a0frames/s, {:.1f}\u00a0s", source.width,
                    source.height, source.capture_fps, source.duration_s));
  }
  add("Scale", ScaleOf(result));
  add("Model", ModelText(result.provenance.model_name));
  return facts;
}

Json ProvenanceOf(const ReportInput& input) {
  const AnalysisResult& result = input.result;
  const Provenance& provenance = result.provenance;
  Json lines = Json::array();
  const auto add = [&](std::string_view label, std::string text) {
    if (!text.empty()) lines.push_back({label, std::move(text)});
  };
  add("Plyo", provenance.plyo_version);
  add("Analysed", provenance.created_at);
  add("Analysis", result.sport);
  add("Pose model", provenance.model_name);
  add("Pose model SHA-256", provenance.model_sha256);
  const std::string_view file = result.source.kind == SourceKind::kForcePlate ? "File" : "Clip";
  add(file, result.source.name);
  add(fmt::format("{} SHA-256", file), result.source.sha256);
  std::string options;
  for (const auto& [name, value] : provenance.options) {
    options += fmt::format("{}{}{}{}", options.empty() ? "" : ", ", name,
                           value.empty() ? "" : " = ", value);
  }
  add("Options", options);
  for (const auto& [name, version] : input.versions) add(name, version);
  return lines;
}

}  // namespace

Json MakeViewModel(const ReportInput& input) {
  const AnalysisResult& result = input.result;
  Json athletes = Json::array();
  for (const AthleteResult& athlete : result.athletes) {
    if (athlete.Repetitions().empty()) continue;
    athletes.push_back(AthleteView(athlete, athletes.size(), input));
  }
  Json view = {{"sport", input.sport.label},
               {"sport_text", input.sport.text},
               {"plate", result.source.kind == SourceKind::kForcePlate},
               {"clip", result.source.name},
               {"athlete_name", input.athlete_name},
               {"facts", FactsOf(input)},
               {"athletes", std::move(athletes)},
               {"provenance", ProvenanceOf(input)}};
  if (view["athletes"].empty()) {
    view["causes"] = ChecksView(ExplainNothingFound(result, input.sport));
    view["checks"] = ChecksView(CheckRecording(result, nullptr, input.sport));
  }
  return view;
}

std::string ToScriptSafeJson(const Json& json) {
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string safe;
  safe.reserve(text.size() + text.size() / 16);
  // These characters stand inside strings alone, where \u means the same.
  for (const char c : text) {
    switch (c) {
      case '<':
        safe += "\\u003c";
        break;
      case '>':
        safe += "\\u003e";
        break;
      case '&':
        safe += "\\u0026";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

}  // namespace plyo::report
