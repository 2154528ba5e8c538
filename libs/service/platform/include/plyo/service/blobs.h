#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "plyo/base/error.h"

namespace plyo::service {

/// Files by name. What they hold is sealed, so that a store need not be trusted with it. Thread
/// safe; calls may wait. Names are of [0-9a-z_./], without "..".
class Blobs {
 public:
  virtual ~Blobs() = default;

  /// Takes the file over; it is complete under its name, or not there. The same name again is
  /// replaced. Errors: kStoreFailed, kDiskFull.
  virtual Result<void> Put(const std::string& name, const std::filesystem::path& file) = 0;
  /// The file as one that may be read and is not to be changed; `spare` names one that may be made
  /// for it. Errors: kNotFound, kStoreFailed.
  virtual Result<std::filesystem::path> Get(const std::string& name,
                                            const std::filesystem::path& spare) = 0;
  /// What is not there is deleted, too. Errors: kStoreFailed.
  virtual Result<void> Delete(const std::string& name) = 0;
};

/// Files in a folder on this machine, readable by their owner alone. Errors: kOutputNotWritable.
Result<std::unique_ptr<Blobs>> OpenFileBlobs(const std::filesystem::path& folder);

}  // namespace plyo::service
