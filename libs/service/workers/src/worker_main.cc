#include "plyo/service/worker_main.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>

#include "clocks.h"
#include "inbox.h"
#include "plyo/pipeline/live_schedule.h"
#include "plyo/service/sandbox.h"
#include "worker_session.h"

namespace plyo::service {
namespace {

constexpr std::int64_t kReport_us = 250'000;
constexpr std::int64_t kSecond_us = 1'000'000;
// How far back the delay is looked at that admission goes by.
constexpr std::int64_t kDelayMemory_us = 4'000'000;
constexpr std::size_t kFewDelays = 20;  // say nothing: a first picture takes longer
// Enough that the rest of the memory is mapped and every path has run once.
constexpr int kWarmUpSide = 256;
// And that admission knows what a look costs here before the first session comes.
constexpr int kWarmUpLooks = 20;

/// Runs every path once, and then looks so often. Returns what the looks cost.
Result<LoadReport> WarmUp(PoseEstimator& estimator, int looks) {
  std::vector<std::uint8_t> grey(kWarmUpSide * kWarmUpSide, 128);
  Frame frame;
  frame.width = frame.height = kWarmUpSide;
  frame.y = {grey.data(), kWarmUpSide, kWarmUpSide, kWarmUpSide};
  frame.u = frame.v = {grey.data(), kWarmUpSide / 2, kWarmUpSide / 2, kWarmUpSide / 2};
  if (auto people = estimator.Detect(frame); !people) return tl::unexpected(people.error());
  LoadReport load;
  for (int look = 0; look <= looks; ++look) {
    const double begin_ms = ProcessCpuMs();
    auto marks =
        estimator.Estimate(frame, {kWarmUpSide / 2.0, kWarmUpSide / 2.0, kWarmUpSide, 0.1});
    if (!marks) return tl::unexpected(marks.error());
    if (look == 0) continue;  // it costs more than any other
    load.pose_cpu_ms += CpuMsSince(begin_ms);
    ++load.inferred;
  }
  return load;
}

class Worker {
 public:
  Worker(const WorkerSetup& setup, PoseEstimator& estimator, const LoadReport& so_far)
      : setup_(setup), estimator_(estimator), inbox_(setup.socket), load_(so_far) {}

  ~Worker() { shutdown(setup_.socket, SHUT_RDWR); }

  void Serve() {
    while (sound_ && !inbox_.Closed()) {
      for (Incoming& incoming : inbox_.Take(WaitUs())) Handle(incoming);
      if (const auto next = Next()) Work(*next);
      Tick();
    }
  }

  /// With what a look costs, so that admission knows it from the first session on.
  bool TellReady() {
    Write(EncodeLoad(std::exchange(load_, {})));
    return Write(EncodePlain(0, MessageType::kReady));
  }

 private:
  /// Who has a picture that waits for its skeleton, first of those who move, else who has anything
  /// to do.
  std::optional<std::uint32_t> Next() {
    const std::int64_t now_us = NowUs();
    const auto urgent =
        turns_.Next([&](std::uint32_t id) { return sessions_[id]->HasUrgentPictures(now_us); });
    if (urgent) return urgent;
    const auto shown =
        turns_.Next([this](std::uint32_t id) { return sessions_[id]->HasPictures(); });
    if (shown) return shown;
    return turns_.Next([this](std::uint32_t id) { return sessions_[id]->HasWork(); });
  }

  std::int64_t WaitUs() const {
    for (const auto& [id, session] : sessions_) {
      if (session->HasWork()) return 0;
    }
    return std::max<std::int64_t>(next_report_us_ - NowUs(), 0);
  }

  void Handle(Incoming& incoming) {
    const std::uint32_t id = incoming.header.session;
    switch (incoming.header.type) {
      case MessageType::kOpen:
        return Open(id, incoming.body);
      case MessageType::kMedia: {
        const auto at = sessions_.find(id);
        if (at == sessions_.end()) return;  // it has ended by itself, and the front will know soon
        auto media = DecodeMedia(incoming.body);
        if (!media) return Lose(id, media.error());
        if (auto done = at->second->Receive(std::move(*media)); !done) Lose(id, done.error());
        return;
      }
      case MessageType::kEnd:
        if (const auto at = sessions_.find(id); at != sessions_.end()) at->second->End();
        return;
      case MessageType::kClose:
        return Forget(id);
      default:
        Leave("a message that no front sends");
    }
  }

