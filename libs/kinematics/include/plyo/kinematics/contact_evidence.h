#pragma once

#include <string>
#include <vector>

#include "plyo/base/time.h"

namespace plyo {

/// Upright rectangle in image px, half open.
struct ImageBox {
  double x0 = 0;
  double y0 = 0;
  double x1 = 0;
  double y1 = 0;

  friend bool operator==(const ImageBox&, const ImageBox&) = default;
};

/// Asks the pixels for the height of the soles over one spot of the ground.
///
/// The background of the spot is what the frames of `air_begin..air_end` show there, when the feet
/// are surely gone from it.
struct SoleRequest {
  ImageBox stance;           ///< the feet while they stand on the spot, without margin
  double foot_level_px = 0;  ///< y of the sole on the ground, as the landmarks have it
  double stature_px = 0;     ///< the athlete's standing height
  Timestamp measure_begin;   ///< frames to measure, inclusive
  Timestamp measure_end;
  Timestamp air_begin;  ///< frames that show the spot without feet, inclusive
  Timestamp air_end;
  Timestamp ground_begin;  ///< frames that surely show the feet on the ground: they define lift 0
  Timestamp ground_end;

  friend bool operator==(const SoleRequest&, const SoleRequest&) = default;
};

/// The lowest part of the feet above its own level on the ground, positive up, image px.
struct SoleSample {
  Timestamp t;
  double lift_px = 0;
  bool visible = false;  ///< false: no foot over the spot in this frame (it has left), or the frame
                         ///< was not kept

  friend bool operator==(const SoleSample&, const SoleSample&) = default;
};

/// Answer to a SoleRequest: samples in time order, or none with the reason.
struct SoleTrace {
  std::vector<SoleSample> samples;
  double ground_mad_px =
      0;  ///< restlessness of the level on the ground (median absolute deviation)
  double camera_motion_px = 0;  ///< how far the background still shifted after what could be undone
  std::string unavailable;      ///< empty, or why there are no samples ("no_frames_kept", ...)

  friend bool operator==(const SoleTrace&, const SoleTrace&) = default;
};

/// What the pixels say about contact of the feet with the ground, for one athlete.
///
/// Implemented by the pipeline, which keeps a bounded ring of grey strips of the ground; sports
/// never see an image. An answer depends only on frames up to the newest PoseFrame that was pushed.
class ContactEvidence {
 public:
  virtual ~ContactEvidence() = default;
  virtual SoleTrace Sole(const SoleRequest& request) const = 0;
};

/// For input without pixels: every answer is unavailable, "no_pixels".
class NoContactEvidence final : public ContactEvidence {
 public:
  SoleTrace Sole(const SoleRequest&) const override { return {{}, 0, 0, "no_pixels"}; }
};

}  // namespace plyo
