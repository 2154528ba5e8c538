#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <vector>

namespace plyo::service {

/// The usual figures of a process (process_cpu_seconds_total, process_resident_memory_bytes,
/// process_open_fds, ...), read from /proc at every scrape. Thread safe.
class ProcessFigures final : public prometheus::Collectable {
 public:
  std::vector<prometheus::MetricFamily> Collect() const override;
};

}  // namespace plyo::service
