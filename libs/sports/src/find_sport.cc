#include <utility>

#include "plyo/sports/catalogue.h"

namespace plyo {

std::optional<Sport> FindSport(std::string_view id) {
  for (Sport& sport : AllSports()) {
    if (sport.id == id) return std::move(sport);
  }
  return std::nullopt;
}

}  // namespace plyo
