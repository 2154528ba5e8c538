#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "plyo/kinematics/jump_detector.h"
#include "plyo/kinematics/sport.h"

namespace plyo {

/// A sport whose repetitions are single jumps: finds them, has each of them judged and measured by
/// the sport, numbers them and keeps those that are confirmed.
class JumpAnalyzer final : public SportAnalyzer {
 public:
  /// The repetition in the window, without its index; nullopt where it holds none of the sport's.
  using Measure = std::function<std::optional<Rep>(const JumpWindow&, const AthleteOptions&,
                                                   const ContactEvidence&)>;

  using SummarizeReps = std::function<std::vector<Summary>(std::span<const Rep>)>;

  /// The catalogue must outlive the analyzer. `summarize` as in Sport.
  JumpAnalyzer(AthleteOptions athlete, std::span<const MetricDescriptor> catalogue, Measure measure,
               SummarizeReps summarize = {});

  Step Push(const PoseFrame& pose, const ContactEvidence& evidence) override;
  Step Finish(const ContactEvidence& evidence) override;
  std::vector<Summary> Summarize() const override;

 private:
  Step Analyze(const std::vector<JumpWindow>& windows, const ContactEvidence& evidence);
  void Tell(double t_s, Step& step);

  AthleteOptions athlete_;
  std::span<const MetricDescriptor> catalogue_;
  Measure measure_;
  SummarizeReps summarize_;
  std::string phase_;
  double told_m_ = 0;
  JumpDetector detector_;
  std::vector<Rep> confirmed_;
};

}  // namespace plyo
