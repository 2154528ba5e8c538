// `plyo serve` as it is, in front of a backend that analyses nothing: the payload of a picture says
// what comes of it.
// - rep: a repetition, provisional and confirmed
// - long N: N confirmed repetitions of 64 KiB each, which the result has as well
// - open: one that the end of the session confirms
// - linger: the result takes half a second
// - burst N: N messages of 1 KiB that are not droppable
// - bad, die: the media cannot be decoded, the worker dies
// Anything else is a picture with nobody in it. PLYO_FAKE_ROOM is how many sessions there is room
// for.

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "admin_command.h"
#include "plyo/sports/catalogue.h"
#include "serve_command.h"

namespace plyo::service {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongRep = std::size_t{64} << 10;

/// Does one thing after the other on its thread.
class Thread {
 public:
  ~Thread() {
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
  void Do(std::function<void()> task) {
    {
      const std::scoped_lock lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    wake_.notify_one();
  }

 private:
  void Work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      const auto task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool stopping_ = false;
  std::thread thread_{[this] { Work(); }};
};

/// What a session's tasks share with its channel, which may go before them.
struct Session {
  std::mutex mutex;
  bool gone = false;
  LiveBackend::Sink sink;
  int reps = 0;
  bool open = false;
  bool lingers = false;  // takes its time for the result
  int long_reps = 0;
  std::optional<std::int64_t> first_capture_us;

  void Say(const Json& message, LiveOutputKind kind = LiveOutputKind::kMessage) {
    LiveOutput output;
    output.kind = kind;
    output.json = message.dump();
    output.rep_index = kind == LiveOutputKind::kConfirmedRep ? reps : 0;
    sink.output(std::move(output));
  }

  void SayRep(const char* status, std::size_t fill = 0) {
    const Json metric{{"id", "jump_height"},
                      {"value", 0.3 + 0.01 * reps},
                      {"unit", "m"},
                      {"u", 0.01},
                      {"flags", Json::array()}};
    Json rep{{"index", reps}, {"status", status}, {"metrics", {metric}}};
    if (fill > 0) rep["fill"] = std::string(fill, 'x');
    Say({{"type", "rep"}, {"track_id", 1}, {"rep", rep}}, std::string(status) == "confirmed"
                                                              ? LiveOutputKind::kConfirmedRep
                                                              : LiveOutputKind::kMessage);
  }

  void SayPose(const MediaMessage& media) {
    const Json timing{{"queue", 1}, {"decode", 1}, {"pose", 5}, {"analysis", 0.5}, {"total", 7.5}};
    LiveOutput output;
    output.droppable = true;
    output.sequence = media.sequence;
    output.queue_ms = 1;
    output.decode_ms = 1;
    output.pose_ms = 5;
    output.analysis_ms = 0.5;
    output.total_ms = 7.5;
    output.skipped = 1;
    output.json = Json{
        {"type", "pose"},
        {"sequence", media.sequence},
        {"t_us", media.capture_us},
        {"people", Json::array()},
        {"timing",
         timing}}.dump();
    sink.output(std::move(output));
  }

  void Take(const MediaMessage& media) {
    const std::string command(media.payload.begin(), media.payload.end());
    if (command == "rep") {
      ++reps;
      SayRep("provisional");
      SayRep("confirmed");
    } else if (command.starts_with("long ")) {
      const int count = std::atoi(command.c_str() + 5);
      long_reps += count;
      for (int i = 0; i < count; ++i) {
        ++reps;
        SayRep("confirmed", kLongRep);
      }
    } else if (command == "open") {
      open = true;
    } else if (command == "linger") {
      lingers = true;
    } else if (command == "bad") {
      sink.ended({ErrorCode::kMediaUndecodable, "the picture cannot be decoded"});
    } else if (command == "die") {
      sink.ended({ErrorCode::kWorkerLost, "the worker has ended"});
    } else if (command.starts_with("burst ")) {
      for (int i = std::atoi(command.c_str() + 6); i > 0; --i)
        Say({{"type", "quality"}, {"hints", Json::array()}, {"fill", std::string(1024, 'x')}});
    } else {
      SayPose(media);
    }
  }

  void Finish() {
    if (lingers) std::this_thread::sleep_for(std::chrono::milliseconds(500));
    if (std::exchange(open, false)) {
      ++reps;
      SayRep("confirmed");
    }
    Json result{{"schema", "plyo.analysis/1"},
                {"reps", reps},
                {"first_capture_us", first_capture_us.value_or(-1)}};
    if (long_reps > 0)
      result["fill"] = std::string(kLongRep * static_cast<std::size_t>(long_reps), 'x');
    Say({{"type", "result"}, {"result", result}}, LiveOutputKind::kResult);
  }
};

class FakeChannel final : public LiveChannel {
 public:
  FakeChannel(std::shared_ptr<Session> session, Thread& thread, std::atomic<int>& open)
      : session_(std::move(session)), thread_(thread), open_(open) {
    ++open_;
  }
  ~FakeChannel() override {
    const std::scoped_lock lock(session_->mutex);
    session_->gone = true;
    --open_;
  }
  void Send(MediaMessage message) override {
    Do([message = std::move(message)](Session& session) { session.Take(message); });
  }
  void End() override {
    Do([](Session& session) { session.Finish(); });
  }

 private:
  void Do(std::function<void(Session&)> task) {
    thread_.Do([session = session_, task = std::move(task)] {
      const std::scoped_lock lock(session->mutex);
      if (!session->gone) task(*session);
    });
  }

  std::shared_ptr<Session> session_;
  Thread& thread_;
  std::atomic<int>& open_;
};

class FakeBackend final : public LiveBackend {
 public:
  Result<std::unique_ptr<LiveChannel>> Open(const LiveSessionSpec& spec, Sink sink) override {
    if (open_ >= room_)
      return Fail(ErrorCode::kNoCapacity, "there is no room for another session now");
    auto session = std::make_shared<Session>();
    session->sink = std::move(sink);
    session->reps = static_cast<int>(spec.stored_reps.size());
    session->first_capture_us = spec.first_capture_us;
    return std::make_unique<FakeChannel>(std::move(session), thread_, open_);
  }
  LiveCapacity Capacity() const override {
    LiveCapacity capacity;
    capacity.sessions = open_;
    capacity.room = room_ - open_;
    capacity.load = static_cast<double>(open_) / room_;
    capacity.retry_after_s = 3;
    return capacity;
  }

 private:
  static int RoomOf(const char* text) { return text ? std::atoi(text) : 1000; }

  const int room_ = RoomOf(std::getenv("PLYO_FAKE_ROOM"));
  std::atomic<int> open_{0};
  Thread thread_;
};

int Serve(int argc, char** argv) {
  CLI::App app("plyo serve with a backend that analyses nothing", "plyo");
  cli::ServeRequest request;
  auto* serve = cli::AddServeCommand(app, request);
  cli::AdminRequest admin_request;
  auto* admin = cli::AddAdminCommand(app, admin_request);
  CLI11_PARSE(app, argc, argv);
  const auto sports = AllSports();
  if (*admin) return cli::RunAdmin(*admin, *serve, admin_request, sports);
  using Backend = Result<std::unique_ptr<LiveBackend>>;
  return cli::RunServe(*serve, request, sports, "0.0.0-test",
                       {.make_backend = [](const cli::ServeRequest&) -> Backend {
                          return std::make_unique<FakeBackend>();
                        },
                        .render_report = [](const std::string& result) -> Result<std::string> {
                          return "<!doctype html>" + result;
                        }});
}

}  // namespace
}  // namespace plyo::service

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return plyo::service::Serve(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "plyo: %s\n", error.what());
    return 2;
  }
}
