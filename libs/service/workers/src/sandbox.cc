#include "plyo/service/sandbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <initializer_list>
#include <memory>

namespace plyo::service {
namespace {

// Sanitizers map terabytes of shadow memory, and look into /proc at the end.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif

Error Failed(const char* what, int code) {
  return {ErrorCode::kInternal,
          fmt::format("the worker's sandbox cannot be closed: {}: {}", what, std::strerror(code))};
}

Result<void> Limit(int resource, rlim_t most, const char* what) {
  const rlimit limit{most, most};
  if (setrlimit(static_cast<__rlimit_resource_t>(resource), &limit) != 0) {
    return tl::unexpected(Failed(what, errno));
  }
  return {};
}

/// Pages of the address space that are in use; 0 where the system does not say.
std::size_t MappedBytes() {
  std::ifstream in("/proc/self/statm");
  std::size_t pages = 0;
  in >> pages;
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// What a process that reads and writes files needs beside.
constexpr std::initializer_list<int> kFileCalls = {
    SCMP_SYS(openat),     SCMP_SYS(open),       SCMP_SYS(lseek),     SCMP_SYS(pread64),
    SCMP_SYS(pwrite64),   SCMP_SYS(newfstatat), SCMP_SYS(stat),      SCMP_SYS(lstat),
    SCMP_SYS(statx),      SCMP_SYS(statfs),     SCMP_SYS(fstatfs),   SCMP_SYS(access),
    SCMP_SYS(faccessat),  SCMP_SYS(faccessat2), SCMP_SYS(readlink),  SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64), SCMP_SYS(getcwd),     SCMP_SYS(mkdir),     SCMP_SYS(rename),
    SCMP_SYS(renameat),   SCMP_SYS(renameat2),  SCMP_SYS(unlink),    SCMP_SYS(unlinkat),
    SCMP_SYS(ftruncate),  SCMP_SYS(fsync),      SCMP_SYS(fdatasync), SCMP_SYS(fallocate),
    SCMP_SYS(fadvise64),  SCMP_SYS(fcntl),      SCMP_SYS(chmod),     SCMP_SYS(fchmod),
    SCMP_SYS(umask),      SCMP_SYS(getuid),     SCMP_SYS(geteuid),   SCMP_SYS(prlimit64)};

Result<void> CloseSystemCalls(std::initializer_list<int> more) {
  const std::unique_ptr<void, void (*)(scmp_filter_ctx)> filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)),
                                                                seccomp_release);
  if (!filter) return tl::unexpected(Failed("seccomp", ENOMEM));
  int failure = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);
  const auto add = [&](std::uint32_t action, std::initializer_list<int> calls) {
    for (const int call : calls) {
      if (failure == 0) failure = seccomp_rule_add(filter.get(), action, call, 0);
    }
  };
  // Talking over what is open, memory, threads, time.
  add(SCMP_ACT_ALLOW, {SCMP_SYS(read),
                       SCMP_SYS(write),
                       SCMP_SYS(readv),
                       SCMP_SYS(writev),
                       SCMP_SYS(recvfrom),
                       SCMP_SYS(sendto),
                       SCMP_SYS(recvmsg),
                       SCMP_SYS(sendmsg),
                       SCMP_SYS(poll),
                       SCMP_SYS(ppoll),
                       SCMP_SYS(close),
                       SCMP_SYS(fstat),
                       SCMP_SYS(munmap),
                       SCMP_SYS(mremap),
                       SCMP_SYS(madvise),
                       SCMP_SYS(brk),
                       SCMP_SYS(futex),
                       SCMP_SYS(sched_yield),
                       SCMP_SYS(nanosleep),
                       SCMP_SYS(clock_nanosleep),
                       SCMP_SYS(clock_gettime),
                       SCMP_SYS(clock_getres),
                       SCMP_SYS(gettimeofday),
                       SCMP_SYS(time),
                       SCMP_SYS(getrandom),
                       SCMP_SYS(getpid),
                       SCMP_SYS(gettid),
                       SCMP_SYS(getcpu),
                       SCMP_SYS(getrusage),
                       SCMP_SYS(sched_getaffinity),
                       SCMP_SYS(sched_getparam),
                       SCMP_SYS(sched_getscheduler),
                       SCMP_SYS(set_robust_list),
                       SCMP_SYS(rseq),
                       SCMP_SYS(membarrier),
                       SCMP_SYS(rt_sigreturn),
                       SCMP_SYS(rt_sigprocmask),
                       SCMP_SYS(sigaltstack),
                       SCMP_SYS(restart_syscall),
                       SCMP_SYS(exit),
                       SCMP_SYS(exit_group)});
  add(SCMP_ACT_ALLOW, more);
  // Memory, but none that can be run; threads, but no processes; a signal to itself.
  const auto allow_if = [&](int call, const scmp_arg_cmp& condition) {
    if (failure == 0) {
      failure = seccomp_rule_add_array(filter.get(), SCMP_ACT_ALLOW, call, 1, &condition);
    }
  };
  const auto without = [](unsigned argument, scmp_datum_t bits) {
    return scmp_arg_cmp{argument, SCMP_CMP_MASKED_EQ, bits, 0};
  };
  allow_if(SCMP_SYS(mmap), without(2, PROT_EXEC));
  allow_if(SCMP_SYS(mprotect), without(2, PROT_EXEC));
  allow_if(SCMP_SYS(clone), scmp_arg_cmp{0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD});
  allow_if(SCMP_SYS(tgkill), scmp_arg_cmp{0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(getpid()), 0});
  // Its flags cannot be seen from here; the C library then takes clone.
  add(SCMP_ACT_ERRNO(ENOSYS), {SCMP_SYS(clone3)});
  add(SCMP_ACT_KILL_PROCESS, {SCMP_SYS(execve),
                              SCMP_SYS(execveat),
                              SCMP_SYS(fork),
                              SCMP_SYS(vfork),
                              SCMP_SYS(socket),
                              SCMP_SYS(connect),
                              SCMP_SYS(bind),
                              SCMP_SYS(listen),
                              SCMP_SYS(accept),
                              SCMP_SYS(accept4),
                              SCMP_SYS(ptrace),
                              SCMP_SYS(process_vm_readv),
                              SCMP_SYS(process_vm_writev),
                              SCMP_SYS(bpf),
                              SCMP_SYS(io_uring_setup),
                              SCMP_SYS(userfaultfd),
                              SCMP_SYS(keyctl),
                              SCMP_SYS(mount),
                              SCMP_SYS(unshare),
                              SCMP_SYS(setns),
                              SCMP_SYS(kexec_load),
                              SCMP_SYS(init_module)});
  if (failure == 0) failure = seccomp_load(filter.get());
  if (failure != 0) return tl::unexpected(Failed("seccomp", -failure));
  return {};
}

