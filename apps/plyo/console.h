#pragma once

#include <string>
#include <string_view>

#include "plyo/base/error.h"

namespace plyo::cli {

/// Tells the failure on standard error, and after a wrong use where to read on ("analyze"). Returns
/// the exit status.
int Complain(const Error& error, std::string_view command);

/// Now as the documents write it (RFC 3339, UTC), or what SOURCE_DATE_EPOCH says where documents
/// are to be reproduced byte by byte.
std::string CreatedAt();

}  // namespace plyo::cli
