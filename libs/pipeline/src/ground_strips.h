#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "plyo/kinematics/contact_evidence.h"
#include "plyo/kinematics/landmark.h"
#include "plyo/video/frame.h"

namespace plyo::pipeline {

struct GroundStripsOptions {
  double fps = 60;                    ///< nominal rate of the source, capture time; 0: unknown
  std::size_t max_bytes = 24u << 20;  ///< of kept pixels
  double keep_s = 3;                  ///< how far back a request may reach
  double max_stature_px = 480;        ///< an athlete larger than this is scaled down
};

/// Keeps the last seconds of the ground around one athlete's feet as small grey pictures, and finds
/// the soles in them.
///
/// A strip is fixed in the picture, so that the flight shows the ground of the stance without feet.
/// It reaches from .20 stature above the soles to .42 below (a box of 60 cm and the ground before
/// it are both inside, and so is a landing nearer to the camera) and half a stature to both sides
/// of the feet, clipped to the picture.
///
/// The first pose anchors it. It is anchored anew only when the feet have been steady for half a
/// second somewhere that it does not cover: a flight never moves it. Every frame is kept once,
/// under the anchor of its time; a request is answered from the frames of the anchor that covers
/// its spot, so the take-off of a jump that ends elsewhere stays known. Media time and the nominal
/// rate alone decide what is kept. Not thread safe.
class GroundStrips final : public ContactEvidence {
 public:
  explicit GroundStrips(const GroundStripsOptions& options);

  /// Takes in the next frame; `pose` is null where the athlete was not found in it.
  void Observe(const Frame& frame, const PoseFrame* pose);

  SoleTrace Sole(const SoleRequest& request) const override;

  /// Of the pixels held now; never above max_bytes.
  std::size_t bytes() const { return bytes_; }

 private:
  struct Anchor {
    std::int64_t id = 0;
    int x0 = 0;  ///< in the picture, px
    int y0 = 0;
    int width = 0;
    int height = 0;
    int image_width = 0;
    int image_height = 0;
    int strip_width = 0;  ///< as kept
    int strip_height = 0;
    double stature = 0;  ///< image px
    double ScaleX() const { return static_cast<double>(strip_width) / width; }
    double ScaleY() const { return static_cast<double>(strip_height) / height; }
  };
  struct Strip {
    Timestamp t;
    std::int64_t anchor = 0;
    std::vector<std::uint8_t> pixels;
  };
  struct Feet {
    Timestamp t;
    double x[4];  ///< heels and toes, left and right
    double y[4];
    double stature;
  };

  /// Of those that cover the spot, the one with most of the frames to measure; null where there is
  /// none.
  const Anchor* AnchorFor(const SoleRequest& request) const;
  void Follow(const PoseFrame& pose);
  bool Covers(const Anchor& anchor, const ImageBox& feet, double stature) const;
  void SetAnchor(const ImageBox& feet, double stature, int image_width, int image_height);
  void Keep(const Frame& frame);
  void DropOldest();
  SoleTrace Find(const SoleRequest& request) const;

  GroundStripsOptions options_;
  std::vector<Anchor>
      anchors_;  ///< the last one is in force; older ones as long as frames of theirs are kept
  std::deque<Strip> strips_;
  std::deque<Feet> feet_;  ///< of the last half second
  std::size_t bytes_ = 0;
  std::int64_t next_id_ = 0;
  std::vector<std::vector<std::uint8_t>> spare_;  ///< buffers to use again
  /// The last answers that no later frame could change: a jump is measured soon after its landing,
  /// and once more when the athlete stands.
  mutable std::deque<std::pair<SoleRequest, SoleTrace>> answered_;
};

}  // namespace plyo::pipeline
