#pragma once

#include <cstddef>

#include "plyo/base/error.h"

namespace plyo::service {

struct SandboxOptions {
  std::size_t more_memory_bytes = std::size_t{2} << 30;  ///< beside what is mapped already
  /// The highest file descriptor, as a limit for poll(): none can be opened any more.
  unsigned open_files = 16;
};

/// Closes the process for good, with all of its threads: no file, no network, no other program, no
/// new privileges, no core dump, memory bounded. What is open stays usable. A system call that
/// libraries try in good faith fails; one that only an intruder makes ends the process.
///
/// Call it when models and libraries are loaded and have worked once. Errors: kInternal.
Result<void> CloseSandbox(const SandboxOptions& options = {});

}  // namespace plyo::service
