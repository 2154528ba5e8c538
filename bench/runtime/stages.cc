// plyo_stages MODE VIDEO lite|full|heavy THREADS: what the parts of an analysis cost; prints one
// line of JSON.
//   split     CPU of each part alone, one after the other
//   bare      decode (beside), crop, model and refinement and nothing else: the bound that the
//             analysis is measured against
//   pipeline  the analysis itself, with its own account of its stages
//   live      a live session of the clip, against the analysis of the file

#include <fmt/format.h>
#include <tbb/task_group.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plyo/pipeline/analyze.h"
#include "plyo/pipeline/live_session.h"
#include "plyo/pose/blazepose.h"
#include "plyo/pose/crop.h"
#include "plyo/pose/region.h"
#include "plyo/pose_openvino/estimator.h"
#include "plyo/sports/catalogue.h"
#include "plyo/video_ffmpeg/open.h"

namespace {

using namespace plyo;

double Wall() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// CPU time of the process so far, all threads, seconds.
double Cpu() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

[[noreturn]] void Die(std::string_view text) {
  fmt::print(stderr, "plyo_stages: {}\n", text);
  std::exit(2);
}

template <typename T>
T Must(Result<T> result) {
  if (!result) Die(result.error().message);
  return std::move(*result);
}

/// The region of the next frame, or the detector's where the person was lost; nullopt: nobody.
std::optional<RegionOfInterest> Find(PoseEstimator& estimator, const Frame& frame) {
  const auto people = Must(estimator.Detect(frame));
  if (people.empty()) return std::nullopt;
  return people.front().region;
}

std::optional<RegionOfInterest> Follow(PoseEstimator& estimator, const Frame& frame,
                                       std::optional<RegionOfInterest> region) {
  if (!region) region = Find(estimator, frame);
  if (!region) return std::nullopt;
  const LandmarkEstimate estimate = Must(estimator.Estimate(frame, *region));
  if (estimate.presence < 0.5F) return std::nullopt;
  const auto& [hips, circle] = estimate.auxiliary;
  return RegionAroundBody({hips.x, hips.y}, {circle.x, circle.y});
}

class Part {
 public:
  template <typename Function>
  auto operator()(Function&& function) {
    const double begin = Cpu();
    auto result = function();
    spent_ += Cpu() - begin;
    ++times_;
    return result;
  }
  double Milliseconds() const { return times_ ? 1e3 * spent_ / static_cast<double>(times_) : 0; }

