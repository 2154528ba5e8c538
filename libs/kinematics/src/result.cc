#include "plyo/kinematics/result.h"

#include <algorithm>

namespace plyo {

const Event* Rep::FindEvent(std::string_view id) const {
  const auto it = std::ranges::find(events, id, &Event::id);
  return it == events.end() ? nullptr : &*it;
}

const Metric* Rep::FindMetric(std::string_view id) const {
  const auto it = std::ranges::find(metrics, id, &Metric::id);
  return it == metrics.end() ? nullptr : &*it;
}

std::string Provenance::Option(std::string_view name) const {
  const auto at = std::ranges::find(options, name, &std::pair<std::string, std::string>::first);
  return at == options.end() ? std::string() : at->second;
}

}  // namespace plyo
