#include "plyo/service/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace plyo::service {
namespace {

/// How a process ends that closes the sandbox around itself and then does `what`: the status with
/// which it exits, or 1000 and the signal that ended it.
int Inside(const std::function<int()>& what) {
  const pid_t child = fork();
  if (child == 0) {
    if (!CloseSandbox()) _exit(99);
    _exit(what());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

TEST(Sandbox, LetsAWorkerWork) {
  int pipe_ends[2] = {-1, -1};
  ASSERT_EQ(pipe(pipe_ends), 0);
  EXPECT_EQ(Inside([&] {
              std::vector<char> much(64 << 20, 'x');
              // Not std::thread: a sanitizer looks at its objects in a way that is closed here.
              pthread_t thread{};
              void* ran = nullptr;
              const auto look = [](void* all) -> void* {
                return (*static_cast<std::vector<char>*>(all))[5] == 'x' ? all : nullptr;
              };
              if (pthread_create(&thread, nullptr, look, &much) != 0) return 9;
              pthread_join(thread, &ran);
              const bool wrote = write(pipe_ends[1], much.data(), 1) == 1;
              return ran && wrote ? 7 : 8;
            }),
            7);
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

TEST(Sandbox, HasNoFiles) {
  EXPECT_EQ(Inside([] { return open("/etc/passwd", O_RDONLY) < 0 ? errno : 0; }), EPERM);
  EXPECT_EQ(Inside([] { return open("/tmp/x", O_WRONLY | O_CREAT, 0600) < 0 ? errno : 0; }), EPERM);
}

TEST(Sandbox, EndsWhoWantsANetworkOrAnotherProgram) {
  EXPECT_EQ(Inside([] { return socket(AF_INET, SOCK_STREAM, 0); }), 1000 + SIGSYS);
  EXPECT_EQ(Inside([] { return execl("/bin/true", "true", nullptr); }), 1000 + SIGSYS);
}

TEST(Sandbox, HasNoOtherProcesses) {
  EXPECT_EQ(Inside([] { return fork() < 0 ? errno : 0; }), EPERM);
  EXPECT_EQ(Inside([] { return kill(getppid(), 0) < 0 ? errno : 0; }), EPERM);
}

TEST(Sandbox, RunsNoMemoryThatItWrote) {
  EXPECT_EQ(Inside([] {
              void* page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              return page == MAP_FAILED ? errno : 0;
            }),
            EPERM);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(Sandbox, BoundsMemory) {
  EXPECT_EQ(Inside([] {
              void* all = std::malloc(std::size_t{3} << 30);
              return all == nullptr ? 7 : 8;
            }),
            7);
}
#endif

/// The same for the sandbox of a job in that folder.
int InsideJob(const JobSandboxOptions& options, const std::function<int()>& what) {
  const pid_t child = fork();
  if (child == 0) {
    if (!CloseJobSandbox(options)) _exit(99);
    _exit(what());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

TEST(JobSandbox, HasItsFolderAndNoOther) {
  const std::string folder = std::string(PLYO_TEST_TMP) + "/job";
  std::filesystem::create_directories(folder);
  const std::string outside = std::string(PLYO_TEST_TMP) + "/outside";
  const auto opens = [](const std::string& path, int flags) {
    const int file = open(path.c_str(), flags, 0600);
    if (file >= 0) close(file);
    return file >= 0 ? 1 : 0;
  };
  EXPECT_EQ(InsideJob({.folder = folder}, [&] { return opens(folder + "/x", O_WRONLY | O_CREAT); }),
            1);
  EXPECT_EQ(InsideJob({.folder = folder}, [&] { return opens(folder + "/x", O_RDONLY); }), 1);
  EXPECT_EQ(InsideJob({.folder = folder}, [&] { return opens("/etc/passwd", O_RDONLY); }), 0);
  EXPECT_EQ(InsideJob({.folder = folder}, [&] { return opens(outside, O_WRONLY | O_CREAT); }), 0);
  EXPECT_EQ(InsideJob({.folder = folder},
                      [&] { return opens(folder + "/../outside", O_WRONLY | O_CREAT); }),
            0);
  EXPECT_EQ(InsideJob({.folder = folder}, [] { return socket(AF_INET, SOCK_STREAM, 0); }),
            1000 + SIGSYS);
}

TEST(JobSandbox, SaysThatTheTimeOfAProcessorIsOver) {
  EXPECT_EQ(InsideJob({.folder = PLYO_TEST_TMP, .cpu_time_s = 1},
                      [] {
                        while (std::clock() >= 0) {
                        }
                        return 0;
                      }),
            1000 + SIGXCPU);
}

}  // namespace
}  // namespace plyo::service
