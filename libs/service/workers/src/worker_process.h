#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "plyo/base/error.h"

namespace plyo::service {

/// A child process at the other end of a socket. Ends with its owner.
class WorkerProcess {
 public:
  /// Runs `program` with `arguments` and, as the last one, the number of the socket in the child.
  /// The child has no other file of ours open, and an environment without secrets. Errors:
  /// kInternal.
  static Result<std::unique_ptr<WorkerProcess>> Start(const std::string& program,
                                                      const std::vector<std::string>& arguments);
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;
  ~WorkerProcess();  ///< kills the child if it still runs, and waits for its end

  /// Kills the child if it still runs, and waits for its end. How it ended where it did so by
  /// itself: "exit 2", "signal 11"; "signal 9" else. Once.
  std::string End();

  pid_t pid() const { return pid_; }
  /// Our end of the socket; the caller's from now on.
  int TakeSocket();

 private:
  WorkerProcess(pid_t pid, int socket) : pid_(pid), socket_(socket) {}

  pid_t pid_;
  int socket_;
};

}  // namespace plyo::service
