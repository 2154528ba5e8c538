#pragma once

#include <string>

#include "context.h"

namespace plyo::service {

/// Revokes the keys of a project, then deletes it with all that it has; where it is broken off, it
/// is begun again and goes on. Throws Refused: kNotFound, kInvalidArgument for the default project.
void DeleteProject(Context& context, const std::string& project);

}  // namespace plyo::service
