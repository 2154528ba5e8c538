#include "figures.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>

namespace plyo::service {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;

const prometheus::Histogram::BucketBoundaries kAnalysisSeconds = {0.1, 0.3, 1,   3,   10,
                                                                  30,  60,  120, 300, 900};

double SecondsSince(const SqlRow& row, std::size_t column, std::int64_t now_us) {
  return row.IsNull(column)
             ? 0
             : std::max(0.0, static_cast<double>(now_us - row.Number(column)) * 1e-6);
}

}  // namespace

Queues ReadQueues(SqlConnection& sql, std::int64_t now_us) {
  Queues queues;
  for (const auto& row :
       sql("SELECT state, count(*), min(run_after_us) FROM job GROUP BY state").rows) {
    const auto state = row.Text(0);
    if (state == "queued") {
      queues.queued = row.Number(1);
      queues.oldest_job_s = SecondsSince(row, 2, now_us);
    } else if (state == "running") {
      queues.running = row.Number(1);
    } else {
      queues.dead = row.Number(1);
    }
  }
  const auto deliveries =
      sql("SELECT count(*), min(next_us) FROM delivery WHERE status = 'pending'");
  queues.deliveries = deliveries.rows.at(0).Number(0);
  queues.oldest_delivery_s = SecondsSince(deliveries.rows.at(0), 1, now_us);
  return queues;
}

struct Figures::Families {
  prometheus::Registry registry;

  prometheus::Gauge& Level(const char* name, const char* help) {
    return BuildGauge().Name(name).Help(help).Register(registry).Add({});
  }

  prometheus::Family<prometheus::Counter>& analyses =
      BuildCounter()
          .Name("plyo_analyses_total")
          .Help("Jobs that ended here, by sport and outcome.")
          .Register(registry);
  prometheus::Family<prometheus::Histogram>& seconds =
      BuildHistogram()
          .Name("plyo_analysis_seconds")
          .Help("Time of a job from its beginning to its end here, by sport.")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& webhooks =
      BuildCounter()
          .Name("plyo_webhook_attempts_total")
          .Help("Webhooks sent from here, by outcome.")
          .Register(registry);
  prometheus::Gauge& up = Level("plyo_store_up", "1 where the records can be read.");
  prometheus::Gauge& news =
      Level("plyo_news_connected", "1 where news of other instances come at once.");
  prometheus::Family<prometheus::Gauge>& jobs =
      BuildGauge()
          .Name("plyo_jobs")
          .Help("Jobs in the records, by state; every instance says the same.")
          .Register(registry);
  prometheus::Gauge& queued = jobs.Add({{"state", "queued"}});
  prometheus::Gauge& running = jobs.Add({{"state", "running"}});
  prometheus::Gauge& dead = jobs.Add({{"state", "dead"}});
  prometheus::Gauge& oldest_job = Level("plyo_job_queue_age_seconds",
                                        "How long the first job that waits could have been begun.");
  prometheus::Gauge& deliveries =
      Level("plyo_webhook_deliveries_pending", "Deliveries to be sent, or tried again.");
  prometheus::Gauge& oldest_delivery =
      Level("plyo_webhook_queue_age_seconds", "How long the first delivery is due.");
};

Figures::Figures() : families_(std::make_unique<Families>()) {}
Figures::~Figures() = default;

void Figures::AnalysisEnded(std::string_view sport, std::string_view outcome, double seconds) {
  families_->analyses.Add({{"sport", std::string(sport)}, {"outcome", std::string(outcome)}})
      .Increment();
  families_->seconds.Add({{"sport", std::string(sport)}}, kAnalysisSeconds).Observe(seconds);
}

void Figures::WebhookTried(std::string_view outcome) {
  families_->webhooks.Add({{"outcome", std::string(outcome)}}).Increment();
}

void Figures::Looked(const std::optional<Queues>& queues) {
  families_->up.Set(queues ? 1 : 0);
  if (!queues) return;
  families_->queued.Set(static_cast<double>(queues->queued));
  families_->running.Set(static_cast<double>(queues->running));
  families_->dead.Set(static_cast<double>(queues->dead));
  families_->oldest_job.Set(queues->oldest_job_s);
  families_->deliveries.Set(static_cast<double>(queues->deliveries));
  families_->oldest_delivery.Set(queues->oldest_delivery_s);
}

void Figures::NewsConnected(bool connected) { families_->news.Set(connected ? 1 : 0); }

std::string Figures::Text() const {
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace plyo::service
