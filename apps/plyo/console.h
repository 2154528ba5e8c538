#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "output_paths.h"
#include "plyo/base/error.h"
#include "terminal.h"

namespace plyo::cli {

/// Behind a number that was written with a comma.
inline constexpr std::string_view kPointHint = "; write a point for the decimals";

/// A wrong use of the command line.
tl::unexpected<Error> Usage(std::string message);

/// Tells the failure on standard error, and after a wrong use where to read on ("analyze"). Returns
/// the exit status.
int Complain(const Error& error, std::string_view command);

/// What a command leaves on standard output: its document where that is asked for, or where nobody
/// reads along and it has written nothing else; the table and what was written; nothing where it is
/// to be quiet. False where it could not be written.
bool PrintOutcome(const OutputPaths& written, bool as_document, bool quiet,
                  const std::function<std::string()>& document,
                  const std::function<std::string(const Terminal&)>& table);

/// Now as the documents write it (RFC 3339, UTC), or what SOURCE_DATE_EPOCH says where documents
/// are to be reproduced byte by byte.
std::string CreatedAt();

}  // namespace plyo::cli
