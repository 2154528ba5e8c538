#include "job_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <utility>
#include <vector>

#include "plyo/service/child.h"

namespace plyo::service {
namespace {

constexpr int kPollMs = 200;
constexpr std::size_t kMostLine = std::size_t{64} << 10;
/// Between its last word and its end; one that was taken over may stay for ever.
constexpr std::chrono::seconds kToEnd{10};

/// A child that does not outlive its owner, with our end of a pipe from it.
class Child {
 public:
  Child(const std::string& program, std::vector<std::string> words) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
      Refuse(ErrorCode::kInternal,
             fmt::format("a job cannot be started: pipe: {}", std::strerror(errno)));
    }
    pipe_ = ends[0];
    const auto pid = StartChild(program, std::move(words), ends[1]);
    ::close(ends[1]);
    if (!pid) {
      ::close(pipe_);
      throw Refused(pid.error());
    }
    pid_ = *pid;
  }
  ~Child() {
    ::close(pipe_);
    if (pid_ > 0) EndChild(pid_);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  int pipe() const { return pipe_; }
  void Kill() const { ::kill(-pid_, SIGKILL); }
  int EndAfter(std::chrono::milliseconds patience) {
    return EndChildAfter(std::exchange(pid_, 0), patience);
  }

 private:
  int pipe_ = -1;
  pid_t pid_ = 0;
};

}  // namespace

JobEnd RunJobProcess(const Context& context, const std::filesystem::path& folder,
                     const std::function<void(double)>& progress,
                     const std::function<bool()>& keep_on) {
  using Clock = std::chrono::steady_clock;
  const auto& options = context.options;
  Child child(
      options.program,
      {"plyo", "job", "--dir", folder.string(), "--report", std::to_string(kChildDescriptor),
       "--parent", std::to_string(::getpid()), "--memory", std::to_string(options.job_memory_bytes),
       "--cpu-time", std::to_string(options.job_time.count())});
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
  const int status = child.EndAfter(kToEnd);
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
