#pragma once

#include <initializer_list>
#include <vector>

#include "plyo/kinematics/landmark.h"

namespace plyo::testing {

/// What a recording looks like after something was done to it. None of it changes what happened.
using Poses = std::vector<PoseFrame>;

/// Seen in a mirror: left and right exchanged, x from the other edge.
Poses Mirrored(Poses frames);
/// Everything shifted in the picture, px.
Poses Moved(Poses frames, double dx, double dy);
/// The picture enlarged, edges included.
Poses Enlarged(Poses frames, double factor);
Poses LaterBy(Poses frames, double seconds);
/// Played slower: every time multiplied.
Poses Slowed(Poses frames, double factor);
/// The frames with begin_s <= t < end_s, alone or left out.
Poses Between(const Poses& frames, double begin_s, double end_s);
Poses Without(const Poses& frames, double begin_s, double end_s);
/// Every n-th frame.
Poses Thinned(const Poses& frames, int n);
/// Landmarks that the model is not sure of.
Poses WithVisibility(Poses frames, std::initializer_list<LandmarkId> ids, double visibility);
/// What would be outside the picture squeezed into it, as a model does.
Poses SqueezedIntoPicture(Poses frames);

}  // namespace plyo::testing
