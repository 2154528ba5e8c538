#pragma once

#include "plyo/pose/pose_estimator.h"
#include "plyo/video/frame.h"

namespace plyo {

/// A square part of a picture, and where it lies.
struct PicturePart {
  int x = 0;
  int y = 0;
  int side = 0;
};

/// The detector sees the whole picture in a square of 224 px, so that faces of people far away are
/// too small for it in an oblong one. Squares of the shorter side that cover the longer one, each
/// overlapping its neighbour; none where the picture is nearly square itself.
int PartCount(int width, int height);
PicturePart PartOf(int width, int height, int index);

/// The square around a region with as much again on every side, as far as the picture goes.
PicturePart PartAround(const RegionOfInterest& region, int width, int height);

/// The part as a picture of its own; shares the pixels.
Frame Cut(const Frame& frame, const PicturePart& part);

}  // namespace plyo
