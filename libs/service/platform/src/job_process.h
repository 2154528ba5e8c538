#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "context.h"

namespace plyo::service {

/// How a job's process ended.
struct JobEnd {
  enum class Kind {
    kDone,     ///< its outputs lie in the folder
    kFailed,   ///< it said why
    kCrashed,  ///< it did not
    kLimit,    ///< it took more than it may
    kStopped,  ///< `keep_on` said so
  };
  Kind kind = Kind::kCrashed;
  Error error{};
};

/// Runs `PROGRAM job --dir FOLDER` on what lies in the folder and waits for its end: in a group of
/// its own, without our environment and files, at a lower priority, bounded in time and memory.
/// `progress` is told the share that is done, `keep_on` asked a few times a second.
JobEnd RunJobProcess(const Context& context, const std::filesystem::path& folder,
                     const std::function<void(double)>& progress,
                     const std::function<bool()>& keep_on);

}  // namespace plyo::service
