#include "plyo/service/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace plyo::service {
namespace {

constexpr std::array kEnvironment = {
    "HOME", "XDG_CACHE_HOME", "LD_LIBRARY_PATH", "PATH", "LANG", "LC_ALL", "TZ"};

std::vector<std::string> Environment() {
  std::vector<std::string> environment;
  for (const char* name : kEnvironment) {
    if (const char* value = std::getenv(name))
      environment.push_back(fmt::format("{}={}", name, value));
  }
  return environment;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Result<pid_t> StartChild(const std::string& program, std::vector<std::string> words, int end) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, end, kChildDescriptor);
  posix_spawn_file_actions_addclosefrom_np(&actions, kChildDescriptor + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setpgroup(&attributes, 0);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  auto environment = Environment();
  pid_t child = 0;
  const int failure = ::posix_spawn(&child, program.c_str(), &actions, &attributes,
                                    Pointers(words).data(), Pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failure != 0) {
    return Fail(ErrorCode::kInternal,
                fmt::format("{} cannot be started: {}", program, std::strerror(failure)));
  }
  return child;
}

int EndChild(pid_t child) {
  ::kill(-child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

int EndChildAfter(pid_t child, std::chrono::milliseconds patience) {
  // glibc 2.36 declares pidfd_open() for C alone.
  const int descriptor = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
  if (descriptor >= 0) {
    pollfd ended{descriptor, POLLIN, 0};
    ::poll(&ended, 1, static_cast<int>(patience.count()));
    ::close(descriptor);
  }
  return EndChild(child);
}

}  // namespace plyo::service
