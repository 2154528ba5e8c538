#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "plyo/base/error.h"

namespace plyo::service {

/// The descriptor by which a child talks to us.
inline constexpr int kChildDescriptor = 3;

/// Starts `program` in a process group of its own, so that an interrupt from the keyboard is ours
/// to handle. `words` are its arguments, its name first. `end` becomes its kChildDescriptor;
/// beside it the child has an empty standard input, our standard output and error, no signal
/// blocked, and of our environment what finds libraries, the cache of compiled models, the time
/// zone and the language: none of our secrets. kInternal where it cannot be started.
Result<pid_t> StartChild(const std::string& program, std::vector<std::string> words, int end);

/// Kills it and its group where it still runs, waits for it, and says how it ended, as waitpid.
int EndChild(pid_t child);

/// The same, but gives it some time to end by itself.
int EndChildAfter(pid_t child, std::chrono::milliseconds patience);

}  // namespace plyo::service