  void Open(std::uint32_t id, const Bytes& body) {
    const auto spec = DecodeOpen(body);
    if (!spec || sessions_.contains(id)) {
      Leave("a session that cannot be opened");
      return;
    }
    auto session = WorkerSession::Open(
        *spec, setup_.sports, estimator_,
        [this, id](const LiveOutput& output) { Write(EncodeOutput(id, output)); });
    if (!session) {
      Write(EncodeError(id, MessageType::kEnded, session.error()));
      return;
    }
    (*session)->SetVersion(setup_.version);
    sessions_[id] = std::move(*session);
    turns_.Add(id);
  }

  void Work(std::uint32_t id) {
    WorkerSession& session = *sessions_[id];
    const bool others_wait = std::ranges::any_of(sessions_, [id](const auto& other) {
      return other.first != id && other.second->HasPictures();
    });
    if (auto done = session.Work(others_wait, load_); !done) return Lose(id, done.error());
    if (session.Finished()) Forget(id);
  }

  void Lose(std::uint32_t id, const Error& error) {
    Write(EncodeError(id, MessageType::kEnded, error));
    Forget(id);
  }

  void Forget(std::uint32_t id) {
    sessions_.erase(id);
    turns_.Remove(id);
  }

  bool Write(const Bytes& bytes) {
    if (sound_ && !WriteAll(setup_.socket, bytes)) sound_ = false;  // the front has hung up
    return sound_;
  }

  /// Nothing that comes from here on can be trusted.
  void Leave(const char* what) {
    std::fprintf(stderr, "plyo worker: %s came; this worker ends\n", what);
    sound_ = false;
  }

  void Tick() {
    const std::int64_t now = NowUs();
    if (now < next_report_us_) return;
    const double cpu_ms = ProcessCpuMs();
    if (last_report_us_ > 0) {
      load_.busy = (cpu_ms - last_cpu_ms_) * 1e3 / static_cast<double>(now - last_report_us_);
    }
    last_cpu_ms_ = cpu_ms;
    last_report_us_ = now;
    next_report_us_ = now + kReport_us;
    for (const auto& [id, session] : sessions_) {
      for (const double delay : session->TakeDelays()) delays_.emplace_back(now, delay);
    }
    while (!delays_.empty() && now - delays_.front().first > kDelayMemory_us) delays_.pop_front();
    std::vector<double> delays;
    delays.reserve(delays_.size());
    for (const auto& [at, delay] : delays_) delays.push_back(delay);
    load_.p95_ms = delays.size() < kFewDelays ? 0 : Quantile(delays, 0.95);
    Write(EncodeLoad(load_));
    const double busy = load_.busy;
    load_ = {};
    if (now < next_second_us_) return;
    next_second_us_ = now + kSecond_us;
    for (const auto& [id, session] : sessions_) session->Second(busy);
  }

  const WorkerSetup& setup_;
  PoseEstimator& estimator_;
  Inbox inbox_;
  std::map<std::uint32_t, std::unique_ptr<WorkerSession>> sessions_;
  FairTurns<std::uint32_t> turns_;
  LoadReport load_;
  std::deque<std::pair<std::int64_t, double>> delays_;
  std::int64_t last_report_us_ = 0;
  std::int64_t next_report_us_ = 0;
  std::int64_t next_second_us_ = 0;
  double last_cpu_ms_ = 0;
  bool sound_ = true;
};

}  // namespace

Result<void> WarmUpEstimator(PoseEstimator& estimator) {
  if (auto load = WarmUp(estimator, 1); !load) return tl::unexpected(load.error());
  return {};
}

int RunWorker(const WorkerSetup& setup) {
  const auto fail = [&](const Error& error) {
    WriteAll(setup.socket, EncodeError(0, MessageType::kFailed, error));
    return ExitStatus(error.code);
  };
  auto estimator = setup.make_estimator();
  if (!estimator) return fail(estimator.error());
  const auto warm = WarmUp(**estimator, kWarmUpLooks);
  if (!warm) return fail(warm.error());
  Worker worker(setup, **estimator, *warm);
  if (auto closed = CloseSandbox(); !closed) return fail(closed.error());
  if (worker.TellReady()) worker.Serve();
  return 0;
}

}  // namespace plyo::service
