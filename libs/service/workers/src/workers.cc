#include "plyo/service/workers.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "clocks.h"
#include "media_kind.h"
#include "plyo/pipeline/live_admission.h"
#include "plyo/service/log.h"
#include "plyo/service/machine.h"
#include "plyo/wire/live_json.h"
#include "worker_link.h"
#include "worker_process.h"

namespace plyo::service {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds kLongestStart{120};  // networks that are compiled for the first time
// A worker reports four times a second; one that is silent for so long hangs in a picture.
constexpr std::int64_t kLongestSilence_us = 8'000'000;
constexpr std::chrono::milliseconds kFirstRestart{100};
constexpr std::chrono::milliseconds kLastRestart{10'000};
constexpr std::int64_t kSteady_us = 10'000'000;  // who ran for longer is started at once
constexpr double kMeasuredWeight = 0.1;          // of one report among those before
// How far back it is looked at how much an athlete moves: over most of a coaching session's cycle.
constexpr double kShareMemory_s = 15;
constexpr std::size_t kMostWaitingBytes = 16U << 20;  // of one session
constexpr double kRetrySoon_s = 2;
constexpr double kRetryLater_s = 5;
constexpr double kUsualPixels = 640.0 * 480.0;

LiveDemand DemandOf(const live::Hello& hello) {
  return {.fps = hello.fps,
          .landmarks = hello.codec == live::Codec::kLandmarks,
          .relative_pixels = hello.width * hello.height / kUsualPixels};
}

/// What the front knows of one open session.
struct Session {
  LiveBackend::Sink sink;
  LiveDemand demand;
  std::size_t slot = 0;
  std::recursive_mutex mutex;  ///< a sink may give its own channel up
  bool open = true;
  std::atomic<std::int32_t> dropped = 0;  ///< before they came to the worker, since the last output
  std::atomic<int> looks = 0;             ///< skeletons since the last report
  double share = kCoachingShare;          ///< of the time that the athlete moves; of Workers' mutex

  SessionLoad Load(const LiveCosts& costs) const {
    return ExpectedLoad(demand, costs, std::max(share, kCoachingShare));
  }
  /// `full`: the worker may have been too busy to show who moves.
  void Reported(double seconds, bool full) {
    const double share_now = ShareFromLooks(demand, looks.exchange(0) / seconds);
    if (full && share_now < share) return;
    share += -std::expm1(-seconds / kShareMemory_s) * (share_now - share);
  }
  void Output(LiveOutput output) {
    const std::lock_guard lock(mutex);
    if (!open) return;
    looks += output.droppable ? 1 : 0;
    output.dropped += dropped.exchange(0);
    if (output.kind == LiveOutputKind::kResult) open = false;
    sink.output(std::move(output));
  }
  void Ended(Error error) {
    const std::lock_guard lock(mutex);
    if (std::exchange(open, false)) sink.ended(std::move(error));
  }
  void GiveUp() {
    const std::lock_guard lock(mutex);
    open = false;
  }
};

/// The place of one worker; the process in it changes when it dies.
struct Slot {
  std::unique_ptr<WorkerProcess> process;
  std::shared_ptr<WorkerLink> link;
  bool ready = false;
  std::optional<Error> failure;  ///< of the last start
  WorkerLoad load;
  std::int64_t started_us = 0;
  std::int64_t heard_us = 0;
  std::int64_t reported_us = 0;
  std::chrono::milliseconds restart_after = kFirstRestart;
};

class Workers final : public LiveBackend {
 public:
  explicit Workers(WorkersOptions options)
      : options_(std::move(options)),
        watch_(context_),
        guard_(asio::make_work_guard(context_)),
        slots_(static_cast<std::size_t>(options_.count)) {}

  ~Workers() override {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

  Result<void> Start() {
    thread_ = std::thread([this] { context_.run(); });
    std::unique_lock lock(mutex_);
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if (auto spawned = Spawn(i); !spawned) return spawned;
    }
    const bool all = changed_.wait_for(lock, kLongestStart, [&] {
      return std::ranges::all_of(slots_, &Slot::ready) ||
             std::ranges::any_of(slots_, [](const Slot& slot) { return slot.failure.has_value(); });
    });
    for (const Slot& slot : slots_) {
      if (slot.failure) return tl::unexpected(*slot.failure);
    }
    if (!all) return Fail(ErrorCode::kInternal, "the workers do not start within two minutes");
    asio::post(context_, [this] { Watch(); });
    return {};
  }

  Result<std::unique_ptr<LiveChannel>> Open(const LiveSessionSpec& spec, Sink sink) override;
  LiveCapacity Capacity() const override;

  void Close(std::uint32_t id) {
    const std::lock_guard lock(mutex_);
    if (sessions_.erase(id) > 0) Recount();
  }

 private:
  Result<void> Spawn(std::size_t index);
  void Heard(std::size_t index, const WorkerLink* link, const MessageHeader& header,
             const Bytes& body);
  void Report(std::size_t index, const LoadReport& report);
  void Lost(std::size_t index, const WorkerLink* link, const std::string& why);
  void Restart(std::size_t index, std::chrono::milliseconds after);
  void Watch();
  void Recount();
  double RetryAfter() const;

  const WorkersOptions options_;
  asio::io_context context_{1};
  asio::steady_timer watch_;
  asio::executor_work_guard<asio::io_context::executor_type> guard_;
  mutable std::mutex mutex_;  ///< of what follows
  std::condition_variable changed_;
  std::vector<Slot> slots_;
  std::map<std::uint32_t, std::shared_ptr<Session>> sessions_;
  std::uint32_t last_id_ = 0;
  LiveCosts costs_;
  std::int64_t ended_ = 0;
  std::thread thread_;
};

class Channel final : public LiveChannel {
 public:
  Channel(Workers& workers, std::uint32_t id, std::shared_ptr<Session> session,
          std::shared_ptr<WorkerLink> link)
      : workers_(workers), id_(id), session_(std::move(session)), link_(std::move(link)) {}

  ~Channel() override {
    session_->GiveUp();
    workers_.Close(id_);
    link_->Send(EncodePlain(id_, MessageType::kClose));
  }

  void Send(MediaMessage media) override {
    // A worker that does not keep up with reading has none.
    const bool room = *waiting_bytes_ <= kMostWaitingBytes;
    if (!gaps_.Passes(media, room)) {
      ++session_->dropped;
      return;
    }
    link_->Send(EncodeMedia(id_, {std::move(media), NowUs()}), waiting_bytes_);
  }

  void End() override { link_->Send(EncodePlain(id_, MessageType::kEnd)); }

 private:
  Workers& workers_;
  std::uint32_t id_;
  std::shared_ptr<Session> session_;
  std::shared_ptr<WorkerLink> link_;
  std::shared_ptr<std::atomic<std::size_t>> waiting_bytes_ =
      std::make_shared<std::atomic<std::size_t>>(0);
  StreamGaps gaps_;
};

Result<void> Workers::Spawn(std::size_t index) {
  Slot& slot = slots_[index];
  auto process = WorkerProcess::Start(options_.program, options_.arguments);
  if (!process) return tl::unexpected(process.error());
  slot.process = std::move(*process);
  slot.ready = false;
  slot.failure.reset();
  slot.load = {};
  slot.started_us = slot.heard_us = slot.reported_us = NowUs();
  // The handlers know their link by its address, so that a former worker's last words are not
  // taken for those of its successor.
  auto self = std::make_shared<const WorkerLink*>(nullptr);
  slot.link = std::make_shared<WorkerLink>(
      context_, slot.process->TakeSocket(),
      WorkerLink::Handlers{
          [this, index, self](const MessageHeader& header, const Bytes& body) {
            Heard(index, *self, header, body);
          },
          [this, index, self](const std::string& why) { Lost(index, *self, why); }});
  *self = slot.link.get();
  slot.link->Start();
  return {};
}

Result<std::unique_ptr<LiveChannel>> Workers::Open(const LiveSessionSpec& spec, Sink sink) {
  const auto hello = live::ReadHello(spec.hello_json, options_.sports);
  if (!hello) return tl::unexpected(hello.error());
  auto session = std::make_shared<Session>();
  session->sink = std::move(sink);
  session->demand = DemandOf(*hello);

  const std::lock_guard lock(mutex_);
  const SessionLoad expected = session->Load(costs_);
  Slot* best = nullptr;
  for (Slot& slot : slots_) {
    if (!slot.ready || !Admits(slot.load, expected)) continue;
    if (best == nullptr || slot.load.Load() < best->load.Load()) best = &slot;
  }
  if (best == nullptr) {
    return Fail(ErrorCode::kNoCapacity,
                fmt::format("{} sessions are open, and one more would spoil their delay; try again "
                            "in {:g} s",
                            sessions_.size(), RetryAfter()));
  }
  session->slot = static_cast<std::size_t>(best - slots_.data());
  const std::uint32_t id = ++last_id_;
  Bytes opening = EncodeOpen(id, spec);
  if (opening.size() > kMessageHeaderBytes + kMostBodyBytes) {
    return Fail(ErrorCode::kResourceLimit,
                "the session has more repetitions than can be gone on with; begin a new one");
  }
  sessions_[id] = session;
  Recount();
  best->link->Send(std::move(opening));
  return std::make_unique<Channel>(*this, id, std::move(session), best->link);
}

LiveCapacity Workers::Capacity() const {
  const std::lock_guard lock(mutex_);
  LiveCapacity capacity;
  capacity.sessions = static_cast<int>(sessions_.size());
  capacity.workers_ended = ended_;
  const SessionLoad usual = ExpectedLoad({}, costs_, kCoachingShare);
  for (const Slot& slot : slots_) {
    if (slot.ready) capacity.room += Room(slot.load, usual);
    capacity.load += (slot.ready ? std::min(slot.load.Load() / kFullLoad, 1.0) : 1.0) /
                     static_cast<double>(slots_.size());
  }
  if (capacity.room == 0) capacity.retry_after_s = RetryAfter();
  return capacity;
}

/// Soon where it is the moment's load that leaves no room, later where it is the sessions' number.
double Workers::RetryAfter() const {
  const bool moment = std::ranges::any_of(slots_, [](const Slot& slot) {
    return !slot.ready || slot.load.measured > slot.load.expected.mean;
  });
  return moment ? kRetrySoon_s : kRetryLater_s;
}

void Workers::Recount() {
  for (Slot& slot : slots_) slot.load.expected = {};
  for (const auto& [id, session] : sessions_) {
    slots_[session->slot].load.expected += session->Load(costs_);
  }
}

void Workers::Heard(std::size_t index, const WorkerLink* link, const MessageHeader& header,
                    const Bytes& body) {
  std::unique_lock lock(mutex_);
  Slot& slot = slots_[index];
  if (slot.link.get() != link) return;
  slot.heard_us = NowUs();
  const auto at = sessions_.find(header.session);
  // A session of another worker's is none of this one's.
  const std::shared_ptr<Session> session =
      at != sessions_.end() && at->second->slot == index ? at->second : nullptr;
  switch (header.type) {
    case MessageType::kReady:
      slot.ready = true;
      changed_.notify_all();
      return;
    case MessageType::kFailed: {
      const auto error = DecodeError(body);
      slot.failure = error ? *error : error.error();
      changed_.notify_all();
      return;
    }
    case MessageType::kLoad: {
      const auto report = DecodeLoad(body);
      return report ? Report(index, *report) : slot.link->Close(report.error().message);
    }
    case MessageType::kOutput: {
      auto output = DecodeOutput(body);
      if (!output) return slot.link->Close(output.error().message);
      if (!session) return;
      if (output->kind == LiveOutputKind::kResult) {
        sessions_.erase(header.session);
        Recount();
      }
      lock.unlock();
      return session->Output(std::move(*output));
    }
    case MessageType::kEnded: {
      auto error = DecodeError(body);
      if (!error) return slot.link->Close(error.error().message);
      if (!session) return;
      sessions_.erase(header.session);
      Recount();
      lock.unlock();
      return session->Ended(std::move(*error));
    }
    default:
      return slot.link->Close("a message that no worker sends");
  }
}

void Workers::Report(std::size_t index, const LoadReport& report) {
  Slot& slot = slots_[index];
  costs_.decode.Measure(report.decode_cpu_ms, report.decoded);
  costs_.pose.Measure(report.pose_cpu_ms, report.inferred);
  // A worker that has warmed up has analysed nothing.
  if (report.analysis_cpu_ms > 0) {
    costs_.analysis.Measure(report.analysis_cpu_ms, report.inferred + report.analysed);
  }
  slot.load.measured += kMeasuredWeight * (std::clamp(report.busy, 0.0, 2.0) - slot.load.measured);
  slot.load.p95_ms = report.p95_ms;
  const auto seconds = static_cast<double>(slot.heard_us - slot.reported_us) * 1e-6;
  slot.reported_us = slot.heard_us;
  const bool full = slot.load.measured > kFullLoad;
  for (const auto& [id, session] : sessions_) {
    if (session->slot == index && seconds > 0) session->Reported(seconds, full);
  }
  Recount();
}

void Workers::Lost(std::size_t index, const WorkerLink* link, const std::string& why) {
  std::vector<std::shared_ptr<Session>> orphans;
  std::unique_ptr<WorkerProcess> dead;
  {
    const std::lock_guard lock(mutex_);
    Slot& slot = slots_[index];
    if (slot.link.get() != link) return;
    if (!slot.ready && !slot.failure) {
      slot.failure = Error{ErrorCode::kInternal, "a worker has ended while it started"};
    }
    const bool steady = slot.ready && NowUs() - slot.started_us > kSteady_us;
    slot.restart_after = steady ? kFirstRestart : std::min(2 * slot.restart_after, kLastRestart);
    slot.ready = false;
    ++ended_;
    dead = std::move(slot.process);
    std::erase_if(sessions_, [&](const auto& entry) {
      if (entry.second->slot != index) return false;
      orphans.push_back(entry.second);
      return true;
    });
    Recount();
    Restart(index, slot.restart_after);
    changed_.notify_all();
  }
  Log(LogLevel::kWarning, "worker_ended",
      {{"pid", dead->pid()}, {"why", why}, {"how", dead->End()}, {"sessions", orphans.size()}});
  for (const auto& session : orphans) {
    session->Ended({ErrorCode::kWorkerLost,
                    "the process that analysed the session has ended; resume the session"});
  }
}

void Workers::Restart(std::size_t index, std::chrono::milliseconds after) {
  auto timer = std::make_shared<asio::steady_timer>(context_, after);
  timer->async_wait([this, index, timer](boost::system::error_code error) {
    if (error) return;
    const std::lock_guard lock(mutex_);
    Slot& slot = slots_[index];
    if (!Spawn(index)) {
      slot.restart_after = std::min(2 * slot.restart_after, kLastRestart);
      Restart(index, slot.restart_after);
    }
  });
}

void Workers::Watch() {
  {
    const std::lock_guard lock(mutex_);
    for (Slot& slot : slots_) {
      if (!slot.ready || NowUs() - slot.heard_us <= kLongestSilence_us) continue;
      slot.link->Close("nothing was heard of it for too long");
    }
  }
  watch_.expires_after(std::chrono::seconds(1));
  watch_.async_wait([this](boost::system::error_code error) {
    if (!error) Watch();
  });
}

}  // namespace

Result<std::unique_ptr<LiveBackend>> StartWorkers(WorkersOptions options) {
  if (options.count <= 0) {
    options.count = std::max(1, static_cast<int>(UsableCores()));
  }
  auto workers = std::make_unique<Workers>(std::move(options));
  if (auto started = workers->Start(); !started) return tl::unexpected(started.error());
  return workers;
}

}  // namespace plyo::service
