#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/kinematics/result.h"

namespace plyo::report {

/// sRGB, 8 bit.
struct Color {
  std::uint8_t r = 0;
  std::uint8_t g = 0;
  std::uint8_t b = 0;

  friend bool operator==(const Color&, const Color&) = default;
};

/// "#1a2b3c".
std::string Hex(Color color);

/// One colour a phase, in the charts, the report's legend and the overlay alike: mid tones that
/// stand out from white, black and skin, and from each other for every kind of colour vision when
/// they are neighbours. Phases without a colour of their own take one by their place among the
/// phases.
Color PhaseColor(std::string_view phase_id, std::size_t place);

/// A phase with its colour.
struct ColoredPhase {
  Phase phase;
  Color color;
};

/// The phases that have no other inside them: what a timeline can show without overlap, in time
/// order.
std::vector<ColoredPhase> LeafPhases(const Rep& rep);

}  // namespace plyo::report
