#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "plyo/kinematics/center_of_mass.h"
#include "plyo/kinematics/landmark.h"
#include "plyo/report/key_frame.h"

namespace plyo::report {

/// A disc, image px, that holds a whole head: hair, chin and the back of it.
struct HeadDisc {
  Point2 centre;
  double radius = 0;
};

/// The head of one pose, whichever way it is turned. Where the landmarks of the face are in doubt
/// the disc grows to where the shoulders and hips say that the head is. nullopt where the landmarks
/// are no numbers.
std::optional<HeadDisc> HeadOf(const PoseFrame& pose);

/// Where the heads of everybody who was tracked are, picture by picture. Besides the pictures with
/// a pose these are covered: gaps of a track up to half a second, by a straight line and as much
/// around it as free fall leaves it by; 0.3 s after a track was lost; and 0.6 s before one begins,
/// for new people are looked for twice a second. There the disc holds the head where it was and
/// where it would have gone on to.
class HeadIndex {
 public:
  HeadIndex() = default;  ///< of nobody
  explicit HeadIndex(const PosesByTrack& poses);

  /// Of the picture of that index and capture time.
  std::vector<HeadDisc> InFrame(std::int64_t frame, double t_s) const;

 private:
  struct Seen {
    std::int64_t frame = 0;
    double t_s = 0;
    HeadDisc head;
  };
  static HeadDisc Beyond(const Seen& end, const Seen& inner, double t_s);
  static void Find(const std::vector<Seen>& track, std::int64_t frame, double t_s,
                   std::vector<HeadDisc>* heads);

  std::vector<std::vector<Seen>> tracks_;  ///< each in time order
};

/// Replaces each head by a mosaic of at most five cells across, counted from the head and not from
/// the picture: a grid that stands still would show other parts of a moving face in each picture,
/// and together they would give it back. Cells are at least four image px wide, so that nothing is
/// left of small heads either. `pixels`: bytes B, G, R, unused, rows `stride` apart; `scale`: its
/// px per image px. What is outside the discs is not touched.
void CoverHeads(const std::vector<HeadDisc>& heads, double scale, std::uint8_t* pixels, int width,
                int height, std::ptrdiff_t stride);

}  // namespace plyo::report