/// From here on the process sees one folder. False: the kernel knows no Landlock.
Result<bool> CloseFiles(const std::filesystem::path& folder) {
  constexpr std::uint64_t kAll =
      LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
      LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
      LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
      LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
      LANDLOCK_ACCESS_FS_MAKE_SYM;
  constexpr std::uint64_t kInside = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
                                    LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                    LANDLOCK_ACCESS_FS_MAKE_REG;
  // The C library has no functions for these.
  landlock_ruleset_attr rules{};
  rules.handled_access_fs = kAll;
  const auto ruleset =
      static_cast<int>(syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0));
  if (ruleset < 0) {
    // EPERM: the filter of a container's runtime does not know it.
    if (errno == ENOSYS || errno == EOPNOTSUPP || errno == EPERM) return false;
    return tl::unexpected(Failed("landlock", errno));
  }
  landlock_path_beneath_attr inside{};
  inside.allowed_access = kInside;
  inside.parent_fd = open(folder.c_str(), O_PATH | O_CLOEXEC);
  const bool closed =
      inside.parent_fd >= 0 &&
      syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &inside, 0) == 0 &&
      syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
  const int code = errno;
  close(inside.parent_fd);
  close(ruleset);
  if (!closed) return tl::unexpected(Failed("landlock", code));
  return true;
}

}  // namespace

SandboxSupport ReadSandboxSupport() {
  SandboxSupport support;
  std::uint32_t action = SECCOMP_RET_KILL_PROCESS;
  support.system_calls = syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
  support.files =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
  return support;
}

Result<void> CloseJobSandbox(const JobSandboxOptions& options) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return tl::unexpected(Failed("no_new_privs", errno));
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return tl::unexpected(Failed("dumpable", errno));
  Result<void> done = Limit(RLIMIT_CORE, 0, "RLIMIT_CORE");
  if (done && options.cpu_time_s > 0) {
    // At the first one the kernel says why (SIGXCPU), at the second one it only kills.
    constexpr rlim_t kMore_s = 5;
    const auto most = static_cast<rlim_t>(options.cpu_time_s);
    const rlimit limit{most, most + kMore_s};
    if (setrlimit(RLIMIT_CPU, &limit) != 0) return tl::unexpected(Failed("RLIMIT_CPU", errno));
  }
  const std::size_t mapped = MappedBytes();
  if (done && !kSanitized && mapped > 0 && options.memory_bytes > 0)
    done = Limit(RLIMIT_AS, mapped + options.memory_bytes, "RLIMIT_AS");
  if (!done) return done;
  // Live sessions go first. Who was started as nicer still may not become less so.
  constexpr int kNicer = 10;
  if (getpriority(PRIO_PROCESS, 0) < kNicer && setpriority(PRIO_PROCESS, 0, kNicer) != 0)
    return tl::unexpected(Failed("nice", errno));
  const auto files = CloseFiles(options.folder);
  if (!files) return tl::unexpected(files.error());
  if (!*files) std::fputs("plyo job: this kernel has no Landlock; files are not closed\n", stderr);
  return CloseSystemCalls(kFileCalls);
}

Result<void> CloseSandbox(const SandboxOptions& options) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return tl::unexpected(Failed("no_new_privs", errno));
  }
  // Neither other processes nor a core file see the pictures.
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return tl::unexpected(Failed("dumpable", errno));
  Result<void> done = Limit(RLIMIT_CORE, 0, "RLIMIT_CORE");
  if (done) done = Limit(RLIMIT_FSIZE, 0, "RLIMIT_FSIZE");
  if (done) done = Limit(RLIMIT_NOFILE, options.open_files, "RLIMIT_NOFILE");
  const std::size_t mapped = MappedBytes();
  if (done && !kSanitized && mapped > 0) {
    done = Limit(RLIMIT_AS, mapped + options.more_memory_bytes, "RLIMIT_AS");
  }
  if (!done) return done;
  return CloseSystemCalls({});
}

}  // namespace plyo::service
