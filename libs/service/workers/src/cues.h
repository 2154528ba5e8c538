#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "plyo/kinematics/cue.h"
#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"
#include "plyo/wire/live_json.h"

namespace plyo::service {

/// What is said to one athlete about his confirmed repetitions. Keeps of them only what the next
/// one is judged by, so that neither time nor memory grows with the session. Not thread safe.
class AthleteCues {
 public:
  /// Borrows the sport.
  explicit AthleteCues(const Sport& sport);

  /// What can be said about the newest repetition after the earlier ones, in order. Only what the
  /// figures' uncertainties bear out: the sport's rules that the repetition meets; its rules about
  /// all of them, judged over the newest 20, where they are met now and were not before;
  /// best_so_far (jump_height, takeoff to landing), deeper_than_usual and shallower_than_usual
  /// (countermovement_depth); of a gait, once each time it becomes true, cadence_falls: of the
  /// newest 20 steps against the first 20. A figure that the sport does not have brings no cue.
  std::vector<live::Cue> Add(const Rep& rep);

 private:
  struct Figure {
    double value = 0;
    double u = 0;
  };
  /// Mean and sum of squares as figures come (Welford).
  struct Spread {
    int n = 0;
    double mean = 0;
    double squares = 0;

    void Add(double value);
    double StandardDeviation() const;
  };

  static std::optional<Figure> FigureOf(const Rep& rep, std::string_view id);
  void Remember(const Rep& rep);
  void AddNewsOfAll(std::span<const Summary> newest, std::vector<live::Cue>& cues);
  void CompareCadence(std::span<const Summary> newest, std::vector<live::Cue>& cues);
  void CompareHeight(const Rep& rep, std::vector<live::Cue>& cues);
  void CompareDepth(const Rep& rep, std::vector<live::Cue>& cues);

  const Sport* sport_;
  bool judges_together_;
  std::vector<Rep> newest_;          ///< where they are judged together
  std::vector<const CueRule*> met_;  ///< by them, after the one before
  std::optional<Figure> first_cadence_;
  bool cadence_fell_ = false;
  std::optional<Figure> best_;
  Spread depths_;
};

}  // namespace plyo::service
