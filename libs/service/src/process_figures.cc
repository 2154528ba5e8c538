#include "process_figures.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>

namespace plyo::service {
namespace {
namespace fs = std::filesystem;

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

double OpenFiles() {
  std::error_code error;
  double count = 0;
  for (fs::directory_iterator it("/proc/self/fd", error), end; !error && it != end;
       it.increment(error)) {
    ++count;
  }
  return count - 1;  // the one that reads them
}

/// Fields of /proc/self/stat behind the name of the program, the third one first.
std::vector<double> StatFields() {
  std::ifstream file("/proc/self/stat");
  const std::string text(std::istreambuf_iterator<char>(file), {});
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

double BootTime() {
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("btime ")) return std::stod(line.substr(6));
  }
  return 0;
}

}  // namespace

std::vector<prometheus::MetricFamily> ProcessFigures::Collect() const {
  using prometheus::MetricType;
  std::vector<prometheus::MetricFamily> families;
  const auto fields = StatFields();
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
