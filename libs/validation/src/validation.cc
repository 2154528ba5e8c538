#include "plyo/validation/validation.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/gross_errors.h"
#include "plyo/validation/pairing.h"

namespace plyo {
namespace {

struct Best {
  std::span<const Rep> measured;
  std::span<const Rep> reference;
  Pairing pairing;
};

double Misfit(const Pairing& pairing) {
  double sum = 0;
  for (const auto& pair : pairing.pairs) sum += pair.apart_s * pair.apart_s;
  return sum;
}

Best Match(const RecordingPair& recording) {
  Best best;
  if (!recording.reference.athletes.empty())
    best.reference = recording.reference.athletes.front().Repetitions();
  best.pairing = PairReps({}, best.reference, recording.offset_s);
  bool first = true;
  for (const AthleteResult& athlete : recording.measured.athletes) {
    Pairing pairing = recording.in_order
                          ? PairInOrder(athlete.Repetitions(), best.reference)
                          : PairReps(athlete.Repetitions(), best.reference, recording.offset_s);
    const std::size_t pairs = pairing.pairs.size();
    const std::size_t so_far = best.pairing.pairs.size();
    if (first || pairs > so_far ||
        (pairs == so_far && pairs > 0 && Misfit(pairing) < Misfit(best.pairing))) {
      best.measured = athlete.Repetitions();
      best.pairing = std::move(pairing);
    }
    first = false;
  }
  return best;
}

void AddUnpaired(std::size_t recording, const Rep& rep, bool measured,
                 std::vector<UnpairedRep>& unpaired) {
  unpaired.push_back({.recording = recording,
                      .measured = measured,
                      .rep = rep.index,
                      .t_s = rep.events.empty() ? 0 : rep.events.front().t_s});
}

void AddFlags(const Rep& rep, const Metric& metric, std::vector<std::string>& flags) {
  AddGrossErrors(rep.flags, flags);
  AddGrossErrors(metric.flags, flags);
  // A repetition has it for any of its events, a figure for those that it follows from.
  if (std::ranges::find(metric.flags, flag::kManual) != metric.flags.end())
    AddOnce(flags, flag::kManual);
}

MetricAgreement Compare(const MetricDescriptor& metric,
                        std::span<const std::pair<const Rep*, const Rep*>> reps) {
  MetricAgreement result{.id = metric.id, .unit = metric.unit, .agreement = {}, .values = {}};
  std::vector<double> measured;
  std::vector<double> reference;
  for (std::size_t i = 0; i < reps.size(); ++i) {
    const Metric* ours = reps[i].first->FindMetric(metric.id);
    const Metric* theirs = reps[i].second->FindMetric(metric.id);
    if (!ours || !theirs || !ours->value || !theirs->value) continue;
    auto& pair = result.values.emplace_back(PairedValue{i, *ours->value, *theirs->value, ours->u});
    AddFlags(*reps[i].first, *ours, pair.flags);
    AddFlags(*reps[i].second, *theirs, pair.flags);
    for (const auto& flag : pair.flags) AddOnce(result.flags, flag);
    measured.push_back(*ours->value);
    reference.push_back(*theirs->value);
    if (!ours->u) continue;
    ++result.with_interval;
    if (std::abs(*ours->value - *theirs->value) <= kHalfWidthOf95Percent * *ours->u)
      ++result.covered;
  }
  result.agreement = AgreementOf(measured, reference);
  return result;
}

}  // namespace

Validation Validate(std::span<const RecordingPair> recordings, const Sport& sport) {
  Validation validation{.sport = sport.id,
                        .alignments = {},
                        .pairs = {},
                        .excluded = {},
                        .unpaired = {},
                        .metrics = {}};
  std::vector<std::pair<const Rep*, const Rep*>> reps;
  for (std::size_t i = 0; i < recordings.size(); ++i) {
    const Best best = Match(recordings[i]);
    const std::size_t before = validation.pairs.size();
    for (const auto& pair : best.pairing.pairs) {
      const Rep& ours = best.measured[pair.measured];
      const Rep& theirs = best.reference[pair.reference];
      const PairedRep paired{i, ours.index, theirs.index};
      const std::string& why = ours.excluded.empty() ? theirs.excluded : ours.excluded;
      if (!why.empty()) {
        validation.excluded.push_back({paired, why});
        continue;
      }
      validation.pairs.push_back(paired);
      reps.emplace_back(&ours, &theirs);
    }
    validation.alignments.push_back({.offset_s = best.pairing.offset_s,
                                     .pairs = static_cast<int>(validation.pairs.size() - before),
                                     .ambiguous = best.pairing.ambiguous});
    for (const std::size_t k : best.pairing.unpaired_measured)
      AddUnpaired(i, best.measured[k], true, validation.unpaired);
    for (const std::size_t k : best.pairing.unpaired_reference)
      AddUnpaired(i, best.reference[k], false, validation.unpaired);
  }
  for (const MetricDescriptor& metric : sport.metrics) {
    auto compared = Compare(metric, reps);
    if (compared.agreement.n > 0) validation.metrics.push_back(std::move(compared));
  }
  return validation;
}

}  // namespace plyo
