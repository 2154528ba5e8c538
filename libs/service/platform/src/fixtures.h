#pragma once

#include <map>
#include <optional>
#include <string>

#include "plyo/base/error.h"

namespace plyo::service {

/// What an analysis of test mode ends with.
struct Fixture {
  std::map<std::string, std::string> files{};
  std::optional<Error> error{};
};
/// One of the contract's names.
Fixture FixtureOf(const std::string& name);

}  // namespace plyo::service
