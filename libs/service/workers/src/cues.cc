#include "cues.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "plyo/kinematics/metric_table.h"

namespace plyo::service {
namespace {

constexpr std::string_view kHeight = "jump_height";
constexpr std::string_view kDepth = "countermovement_depth";
constexpr std::string_view kCadence = "cadence";
// Fewer are no habit.
constexpr int kUsual = 3;
// Of the usual depth: less is no other way of jumping.
constexpr double kOtherDepth = 0.15;
// Of the cadence at first: a step rate that is 5 % off the preferred one changes how much energy
// the knee absorbs at the same speed (Heiderscheit et al. 2011).
constexpr double kOtherCadence = 0.05;
// Back by half of it, the next fall is news again.
constexpr double kCadenceIsBack = kOtherCadence / 2;
// What an athlete does now, and the cost of judging it does not grow with the session.
constexpr std::size_t kNewest = 20;

live::Cue Spoken(const Cue& cue) {
  return {cue.rule->id, cue.rule->level, cue.rule->metric, cue.value};
}

}  // namespace

AthleteCues::AthleteCues(const Sport& sport)
    : sport_(&sport),
      judges_together_(sport.repeats_steps ||
                       std::ranges::any_of(sport.cues, [&](const CueRule& rule) {
                         return JudgesSummary(rule, sport);
                       })) {}

std::vector<live::Cue> AthleteCues::Add(const Rep& rep) {
  std::vector<live::Cue> cues;
  for (const Cue& cue : CuesOf(rep, *sport_)) cues.push_back(Spoken(cue));
  if (judges_together_) {
    Remember(rep);
    const std::vector<Summary> newest = Summarize(newest_, *sport_);
    AddNewsOfAll(newest, cues);
    if (sport_->repeats_steps) CompareCadence(newest, cues);
  }
  CompareHeight(rep, cues);
  CompareDepth(rep, cues);
  return cues;
}

std::optional<AthleteCues::Figure> AthleteCues::FigureOf(const Rep& rep, std::string_view id) {
  const Metric* metric = rep.FindMetric(id);
  if (metric == nullptr || !metric->value || !metric->u) return std::nullopt;
  if (IsDoubtful(rep.flags) || IsDoubtful(metric->flags)) return std::nullopt;
  return Figure{*metric->value, *metric->u};
}

void AthleteCues::Remember(const Rep& rep) {
  if (newest_.size() == kNewest) newest_.erase(newest_.begin());
  newest_.push_back(rep);
  newest_.back().traces.clear();
}

/// Of all repetitions together, what the newest one brought.
void AthleteCues::AddNewsOfAll(std::span<const Summary> newest, std::vector<live::Cue>& cues) {
  std::vector<const CueRule*> met;
  for (const Cue& cue : CuesOf(newest, *sport_)) {
    met.push_back(cue.rule);
    if (std::ranges::find(met_, cue.rule) == met_.end()) cues.push_back(Spoken(cue));
  }
  met_ = std::move(met);
}

void AthleteCues::CompareCadence(std::span<const Summary> newest, std::vector<live::Cue>& cues) {
  const auto now = std::ranges::find(newest, kCadence, &Summary::id);
  if (newest_.size() < kNewest || now == newest.end() || !now->mean || !now->u) return;
  if (!first_cadence_) {
    first_cadence_ = {*now->mean, *now->u};
    return;
  }
  const double fall = 1 - *now->mean / first_cadence_->value;
  const double u = std::hypot(*now->u, first_cadence_->u) / first_cadence_->value;
  if (!cadence_fell_ && fall - kHalfWidthOf95Percent * u > kOtherCadence) {
    cadence_fell_ = true;
    cues.push_back({"cadence_falls", CueLevel::kAttention, std::string(kCadence), *now->mean});
  } else if (fall < kCadenceIsBack) {
    cadence_fell_ = false;
  }
}

void AthleteCues::CompareHeight(const Rep& rep, std::vector<live::Cue>& cues) {
  const auto height = FigureOf(rep, kHeight);
  if (!height) return;
  if (best_ && height->value - best_->value > std::hypot(height->u, best_->u)) {
    cues.push_back({"best_so_far", CueLevel::kGood, std::string(kHeight), height->value});
  }
  if (!best_ || height->value > best_->value) best_ = height;
}

void AthleteCues::CompareDepth(const Rep& rep, std::vector<live::Cue>& cues) {
  const auto depth = FigureOf(rep, kDepth);
  if (!depth) return;
  if (depths_.n >= kUsual) {
    const double other = depth->value - depths_.mean;
    const double usual =
        std::max({2 * depths_.StandardDeviation(), 2 * depth->u, kOtherDepth * depths_.mean});
    if (std::abs(other) > usual) {
      cues.push_back({other > 0 ? "deeper_than_usual" : "shallower_than_usual", CueLevel::kInfo,
                      std::string(kDepth), depth->value});
    }
  }
  depths_.Add(depth->value);
}

void AthleteCues::Spread::Add(double value) {
  const double from_old = value - mean;
  mean += from_old / ++n;
  squares += from_old * (value - mean);
}

double AthleteCues::Spread::StandardDeviation() const { return std::sqrt(squares / (n - 1)); }

}  // namespace plyo::service
