#include "plyo/service/workers.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "plyo/sports/catalogue.h"

namespace plyo::service {
namespace {

namespace fs = std::filesystem;
using Unit = std::vector<std::uint8_t>;
using Json = nlohmann::json;

constexpr int kWidth = 640;
constexpr int kHeight = 360;
constexpr std::int64_t kFrame_us = 33'333;
constexpr std::chrono::seconds kLong{30};

/// The sample as a browser would send it: 30 frames/s, no reordering.
std::vector<Unit> SampleUnits() {
  const fs::path file = fs::path(PLYO_TEST_TMP) / ("sample" + std::to_string(getpid()) + ".h264");
  const std::string command =
      "ffmpeg -nostdin -v error -y -i '" PLYO_SOURCE_DIR
      "/samples/cmj_01_base60.mp4' -vf fps=30,scale=640:360 -c:v libx264 -preset veryfast "
      "-tune zerolatency -profile:v baseline -g 30 -b:v 1500k -aud 1 -f h264 '" +
      file.string() + "'";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
  std::ifstream in(file, std::ios::binary);
  const Unit bytes{std::istreambuf_iterator<char>(in), {}};
  fs::remove(file);
  constexpr std::array<std::uint8_t, 5> kDelimiter{0, 0, 0, 1, 9};
  std::vector<Unit> units;
  for (auto at = bytes.begin(); at != bytes.end();) {
    const auto next = std::search(at + 1, bytes.end(), kDelimiter.begin(), kDelimiter.end());
    units.emplace_back(at, next);
    at = next;
  }
  return units;
}

const std::vector<Unit>& Sample() {
  static const std::vector<Unit> kUnits = SampleUnits();
  return kUnits;
}

std::string Hello(const std::string& codec = "h264", int width = kWidth, int height = kHeight,
                  int fps = 30) {
  return Json{{"type", "hello"},
              {"sport", "cmj"},
              {"athlete", {{"height_m", 1.8}}},
              {"media", {{"codec", codec}, {"width", width}, {"height", height}, {"fps", fps}}}}
      .dump();
}

LiveSessionSpec Spec(std::string hello) {
  LiveSessionSpec spec;
  spec.id = "test";
  spec.hello_json = std::move(hello);
  return spec;
}

/// Keeps what a session says.
class Listener {
 public:
  LiveBackend::Sink Sink() {
    return {[this](LiveOutput output) {
              const std::lock_guard lock(mutex_);
              outputs_.push_back(std::move(output));
              changed_.notify_all();
            },
            [this](Error error) {
              const std::lock_guard lock(mutex_);
              ended_ = std::move(error);
              changed_.notify_all();
            }};
  }
  /// The outputs of one type so far.
  std::vector<LiveOutput> Of(const std::string& type) {
    const std::lock_guard lock(mutex_);
    std::vector<LiveOutput> found;
    for (const LiveOutput& output : outputs_) {
      if (Json::parse(output.json).at("type") == type) found.push_back(output);
    }
    return found;
  }
  bool WaitFor(const std::string& type) {
    const auto deadline = std::chrono::steady_clock::now() + kLong;
    while (Of(type).empty()) {
      if (ended_ || std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
  }
  void WaitForSkeleton(std::uint32_t sequence, std::chrono::milliseconds most) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, most, [&] {
      return ended_ || std::ranges::any_of(outputs_, [&](const LiveOutput& output) {
               return output.sequence == sequence;
             });
    });
  }
  std::optional<Error> WaitForEnd() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kLong, [&] { return ended_.has_value(); });
    return ended_;
  }
  std::optional<Error> Ended() {
    const std::lock_guard lock(mutex_);
    return ended_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<LiveOutput> outputs_;
  std::optional<Error> ended_;
};

MediaMessage Message(const Unit& unit, std::uint32_t sequence, bool key) {
  return {MediaKind::kH264, key, sequence, 1'000'000 + sequence * kFrame_us, kWidth, kHeight, unit};
}

/// Sends the sample as fast as it is looked at, so that nothing is left out on a busy machine. A
/// picture in which nothing moves has no answer, and is waited for a little.
void Play(LiveChannel& channel, Listener& listener) {
  for (std::uint32_t i = 0; i < Sample().size(); ++i) {
    channel.Send(Message(Sample()[i], i, i % 30 == 0));
    listener.WaitForSkeleton(i, std::chrono::milliseconds(500));
  }
}

std::vector<pid_t> Children() {
  std::vector<pid_t> pids;
  for (const auto& task : fs::directory_iterator("/proc/self/task")) {
    std::ifstream in(task.path() / "children");
    for (pid_t pid = 0; in >> pid;) pids.push_back(pid);
  }
  return pids;
}

/// The workers' program: of another build where this one's workers cannot start, as with a thread
/// sanitizer that OpenVINO does not bear.
const char* Program() {
  const char* given = std::getenv("PLYO_WORKER_BINARY");
  return given != nullptr ? given : PLYO_BINARY;
}

std::unique_ptr<LiveBackend> Start(int count) {
  auto started = StartWorkers({.count = count,
                               .program = Program(),
                               .arguments = {"worker", "--model", "lite", "--socket"},
                               .sports = AllSports()});
  EXPECT_TRUE(started) << started.error().message;
  return std::move(*started);
}

std::unique_ptr<LiveChannel> Open(LiveBackend& backend, Listener& listener,
                                  const LiveSessionSpec& spec = Spec(Hello())) {
  auto opened = backend.Open(spec, listener.Sink());
  EXPECT_TRUE(opened) << opened.error().message;
  return opened ? std::move(*opened) : nullptr;
}

/// As a client does that was told to come back later; null where there is none for long.
std::unique_ptr<LiveChannel> OpenWhenThereIsRoom(LiveBackend& backend, Listener& listener) {
  const auto deadline = std::chrono::steady_clock::now() + kLong;
  while (std::chrono::steady_clock::now() < deadline) {
    if (auto opened = backend.Open(Spec(Hello()), listener.Sink())) return std::move(*opened);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return nullptr;
}

double HeightIn(const Json& rep) {
  for (const Json& metric : rep.at("metrics")) {
    if (metric.at("id") == "jump_height") return metric.at("value");
  }
  return 0;
}

TEST(LiveWorkers, MeasureTheSample) {
  const auto backend = Start(1);
  Listener listener;
  auto channel = Open(*backend, listener);
  EXPECT_EQ(backend->Capacity().sessions, 1);
  Play(*channel, listener);
  channel->End();
  ASSERT_TRUE(listener.WaitFor("result"));
  EXPECT_FALSE(listener.Ended());

  const auto reps = listener.Of("rep");
  ASSERT_GE(reps.size(), 2U) << "provisional, then confirmed";
  EXPECT_EQ(Json::parse(reps.front().json)["rep"]["status"], "provisional");
  const LiveOutput& confirmed = reps.back();
  EXPECT_EQ(confirmed.kind, LiveOutputKind::kConfirmedRep);
  EXPECT_EQ(confirmed.rep_index, 1);
  EXPECT_NEAR(HeightIn(Json::parse(confirmed.json)["rep"]), 0.35, 0.02);

  const Json result = Json::parse(listener.Of("result").at(0).json)["result"];
  ASSERT_EQ(result["athletes"].size(), 1U);
  EXPECT_EQ(result["athletes"][0]["reps"][0], Json::parse(confirmed.json)["rep"]);
  EXPECT_EQ(result["provenance"]["model"]["name"], "blazepose_lite");
  const auto skeletons = listener.Of("pose");
  EXPECT_GT(skeletons.size(), 50U);
  EXPECT_TRUE(std::ranges::all_of(skeletons, &LiveOutput::droppable));
  EXPECT_FALSE(listener.Of("timing").empty());
  EXPECT_FALSE(listener.Of("event").empty());
}

TEST(LiveWorkers, OneThatDiesTakesItsOwnSessionsAlone) {
  const auto backend = Start(2);
  const auto children = Children();
  ASSERT_EQ(children.size(), 2U);
  Listener first;
  Listener second;
  auto a = Open(*backend, first);
  auto b = Open(*backend, second);
  ASSERT_TRUE(a && b);
  a->Send(Message(Sample()[0], 0, true));
  b->Send(Message(Sample()[0], 0, true));
  ASSERT_TRUE(first.WaitFor("pose"));
  ASSERT_TRUE(second.WaitFor("pose"));
  kill(children[0], SIGKILL);
  const auto deadline = std::chrono::steady_clock::now() + kLong;
  while (!first.Ended() && !second.Ended() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  Listener& lost = first.Ended() ? first : second;
  Listener& kept = first.Ended() ? second : first;
  std::unique_ptr<LiveChannel>& kept_channel = first.Ended() ? b : a;
  ASSERT_TRUE(lost.Ended());
  EXPECT_EQ(lost.Ended()->code, ErrorCode::kWorkerLost);
  kept_channel->End();
  EXPECT_TRUE(kept.WaitFor("result"));
  EXPECT_FALSE(kept.Ended());

  // A new process takes the place.
  kept_channel.reset();
  Listener third;
  Listener fourth;
  const auto c = OpenWhenThereIsRoom(*backend, third);
  const auto d = OpenWhenThereIsRoom(*backend, fourth);
  ASSERT_TRUE(c && d);
  c->Send(Message(Sample()[0], 0, true));
  d->Send(Message(Sample()[0], 0, true));
  EXPECT_TRUE(third.WaitFor("pose"));
  EXPECT_TRUE(fourth.WaitFor("pose"));
  // It need not be there already: both sessions may be on the one that lived.
  const auto restarted = std::chrono::steady_clock::now() + kLong;
  while (Children().size() < 2 && std::chrono::steady_clock::now() < restarted) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(Children().size(), 2U);
}

TEST(LiveWorkers, AStreamThatIsNoneEndsItsSessionAlone) {
  const auto backend = Start(1);
  Listener good;
  Listener bad;
  auto a = Open(*backend, good);
  auto b = Open(*backend, bad);
  Unit garbage(2000);
  for (std::size_t i = 0; i < garbage.size(); ++i) {
    garbage[i] = static_cast<std::uint8_t>(i * 37 % 251);
  }
  for (std::uint32_t i = 0; i < 200; ++i) b->Send(Message(garbage, i, true));
  const auto ended = bad.WaitForEnd();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->code, ErrorCode::kMediaUndecodable);
  a->Send(Message(Sample()[0], 0, true));
  EXPECT_TRUE(good.WaitFor("pose"));
}

/// A camera that sends all at once what the network held back, beside a session of landmarks: that
/// one waits for a turn, and not until all of it is decoded.
TEST(LiveWorkers, ABurstDoesNotHoldUpTheOthers) {
  using Clock = std::chrono::steady_clock;
  const auto backend = Start(1);
  Listener burst;
  Listener beside;
  auto camera = Open(*backend, burst, Spec(Hello("h264", kWidth, kHeight, 120)));
  auto landmarks = Open(*backend, beside, Spec(Hello("landmarks")));
  const auto begin = Clock::now();
  std::uint32_t sent = 0;
  for (int round = 0; round < 6; ++round) {
    for (const Unit& unit : Sample()) {
      camera->Send(Message(unit, sent, &unit == &Sample().front()));
      ++sent;
    }
  }
  camera->End();
  std::vector<Clock::duration> delays;
  for (std::uint32_t i = 0; i < 5; ++i) {
    const auto asked = Clock::now();
    landmarks->Send(
        {MediaKind::kLandmarks, false, i, 1'000'000 + i * kFrame_us, kWidth, kHeight, {}});
    beside.WaitForSkeleton(i, kLong);
    delays.push_back(Clock::now() - asked);
  }
  ASSERT_TRUE(burst.WaitFor("result"));
  const auto all = Clock::now() - begin;
  for (const auto delay : delays) {
    EXPECT_LT(delay, all / 6) << delay.count() * 1e-6 << " ms of " << all.count() * 1e-6;
  }
}

TEST(LiveWorkers, WhoSendsMuchMoreThanHeAnnouncedIsHeldToIt) {
  const auto backend = Start(1);
  Listener listener;
  auto channel = Open(*backend, listener, Spec(Hello("landmarks")));
  constexpr std::uint32_t kMany = 2000;
  for (std::uint32_t i = 0; i < kMany; ++i) {
    channel->Send(
        {MediaKind::kLandmarks, false, i, 1'000'000 + i * kFrame_us, kWidth, kHeight, {}});
  }
  channel->End();
  ASSERT_TRUE(listener.WaitFor("result"));
  std::size_t dropped = 0;
  for (const LiveOutput& timing : listener.Of("timing")) {
    dropped += Json::parse(timing.json).at("dropped").get<std::size_t>();
  }
  const std::size_t looked_at = listener.Of("pose").size();
  EXPECT_GT(looked_at, 0U);
  EXPECT_LT(looked_at, kMany / 2);
  EXPECT_EQ(looked_at + dropped, kMany);
}

TEST(LiveWorkers, ASessionOfLandmarksHasOnlySoManyTracks) {
  const auto backend = Start(1);
  Listener listener;
  auto channel = Open(*backend, listener, Spec(Hello("landmarks", kWidth, kHeight, 240)));
  constexpr std::uint32_t kPeople = 6;
  constexpr std::size_t kPersonBytes = 932;
  Unit people(kPeople * kPersonBytes);
  const auto send = [&](std::uint32_t sequence) {
    for (std::uint32_t i = 0; i < kPeople; ++i) {
      const std::uint32_t track = 1 + sequence * kPeople + i;
      std::memcpy(people.data() + i * kPersonBytes, &track, sizeof(track));
    }
    channel->Send({MediaKind::kLandmarks, false, sequence, 1'000'000 + sequence * kFrame_us, kWidth,
                   kHeight, people});
    listener.WaitForSkeleton(sequence, kLong);
  };
  std::uint32_t sequence = 0;
  while (sequence < 10'000 / kPeople) send(sequence++);
  EXPECT_FALSE(listener.Ended());
  send(sequence);
  const auto ended = listener.WaitForEnd();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->code, ErrorCode::kInvalidLandmarks);
}

TEST(LiveWorkers, ASessionThatHasGrownTooLongEndsNobodyElse) {
  const auto backend = Start(1);
  Listener good;
  Listener bad;
  auto channel = Open(*backend, good);
  LiveSessionSpec grown = Spec(Hello());
  grown.stored_reps.assign(65, std::string(std::size_t{1} << 20, ' '));
  const auto opened = backend->Open(grown, bad.Sink());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kResourceLimit);
  channel->Send(Message(Sample()[0], 0, true));
  EXPECT_TRUE(good.WaitFor("pose"));
  EXPECT_EQ(backend->Capacity().workers_ended, 0);
}

TEST(LiveWorkers, ClocksDoNotRunBackwards) {
  const auto backend = Start(1);
  Listener listener;
  auto channel = Open(*backend, listener);
  channel->Send(Message(Sample()[0], 5, true));
  channel->Send(Message(Sample()[1], 4, false));
  const auto ended = listener.WaitForEnd();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->code, ErrorCode::kProtocolError);
}

