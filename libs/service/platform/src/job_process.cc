#include "job_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace plyo::service {
namespace {

constexpr int kLine = 3;  // where the child writes to
constexpr int kPollMs = 200;
constexpr std::size_t kMostLine = std::size_t{64} << 10;
/// Where to find libraries, the cache of compiled models and the language, and none of our secrets.
constexpr std::array kEnvironment = {"HOME", "XDG_CACHE_HOME", "LD_LIBRARY_PATH",
                                     "PATH", "LANG",           "LC_ALL"};

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// A child that does not outlive its owner, with our end of a pipe from it.
class Child {
 public:
  Child(const std::string& program, std::vector<std::string> words) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) Stop("pipe", errno);
    pipe_ = ends[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], kLine);
    posix_spawn_file_actions_addclosefrom_np(&actions, kLine + 1);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setpgroup(&attributes, 0);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    std::vector<std::string> environment;
    for (const char* name : kEnvironment) {
      if (const char* value = std::getenv(name))
        environment.push_back(fmt::format("{}={}", name, value));
    }
    const int failure = ::posix_spawn(&pid_, program.c_str(), &actions, &attributes,
                                      Pointers(words).data(), Pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    ::close(ends[1]);
    if (failure != 0) {
      ::close(pipe_);
      Stop(program.c_str(), failure);
    }
  }
  ~Child() {
    ::close(pipe_);
    if (pid_ > 0) {
      ::kill(-pid_, SIGKILL);
      Wait();
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  int pipe() const { return pipe_; }
  void Kill() const { ::kill(-pid_, SIGKILL); }
  int Wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return status;
  }

 private:
  [[noreturn]] static void Stop(const char* what, int code) {
    Refuse(ErrorCode::kInternal,
           fmt::format("a job cannot be started: {}: {}", what, std::strerror(code)));
  }

  int pipe_ = -1;
  pid_t pid_ = 0;
};

}  // namespace

JobEnd RunJobProcess(const Context& context, const std::filesystem::path& folder,
                     const std::function<void(double)>& progress,
                     const std::function<bool()>& keep_on) {
  using Clock = std::chrono::steady_clock;
  const auto& options = context.options;
  Child child(options.program,
              {"plyo", "job", "--dir", folder.string(), "--report", std::to_string(kLine),
               "--memory", std::to_string(options.job_memory_bytes), "--cpu-time",
               std::to_string(options.job_time.count())});
  const auto latest = Clock::now() + options.job_time;
  JobEnd end;
  bool said = false;
  std::string text;
  for (bool open = true; open;) {
    pollfd waiting{child.pipe(), POLLIN, 0};
    const int ready = ::poll(&waiting, 1, kPollMs);
    if (!keep_on()) {
      child.Kill();
      return {JobEnd::Kind::kStopped, {}};
    }
    if (Clock::now() > latest) {
      child.Kill();
      return {JobEnd::Kind::kLimit,
              {ErrorCode::kResourceLimit,
               fmt::format("the analysis took longer than {} s", options.job_time.count())}};
    }
    if (ready <= 0) continue;
    std::array<char, 4096> piece{};
    const auto got = ::read(child.pipe(), piece.data(), piece.size());
    open = got > 0;
    if (got > 0) text.append(piece.data(), static_cast<std::size_t>(got));
    for (auto line_end = text.find('\n'); line_end != std::string::npos;
         line_end = text.find('\n')) {
      const auto line = Json::parse(text.substr(0, line_end), nullptr, false);
      text.erase(0, line_end + 1);
      if (!line.is_object() || said) continue;
      if (line.contains("progress") && line["progress"].is_number()) {
        progress(line["progress"].get<double>());
      } else if (line.value("done", false)) {
        end.kind = JobEnd::Kind::kDone;
        said = true;
      } else if (line.contains("error") && line["error"].is_string()) {
        const auto code = ErrorFromId(line["error"].get<std::string>());
        end = {JobEnd::Kind::kFailed,
               {code.value_or(ErrorCode::kInternal), line.value("message", std::string())}};
        said = true;
      }
    }
    if (text.size() > kMostLine) break;  // no program of ours writes that
  }
  const int status = child.Wait();
  if (said &&
      (end.kind == JobEnd::Kind::kFailed || (WIFEXITED(status) && WEXITSTATUS(status) == 0)))
    return end;
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) {
    return {
        JobEnd::Kind::kLimit,
        {ErrorCode::kResourceLimit,
         fmt::format("the analysis took more than {} s of a processor", options.job_time.count())}};
  }
  return {
      JobEnd::Kind::kCrashed,
      {ErrorCode::kAnalysisCrashed,
       WIFSIGNALED(status) ? fmt::format("the process ended by signal {}", WTERMSIG(status))
                           : fmt::format("the process ended with status {}", WEXITSTATUS(status))}};
}

}  // namespace plyo::service
