#pragma once

#include <string>
#include <string_view>

#include "plyo/kinematics/result.h"

namespace plyo::results {

/// As it was given; empty where it was not.
inline std::string OptionOf(const Provenance& provenance, std::string_view name) {
  for (const auto& [option, value] : provenance.options) {
    if (option == name) return value;
  }
  return {};
}

}  // namespace plyo::results
