#include "worker_process.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "plyo/service/child.h"

namespace plyo::service {
namespace {

// Room for the largest pictures of a round of sessions.
constexpr int kSocketBytes = 4 << 20;

}  // namespace

Result<std::unique_ptr<WorkerProcess>> WorkerProcess::Start(
    const std::string& program, const std::vector<std::string>& arguments) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return Fail(ErrorCode::kInternal,
                fmt::format("a worker cannot be started: socketpair: {}", std::strerror(errno)));
  }
  for (const int end : ends) {
    setsockopt(end, SOL_SOCKET, SO_SNDBUF, &kSocketBytes, sizeof(kSocketBytes));
  }
  std::vector<std::string> words{"plyo"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  words.push_back(std::to_string(kChildDescriptor));
  const auto pid = StartChild(program, std::move(words), ends[1]);
  close(ends[1]);
  if (!pid) {
    close(ends[0]);
    return tl::unexpected(pid.error());
  }
  return std::unique_ptr<WorkerProcess>(new WorkerProcess(*pid, ends[0]));
}

WorkerProcess::~WorkerProcess() {
  if (socket_ >= 0) close(socket_);
  if (pid_ > 0) End();
}

std::string WorkerProcess::End() {
  const int status = EndChild(pid_);
  pid_ = 0;
  return WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status))
                             : fmt::format("exit {}", WEXITSTATUS(status));
}

int WorkerProcess::TakeSocket() { return std::exchange(socket_, -1); }

}  // namespace plyo::service
