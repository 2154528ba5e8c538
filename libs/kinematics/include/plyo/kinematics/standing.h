#pragma once

#include <optional>

#include "plyo/kinematics/body_track.h"

namespace plyo {

/// A stretch of quiet standing and what it says of the body.
struct Standing {
  double begin_s = 0;
  double end_s = 0;
  double com_height_px = 0;  ///< as BodyTrack::com_height
  double u_com_height_px = 0;
  double eye_to_heel_px = 0;
  bool quiet = false;  ///< false: the best there was, restless or short
};

/// The last quiet stretch that ends before `before_s`: at most half a second, at best.
std::optional<Standing> FindStanding(const BodyTrack& body, double stature_px, double begin_s,
                                     double before_s);

/// The standing from which a body rose, to its toes or with its arms, to `top`, a stretch from
/// which a movement goes down: still for 0.3 s within two seconds before it, and lower. nullopt
/// where `top` is itself one that was kept.
std::optional<Standing> FindStandingBelow(const BodyTrack& body, double stature_px,
                                          const Standing& top);

/// The last time before `before_s` that the body kept its level for at least `shortest_s`: from its
/// first to its last still instant, with the level at its end. nullopt where it never did.
std::optional<Standing> FindHold(const BodyTrack& body, double stature_px, double before_s,
                                 double shortest_s);

}  // namespace plyo
