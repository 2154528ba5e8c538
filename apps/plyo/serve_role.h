#pragma once

#include <memory>
#include <string>

#include "plyo/service/live_backend.h"
#include "plyo/service/platform.h"
#include "plyo/service/rest.h"

namespace plyo::cli {

/// What an instance is there for: `api` answers the REST interface, `live` that and live sessions,
/// `worker` runs jobs, sends webhooks and deletes what is over; `all` does everything.
class ServeRole {
 public:
  explicit ServeRole(const std::string& name) : name_(name) {}

  bool live() const { return name_ == "all" || name_ == "live"; }
  bool rest() const { return name_ != "worker"; }
  bool works() const { return name_ == "all" || name_ == "worker"; }

  /// The options of the platform without what the role does not do.
  service::PlatformOptions Narrow(service::PlatformOptions options) const;
  /// Answers what the role answers, and nothing else. `rest` outlives it.
  std::unique_ptr<service::RestHandler> Narrow(service::RestHandler& rest) const;

 private:
  const std::string name_;
};

/// In front of which no live session can be opened.
std::unique_ptr<service::LiveBackend> MakeNoLiveBackend();

}  // namespace plyo::cli
