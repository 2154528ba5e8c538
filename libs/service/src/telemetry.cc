#include "plyo/service/telemetry.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "process_figures.h"

namespace plyo::service {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Histogram;

const Histogram::BucketBoundaries kStageSeconds = {0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03,
                                                   0.05,   0.075, 0.1,   0.2,   0.5,  1,    2};
const Histogram::BucketBoundaries kRequestSeconds = {0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
                                                     0.15,  0.2,   0.25, 0.5,  1,    5};
const Histogram::BucketBoundaries kEndToEndSeconds = {0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15,
                                                      0.2,  0.3,  0.5,  1,    2,     5};

template <typename Builder>
auto& MakeFamily(prometheus::Registry& registry, Builder builder, const char* name,
                 const char* help) {
  return builder.Name(name).Help(help).Register(registry);
}

}  // namespace

struct Telemetry::Families {
  prometheus::Registry registry;
  Sources sources;

  prometheus::Counter& Count(const char* name, const char* help) {
    return MakeFamily(registry, BuildCounter(), name, help).Add({});
  }
  prometheus::Gauge& Level(const char* name, const char* help) {
    return MakeFamily(registry, BuildGauge(), name, help).Add({});
  }

  prometheus::Gauge& sessions = Level("plyo_live_sessions", "Live sessions with a connection.");
  prometheus::Gauge& watchers = Level("plyo_live_watchers", "Connections that follow a session.");
  prometheus::Gauge& room =
      Level("plyo_live_room_sessions", "Sessions that would be admitted now.");
  prometheus::Gauge& load =
      Level("plyo_live_load_ratio", "Share of what the workers can do that is in use.");
  prometheus::Family<prometheus::Counter>& refused = MakeFamily(
      registry, BuildCounter(), "plyo_live_refused_total", "Live connections refused, by error.");
  prometheus::Family<prometheus::Counter>& closed = MakeFamily(
      registry, BuildCounter(), "plyo_live_closed_total", "WebSockets ended, by close code.");
  prometheus::Counter& received = Count("plyo_frames_received_total", "Media messages taken.");
  prometheus::Counter& received_bytes =
      Count("plyo_media_received_bytes_total", "Bytes of media messages taken.");
  prometheus::Counter& inferred =
      Count("plyo_frames_inferred_total", "Frames whose skeletons were found.");
  prometheus::Counter& skipped =
      Count("plyo_frames_skipped_total", "Frames of a still athlete that were passed over.");
  prometheus::Counter& dropped =
      Count("plyo_frames_dropped_total", "Frames that were not analysed for want of time.");
  prometheus::Counter& skeletons_dropped =
      Count("plyo_skeletons_dropped_total", "Skeletons not sent to a client that was too slow.");
  prometheus::Family<Histogram>& stage = MakeFamily(
      registry, BuildHistogram(), "plyo_stage_seconds", "Time of a frame in the server, by stage.");
  Histogram& queue = stage.Add({{"stage", "queue"}}, kStageSeconds);
  Histogram& decode = stage.Add({{"stage", "decode"}}, kStageSeconds);
  Histogram& pose = stage.Add({{"stage", "pose"}}, kStageSeconds);
  Histogram& analysis = stage.Add({{"stage", "analysis"}}, kStageSeconds);
  Histogram& total = stage.Add({{"stage", "total"}}, kStageSeconds);
  Histogram& end_to_end = MakeFamily(registry, BuildHistogram(), "plyo_end_to_end_seconds",
                                     "Capture to skeleton on the screen, as clients measured it.")
                              .Add({}, kEndToEndSeconds);
  Histogram& store = MakeFamily(registry, BuildHistogram(), "plyo_store_write_seconds",
                                "Time until a repetition had reached the disk.")
                         .Add({}, kStageSeconds);
  prometheus::Family<prometheus::Counter>& reps =
      MakeFamily(registry, BuildCounter(), "plyo_reps_total", "Confirmed repetitions, by sport.");
  prometheus::Family<prometheus::Counter>& requests =
      MakeFamily(registry, BuildCounter(), "plyo_http_requests_total",
                 "Requests answered, by route and status.");
  prometheus::Family<Histogram>& served = MakeFamily(
      registry, BuildHistogram(), "plyo_http_request_seconds",
      "From a whole request to the REST interface to its answer, by route, and whether it "
      "brings or fetches a file.");
  prometheus::Family<prometheus::Gauge>& build =
      MakeFamily(registry, BuildGauge(), "plyo_build_info", "1, with the version of the program.");
};

Telemetry::Telemetry() : families_(std::make_unique<Families>()) {}
Telemetry::~Telemetry() = default;

void Telemetry::Watch(Sources sources) {
  families_->build.Add({{"version", sources.version}}).Set(1);
  families_->sources = std::move(sources);
}

void Telemetry::SessionOpened() { families_->sessions.Increment(); }
void Telemetry::SessionClosed() { families_->sessions.Decrement(); }
void Telemetry::WatchersChanged(int by) { families_->watchers.Increment(by); }
void Telemetry::Refused(ErrorCode reason) {
  families_->refused.Add({{"error", std::string(ErrorId(reason))}}).Increment();
}
void Telemetry::SocketClosed(const std::string& code) {
  families_->closed.Add({{"code", code}}).Increment();
}
void Telemetry::FrameReceived(std::size_t bytes) {
  families_->received.Increment();
  families_->received_bytes.Increment(static_cast<double>(bytes));
}

void Telemetry::OutputCame(const LiveOutput& output) {
  families_->skipped.Increment(output.skipped);
  families_->dropped.Increment(output.dropped);
  families_->inferred.Increment(output.caught_up);
  if (!output.droppable) return;
  families_->inferred.Increment();
  families_->queue.Observe(output.queue_ms / 1000);
  families_->decode.Observe(output.decode_ms / 1000);
  families_->pose.Observe(output.pose_ms / 1000);
  families_->analysis.Observe(output.analysis_ms / 1000);
  families_->total.Observe(output.total_ms / 1000);
}

void Telemetry::SkeletonDropped() { families_->skeletons_dropped.Increment(); }
void Telemetry::RepConfirmed(const std::string& sport) {
  families_->reps.Add({{"sport", sport}}).Increment();
}
void Telemetry::StoreWritten(double seconds) { families_->store.Observe(seconds); }
void Telemetry::EndToEnd(double seconds) { families_->end_to_end.Observe(seconds); }
void Telemetry::RequestAnswered(std::string_view route, int status) {
  families_->requests.Add({{"route", std::string(route)}, {"status", std::to_string(status)}})
      .Increment();
}

void Telemetry::RequestServed(std::string_view route, bool file, double seconds) {
  families_->served
      .Add({{"route", std::string(route)}, {"file", file ? "true" : "false"}}, kRequestSeconds)
      .Observe(seconds);
}

std::string Telemetry::Text() const {
  const auto& sources = families_->sources;
  LiveCapacity capacity;
  if (sources.capacity) {
    capacity = sources.capacity();
    families_->room.Set(capacity.room);
    families_->load.Set(capacity.load);
  }
  auto collected = families_->registry.Collect();
  for (auto& family : ProcessFigures(sources.data_dir, sources.certificate_expires_s))
    collected.push_back(std::move(family));
  collected.push_back(Figure("plyo_live_workers_ended_total",
                             "Workers of live sessions that ended before they were told to.",
                             prometheus::MetricType::Counter,
                             static_cast<double>(capacity.workers_ended)));
  auto text = prometheus::TextSerializer().Serialize(collected);
  if (sources.more) text += sources.more();
  return text;
}

}  // namespace plyo::service