TEST(LiveWorkers, RefuseOneSessionTooMany) {
  const auto backend = Start(1);
  std::vector<std::unique_ptr<Listener>> listeners;
  std::vector<std::unique_ptr<LiveChannel>> channels;
  const int room = backend->Capacity().room;
  EXPECT_GT(room, 3);
  for (int i = 0; i < 100; ++i) {
    listeners.push_back(std::make_unique<Listener>());
    // As those that the room is counted in.
    auto opened = backend->Open(Spec(Hello("h264", 640, 480)), listeners.back()->Sink());
    if (!opened) {
      EXPECT_EQ(opened.error().code, ErrorCode::kNoCapacity);
      break;
    }
    channels.push_back(std::move(*opened));
  }
  EXPECT_EQ(static_cast<int>(channels.size()), room);
  EXPECT_EQ(backend->Capacity().room, 0);
  EXPECT_GT(backend->Capacity().retry_after_s, 0);
  channels.pop_back();
  EXPECT_EQ(backend->Capacity().room, 1);
}

TEST(LiveWorkers, RefuseAHelloThatTheyCannotServe) {
  const auto backend = Start(1);
  Listener listener;
  for (const auto& [hello, code] :
       {std::pair{Hello("hevc"), ErrorCode::kUnsupportedCodec},
        {std::string(R"({"type":"hello","sport":"chess","media":{"codec":"jpeg","width":640,)"
                     R"("height":480,"fps":30}})"),
         ErrorCode::kInvalidArgument}}) {
    const auto opened = backend->Open(Spec(hello), listener.Sink());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, code);
  }
}

TEST(LiveWorkers, SayWhyTheyDoNotStart) {
  const auto started = StartWorkers(
      {.count = 1, .program = "/nonexistent/plyo", .arguments = {}, .sports = AllSports()});
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::kInternal);
}

}  // namespace
}  // namespace plyo::service
