#pragma once

#include <string>

#include "context.h"

namespace plyo::service {

/// What is known of an athlete of the project. Throws Refused with kNotFound.
contract::Athlete ReadAthlete(Context& context, SqlConnection& sql, const std::string& project,
                              bool test, const std::string& id);

}  // namespace plyo::service
