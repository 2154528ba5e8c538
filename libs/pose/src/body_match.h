#pragma once

#include "plyo/pose/pose_estimator.h"

namespace plyo {

/// The region that the model's auxiliary landmarks ask for in the next frame.
RegionOfInterest NextRegion(const LandmarkEstimate& estimate);

double CenterDistance(const RegionOfInterest& a, const RegionOfInterest& b);

/// Whether two estimates show one body: shoulders, hips, knees and ankles lie on each other, left
/// and right perhaps swapped. `size` is the side of the smaller region, px.
bool IsSameBody(const LandmarkEstimate& a, const LandmarkEstimate& b, double size);

/// Share of the boxes around both bodies that they have in common, 0 to 1.
double BodyOverlap(const LandmarkEstimate& a, const LandmarkEstimate& b);

/// Share of shoulders, hips, knees and ankles that lie in a picture of that size, 0 to 1.
double ShareInPicture(const LandmarkEstimate& estimate, int width, int height);

/// Whether the middle of the hips or of the shoulders lies in a picture of that size.
bool HasTrunkInPicture(const LandmarkEstimate& estimate, int width, int height);

}  // namespace plyo
