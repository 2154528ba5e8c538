#include "process_figures.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>

#include "plyo/service/machine.h"

namespace plyo::service {
namespace {
namespace fs = std::filesystem;

double OpenFiles() {
  std::error_code error;
  double count = 0;
  for (fs::directory_iterator it("/proc/self/fd", error), end; !error && it != end;
       it.increment(error)) {
    ++count;
  }
  return count - 1;  // the one that reads them
}

std::string TextOf(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Fields of /proc/PID/stat behind the name of the program, the third one of proc(5) first.
std::vector<double> StatFields(const fs::path& process) {
  const auto text = TextOf(process / "stat");
  std::vector<double> fields;
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos) return fields;
  std::istringstream rest(text.substr(name_end + 1));
  std::string state;
  rest >> state;
  fields.push_back(0);
  for (double value = 0; rest >> value;) fields.push_back(value);
  return fields;
}

/// Children that run, by any of our threads.
std::vector<fs::path> Children() {
  std::vector<fs::path> children;
  std::error_code error;
  for (fs::directory_iterator it("/proc/self/task", error), end; !error && it != end;
       it.increment(error)) {
    std::istringstream text(TextOf(it->path() / "children"));
    for (std::string pid; text >> pid;) children.push_back(fs::path("/proc") / pid);
  }
  return children;
}

double BootTime() {
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("btime ")) return std::stod(line.substr(6));
  }
  return 0;
}

}  // namespace

prometheus::MetricFamily Figure(const char* name, const char* help, prometheus::MetricType type,
                                double value) {
  prometheus::MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = type;
  prometheus::ClientMetric metric;
  if (type == prometheus::MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  family.metric.push_back(metric);
  return family;
}

std::vector<prometheus::MetricFamily> ProcessFigures(const fs::path& data_dir,
                                                     double certificate_expires_s) {
  using prometheus::MetricType;
  std::vector<prometheus::MetricFamily> families;
  const auto fields = StatFields("/proc/self");
  if (fields.size() > 21) {
    const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
    families.push_back(Figure("process_cpu_seconds_total",
                              "CPU time of the process, user and system.", MetricType::Counter,
                              (fields[11] + fields[12]) / ticks));
    families.push_back(Figure("process_start_time_seconds", "Start of the process since 1970.",
                              MetricType::Gauge, BootTime() + fields[19] / ticks));
    families.push_back(Figure("process_virtual_memory_bytes", "Address space of the process.",
                              MetricType::Gauge, fields[20]));
    families.push_back(Figure("process_resident_memory_bytes", "Memory of the process in RAM.",
                              MetricType::Gauge, fields[21] * page));
    families.push_back(
        Figure("process_threads", "Threads of the process.", MetricType::Gauge, fields[17]));
    // Of those who have ended, too.
    double cpu = fields[11] + fields[12] + fields[13] + fields[14];
    double memory = fields[21];
    for (const auto& child : Children()) {
      const auto its = StatFields(child);
      if (its.size() <= 21) continue;  // it has just ended
      cpu += its[11] + its[12];
      memory += its[21];
    }
    // A child that ends between the two looks is in neither; a counter never falls.
    static std::atomic<double> most = 0;
    cpu = std::max(cpu, most.load());
    most = cpu;
    families.push_back(Figure("plyo_cpu_seconds_total",
                              "CPU time of the server with its workers and jobs.",
                              MetricType::Counter, cpu / ticks));
    families.push_back(Figure("plyo_cpu_cores", "Processors that the server may use.",
                              MetricType::Gauge, UsableCores()));
    families.push_back(Figure("plyo_memory_bytes",
                              "Memory in RAM of the server with its workers and jobs.",
                              MetricType::Gauge, memory * page));
    families.push_back(Figure("plyo_memory_limit_bytes",
                              "Memory of the container, or else of the machine.", MetricType::Gauge,
                              UsableMemory()));
  }
  std::error_code error;
  const auto disk = fs::space(data_dir, error);
  if (!error) {
    families.push_back(Figure("plyo_disk_free_bytes", "Room on the disk of the data folder.",
                              MetricType::Gauge, static_cast<double>(disk.available)));
    families.push_back(Figure("plyo_disk_size_bytes", "Size of the disk of the data folder.",
                              MetricType::Gauge, static_cast<double>(disk.capacity)));
  }
  if (certificate_expires_s > 0) {
    families.push_back(Figure("plyo_certificate_expiry_seconds",
                              "When the certificate of TLS ends, since 1970.", MetricType::Gauge,
                              certificate_expires_s));
  }
  families.push_back(
      Figure("process_open_fds", "Open files and sockets.", MetricType::Gauge, OpenFiles()));
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    families.push_back(Figure("process_max_fds", "Open files and sockets at most.",
                              MetricType::Gauge, static_cast<double>(limit.rlim_cur)));
  }
  return families;
}

}  // namespace plyo::service
