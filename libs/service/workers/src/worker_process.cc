#include "worker_process.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace plyo::service {
namespace {

constexpr int kChildSocket = 3;
// Room for the largest pictures of a round of sessions.
constexpr int kSocketBytes = 4 << 20;
/// Where to find libraries, the cache of compiled models, the time zone and the language: what a
/// worker needs, and none of what the front may have been given.
constexpr std::array kEnvironment = {"HOME", "XDG_CACHE_HOME", "LD_LIBRARY_PATH",
                                     "LANG", "LC_ALL",         "TZ"};

std::vector<std::string> Environment() {
  std::vector<std::string> environment;
  environment.reserve(kEnvironment.size());
  for (const char* name : kEnvironment) {
    const char* value = std::getenv(name);
    if (value != nullptr) environment.push_back(std::string(name) + "=" + value);
  }
  return environment;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

tl::unexpected<Error> Failed(const char* what, int code) {
  return Fail(ErrorCode::kInternal,
              fmt::format("a worker cannot be started: {}: {}", what, std::strerror(code)));
}

}  // namespace

Result<std::unique_ptr<WorkerProcess>> WorkerProcess::Start(
    const std::string& program, const std::vector<std::string>& arguments) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return Failed("socketpair", errno);
  }
  for (const int end : ends) {
    setsockopt(end, SOL_SOCKET, SO_SNDBUF, &kSocketBytes, sizeof(kSocketBytes));
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], kChildSocket);
  posix_spawn_file_actions_addclosefrom_np(&actions, kChildSocket + 1);
  // Interrupting the front from a keyboard is the front's to handle: it ends its workers itself.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setpgroup(&attributes, 0);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);

  std::vector<std::string> words{"plyo"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  words.push_back(std::to_string(kChildSocket));
  std::vector<std::string> environment = Environment();
  pid_t pid = 0;
  const int failure = posix_spawn(&pid, program.c_str(), &actions, &attributes,
                                  Pointers(words).data(), Pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close(ends[1]);
  if (failure != 0) {
    close(ends[0]);
    return Failed(program.c_str(), failure);
  }
  return std::unique_ptr<WorkerProcess>(new WorkerProcess(pid, ends[0]));
}

WorkerProcess::~WorkerProcess() {
  if (socket_ >= 0) close(socket_);
  if (pid_ > 0) End();
}

std::string WorkerProcess::End() {
  int status = 0;
  kill(pid_, SIGKILL);
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  return WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status))
                             : fmt::format("exit {}", WEXITSTATUS(status));
}

int WorkerProcess::TakeSocket() { return std::exchange(socket_, -1); }

}  // namespace plyo::service
