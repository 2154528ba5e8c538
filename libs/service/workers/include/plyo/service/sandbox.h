#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "plyo/base/error.h"

namespace plyo::service {

/// What this kernel has of what the sandboxes are made of.
struct SandboxSupport {
  bool system_calls = false;  ///< seccomp filters, without which no worker starts
  bool files = false;         ///< Landlock, without which a job sees what its user sees
};
SandboxSupport ReadSandboxSupport();

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

struct JobSandboxOptions {
  std::filesystem::path folder;    ///< the only one that may be read and written
  std::uint64_t memory_bytes = 0;  ///< beside what is mapped already; 0: as much as there is
  long cpu_time_s = 0;             ///< of all threads; 0: without end
};

/// The same for a process that analyses one upload, which reads and writes files: those of its
/// folder and no others (Landlock), at a lower priority. Where the kernel has no Landlock, files
/// are as safe as the process' user; that is said on standard error. Errors: kInternal.
Result<void> CloseJobSandbox(const JobSandboxOptions& options);

}  // namespace plyo::service
