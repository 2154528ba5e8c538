#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "plyo/service/sql.h"

namespace plyo::service {

/// What waits in the records.
struct Queues {
  std::int64_t queued = 0, running = 0, dead = 0;  ///< jobs
  double oldest_job_s = 0;       ///< how long the first of the queue could have been begun; 0: none
  std::int64_t deliveries = 0;   ///< of webhooks that are to be sent, or tried again
  double oldest_delivery_s = 0;  ///< how long the first one is due
};

Queues ReadQueues(SqlConnection& sql, std::int64_t now_us);

/// What the platform counts and measures, by the conventions of Prometheus. No label holds an id
/// or a name. Thread safe.
class Figures {
 public:
  Figures();
  ~Figures();
  Figures(const Figures&) = delete;
  Figures& operator=(const Figures&) = delete;

  /// `outcome`: completed, failed, retried.
  void AnalysisEnded(std::string_view sport, std::string_view outcome, double seconds);
  /// `outcome`: delivered, missed, given_up, or disabled where the endpoint went with it.
  void WebhookTried(std::string_view outcome);
  /// Nothing: the records could not be read.
  void Looked(const std::optional<Queues>& queues);
  void NewsConnected(bool connected);

  /// The text format 0.0.4.
  std::string Text() const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace plyo::service
