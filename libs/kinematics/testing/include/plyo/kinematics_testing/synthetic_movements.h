#pragma once

#include <optional>
#include <vector>

#include "plyo/kinematics/sport.h"
#include "plyo/kinematics_testing/stick_figure.h"

namespace plyo::testing {

/// Movements that are no countermovement jump. A figure of 1.75 m.
inline constexpr double kFigureStature_m = 1.75;
/// Of whom only the height is known, if that.
AthleteOptions Athlete(std::optional<double> height_m = kFigureStature_m);

std::vector<PoseFrame> RenderStanding(double duration_s, const Filming& filming);
/// Down and up again without leaving the ground, twice.
std::vector<PoseFrame> RenderSquats(double depth_m, const Filming& filming);
/// Up on the toes and down again, quickly, three times.
std::vector<PoseFrame> RenderCalfRaises(const Filming& filming);
/// One hop after the other; the recording begins and ends among them.
std::vector<PoseFrame> RenderHops(int count, double height_m, const Filming& filming);
/// Standing on a box, down from it with both feet, standing.
std::vector<PoseFrame> RenderStepDown(double box_m, const Filming& filming);
/// The same with a rebound of `height_m` right away.
std::vector<PoseFrame> RenderDropJump(double box_m, double height_m, const Filming& filming);
/// Standing, a jump onto a box, standing on it.
std::vector<PoseFrame> RenderBoxJump(double box_m, double height_m, const Filming& filming);
/// Down into a squat, held for a second and more, and a jump from there.
std::vector<PoseFrame> RenderSquatJump(double height_m, const Filming& filming);
/// Across the picture, beginning at its left edge when filmed from the right side.
std::vector<PoseFrame> RenderWalking(double duration_s, const Filming& filming);
std::vector<PoseFrame> RenderRunning(double duration_s, const Filming& filming);

}  // namespace plyo::testing
