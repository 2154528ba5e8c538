#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"

namespace plyo {

/// An event that a person puts elsewhere, in seconds of capture time.
struct MovedEvent {
  std::string id;
  double t_s = 0;
};

/// The option in the provenance under which stands what was changed.
inline constexpr std::string_view kManualOption = "manual";

/// What a person changes in a result.
struct Edit {
  std::optional<TrackId> athlete;  ///< nullopt: the first
  std::optional<int> rep;          ///< index; nullopt: the only one
  std::vector<MovedEvent> moved;
  std::string exclude_because;  ///< not empty: the repetition does not count any more
};

/// Changes the result as asked, or leaves it as it is. The sport is what measured it: of a force
/// plate's result one of ForceSports().
///
/// A moved event has the uncertainty of a frame that was read by eye and the flag `manual`. Between
/// a take-off and a landing of which one was moved the apex follows by free fall, the posture at
/// both ends being what it was. On a force plate a moved event keeps an uncertainty that is larger,
/// and the apex stays. What the sport tells by events and scale alone (Sport::metrics_by_events) is
/// computed anew and flagged `manual` where it comes out otherwise than by the events as they were;
/// what takes landmarks is absent, `needs_landmarks`, where its time range holds a moved event, and
/// what takes the force, `needs_force`. Others stay. What the sport
/// flags a repetition for by a figure (Sport::flag_rules) is judged anew. Edits that end at the
/// same instants give the same figures. Repetitions that share the instant follow: a landing is the
/// next contact of one who hops. The summary is over the repetitions that count, and the provenance
/// says what was done.
///
/// Fails with kInvalidArgument: no such athlete, repetition or event, or an event that would not
/// lie between its neighbours.
Result<void> ApplyEdit(const Edit& edit, const Sport& sport, AnalysisResult& result);

}  // namespace plyo
