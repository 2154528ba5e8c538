#pragma once

#include <prometheus/metric_family.h>

#include <filesystem>
#include <vector>

namespace plyo::service {

/// A family of one figure.
prometheus::MetricFamily Figure(const char* name, const char* help, prometheus::MetricType type,
                                double value);

/// The usual figures of a process (process_cpu_seconds_total, process_resident_memory_bytes,
/// process_open_fds, ...), read from /proc; those of it with all its children beside what the
/// container or the machine lets them have; and what will run out: the disk of `data_dir` and the
/// certificate (s since 1970; 0: there is none). Thread safe.
std::vector<prometheus::MetricFamily> ProcessFigures(const std::filesystem::path& data_dir,
                                                     double certificate_expires_s);

}  // namespace plyo::service
