#include "palette.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

namespace plyo::report {
namespace {

struct Entry {
  std::string_view id;
  Color color;
};

constexpr Color kSlate{0x8a, 0x96, 0xa6};
constexpr Color kSky{0x4a, 0xa8, 0xe8};
constexpr Color kIndigo{0x6f, 0x74, 0xf2};
constexpr Color kOrange{0xf5, 0x8a, 0x1f};
constexpr Color kTeal{0x14, 0xb8, 0x96};
constexpr Color kRose{0xde, 0x5f, 0x9c};

constexpr std::array kPhaseColors = {
    Entry{"standing", kSlate},   Entry{"box", kSlate},         Entry{"hold", kIndigo},
    Entry{"unweighting", kSky},  Entry{"drop", kSky},          Entry{"braking", kIndigo},
    Entry{"eccentric", kIndigo}, Entry{"propulsion", kOrange}, Entry{"concentric", kOrange},
    Entry{"flight", kTeal},      Entry{"absorption", kRose},
};

constexpr std::array kOthers = {kSky, kOrange, kTeal, kRose, kIndigo};

bool Contains(const Phase& outer, const Phase& inner) {
  return outer.begin_s <= inner.begin_s && inner.end_s <= outer.end_s &&
         (outer.begin_s < inner.begin_s || inner.end_s < outer.end_s);
}

}  // namespace

std::string Hex(Color color) {
  return fmt::format("#{:02x}{:02x}{:02x}", color.r, color.g, color.b);
}

Color PhaseColor(std::string_view phase_id, std::size_t place) {
  const auto it = std::ranges::find(kPhaseColors, phase_id, &Entry::id);
  return it != kPhaseColors.end() ? it->color : kOthers[place % kOthers.size()];
}

std::vector<ColoredPhase> LeafPhases(const Rep& rep) {
  std::vector<ColoredPhase> leaves;
  for (std::size_t place = 0; place < rep.phases.size(); ++place) {
    const Phase& phase = rep.phases[place];
    if (!(phase.end_s > phase.begin_s)) continue;
    const bool composite = std::ranges::any_of(
        rep.phases, [&](const Phase& p) { return p.end_s > p.begin_s && Contains(phase, p); });
    // Two names for one stretch of time (propulsion, concentric): the first one is shown.
    const bool repeated = std::ranges::any_of(leaves, [&](const ColoredPhase& leaf) {
      return leaf.phase.begin_s == phase.begin_s && leaf.phase.end_s == phase.end_s;
    });
    if (!composite && !repeated) leaves.push_back({phase, PhaseColor(phase.id, place)});
  }
  std::ranges::stable_sort(leaves, std::less{},
                           [](const ColoredPhase& leaf) { return leaf.phase.begin_s; });
  return leaves;
}

}  // namespace plyo::report
