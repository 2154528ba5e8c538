#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "plyo/kinematics/jump_detector.h"
#include "plyo/kinematics/sport.h"

namespace plyo {

/// A sport whose repetitions are single jumps: finds them, has each of them judged and measured by
/// the sport, and numbers them.
class JumpAnalyzer final : public SportAnalyzer {
 public:
  /// The repetition in the window, without its index; nullopt where it holds none of the sport's.
  using Measure = std::function<std::optional<Rep>(const JumpWindow&, const AthleteOptions&,
                                                   const ContactEvidence&)>;

  JumpAnalyzer(AthleteOptions athlete, Measure measure);

  Step Push(const PoseFrame& pose, const ContactEvidence& evidence) override;
  Step Finish(const ContactEvidence& evidence) override;

 private:
  Step Analyze(const std::vector<JumpWindow>& windows, const ContactEvidence& evidence);
  void Tell(double t_s, Step& step);

  AthleteOptions athlete_;
  Measure measure_;
  std::string phase_;
  double told_m_ = 0;
  JumpDetector detector_;
  int confirmed_ = 0;
};

}  // namespace plyo