 private:
  double spent_ = 0;
  std::int64_t times_ = 0;
};

void Split(FrameSource& source, PoseEstimator& estimator) {
  constexpr std::int64_t kDetectEvery = 15;
  Part decode, detect, crop, estimate, refine;
  Cropper cropper;
  std::vector<float> pixels(static_cast<std::size_t>(3 * blazepose::kLandmarkSize) *
                            blazepose::kLandmarkSize);
  // Logits around zero: every landmark is refined.
  std::vector<float> heatmap(static_cast<std::size_t>(blazepose::kHeatmapSize) *
                             blazepose::kHeatmapSize * blazepose::kModelLandmarks);
  for (std::size_t i = 0; i < heatmap.size(); ++i) heatmap[i] = static_cast<float>(i % 7) - 3;
  blazepose::CropLandmarks marks;
  std::optional<RegionOfInterest> region;
  std::int64_t frames = 0;
  for (;; ++frames) {
    const auto next = decode([&] { return Must(source.Next()); });
    if (!next) break;
    const Frame& frame = *next;
    if (!region || frames % kDetectEvery == 0) {
      const auto found = detect([&] { return Find(estimator, frame); });
      if (!region) region = found;
    }
    if (!region) continue;
    crop([&] {
      cropper.CropRgb(frame, *region, blazepose::kLandmarkSize, CropBorder::kReplicate, 0, 1,
                      pixels);
      return 0;
    });
    for (auto& mark : marks) mark = {128, 128, 0, 1};
    refine([&] {
      blazepose::RefineByHeatmap(heatmap, {}, marks);
      return 0;
    });
    region = estimate([&] { return Follow(estimator, frame, region); });
  }
  fmt::print(
      R"({{"frames": {}, "decode_ms": {:.4f}, "detect_ms": {:.4f}, "crop_ms": {:.4f}, "refine_ms": {:.4f}, "estimate_ms": {:.4f}}})"
      "\n",
      frames, decode.Milliseconds(), detect.Milliseconds(), crop.Milliseconds(),
      refine.Milliseconds(), estimate.Milliseconds());
}

void Bare(FrameSource& source, PoseEstimator& estimator) {
  const double cpu = Cpu();
  const double wall = Wall();
  std::int64_t frames = 0;
  // The next picture is decoded beside, as in the analysis.
  tbb::task_group beside;
  std::optional<RegionOfInterest> region;
  std::optional<Frame> next = Must(source.Next());
  while (next) {
    const Frame frame = std::move(*next);
    beside.run([&] { next = Must(source.Next()); });
    region = Follow(estimator, frame, region);
    beside.wait();
    ++frames;
  }
  fmt::print(R"({{"frames": {}, "wall_s": {:.4f}, "cpu_s": {:.4f}}})"
             "\n",
             frames, Wall() - wall, Cpu() - cpu);
}

void Pipeline(FrameSource& source, PoseEstimator& estimator) {
  const auto sport = FindSport("cmj");
  if (!sport) Die("there is no sport cmj");
  const double cpu = Cpu();
  const AnalysisRun run = Must(Analyze(source, estimator, *sport, {}));
  const double spent = Cpu() - cpu;
  const StageTimes& t = run.times;
  fmt::print(
      R"({{"frames": {}, "wall_s": {:.4f}, "cpu_s": {:.4f}, "decode_s": {:.4f}, "pose_s": {:.4f}, "evidence_s": {:.4f}, "analysis_s": {:.4f}}})"
      "\n",
      run.result.source.frames, t.wall_s, spent, t.decode_s, t.pose_s, t.evidence_s, t.analysis_s);
}

/// The figures of a live session that looks at still pictures rarely, against those of the file;
/// the differences in standard uncertainties.
void Live(FrameSource& source, FrameSource& again, PoseEstimator& estimator) {
  const auto sport = FindSport("cmj");
  if (!sport) Die("there is no sport cmj");
  const AnalysisResult file = Must(Analyze(again, estimator, *sport, {})).result;
  LiveSessionOptions options;
  options.capture_fps = source.Info().capture_fps;
  LiveSession session(*sport, &estimator, options);
  std::int64_t inferred = 0, caught_up = 0, skipped = 0, at_once = 0;
  const double cpu = Cpu();
  while (const auto frame = Must(source.Next())) {
    const LiveStep step = Must(session.Push(*frame));
    inferred += step.inferred;
    skipped += step.skipped;
    std::int64_t behind = 0;
    while (session.Behind()) behind += Must(session.CatchUp(1)).caught_up;
    caught_up += behind;
    at_once = std::max(at_once, behind);
  }
  Must(session.Finish());
  const double spent = Cpu() - cpu;
  const AnalysisResult live = session.TakeResult();
  const auto reps = [](const AnalysisResult& result) {
    return result.athletes.empty() ? std::vector<Rep>{} : result.athletes[0].reps;
  };
  const std::vector<Rep> a = reps(live), b = reps(file);
  double worst = 0;
  std::string of = "none";
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    for (const Metric& metric : b[i].metrics) {
      const Metric* other = a[i].FindMetric(metric.id);
      if (!metric.value || !metric.u || !other || !other->value) continue;
      const double difference = std::abs(*other->value - *metric.value) / *metric.u;
      if (difference <= worst) continue;
      worst = difference;
      of = metric.id;
    }
  }
  fmt::print(
      R"({{"frames": {}, "inferred": {}, "caught_up": {}, "at_once": {}, "skipped": {}, "cpu_s": {:.4f}, "reps": {}, "reps_of_file": {}, "worst_difference_u": {:.3f}, "of": "{}"}})"
      "\n",
      live.source.frames, inferred, caught_up, at_once, skipped, spent, a.size(), b.size(), worst,
      of);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() != 4)
    Die("usage: plyo_stages split|bare|pipeline|live VIDEO lite|full|heavy THREADS");
  const PoseModel model = words[2] == "lite"   ? PoseModel::kLite
                          : words[2] == "full" ? PoseModel::kFull
                                               : PoseModel::kHeavy;
  const auto source = Must(OpenVideoFile(words[1]));
  const auto estimator =
      Must(MakeOpenVinoEstimator({.model = model,
                                  .threads = std::max(1, std::atoi(words[3].c_str())),
                                  .model_dir = {},
                                  .cache_dir = DefaultPoseCacheDir()}));
  if (words[0] == "split") {
    Split(*source, *estimator);
  } else if (words[0] == "bare") {
    Bare(*source, *estimator);
  } else if (words[0] == "pipeline") {
    Pipeline(*source, *estimator);
  } else if (words[0] == "live") {
    Live(*source, *Must(OpenVideoFile(words[1])), *estimator);
  } else {
    Die("unknown mode " + words[0]);
  }
  return 0;
}
