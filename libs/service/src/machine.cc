#include "plyo/service/machine.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

namespace plyo::service {
namespace {

/// Of the container's group, which it sees as the root; nothing where there is no limit.
std::optional<double> LimitOf(const char* name) {
  std::ifstream file(std::filesystem::path("/sys/fs/cgroup") / name);
  double limit = 0;
  double period = 1;
  if (!(file >> limit) || limit <= 0) return std::nullopt;
  file >> period;  // of the processors' time, which has both
  return period > 0 ? limit / period : limit;
}

}  // namespace

double UsableCores() {
  cpu_set_t set;
  const double ours = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
  return std::min(ours, LimitOf("cpu.max").value_or(ours));
}

double UsableMemory() {
  const double all =
      static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  return std::min(all, LimitOf("memory.max").value_or(all));
}

}  // namespace plyo::service
