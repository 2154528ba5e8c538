#include <nats/nats.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "plyo/service/log.h"
#include "plyo/service/queue/nats.h"

namespace plyo::service {
namespace {

constexpr const char* kStream = "PLYO_JOBS";
constexpr const char* kWorkers = "workers";
constexpr const char* kJobs = "plyo.jobs";
constexpr const char* kDeliveries = "plyo.news.deliveries";
constexpr const char* kAnalyses = "plyo.news.analyses";
constexpr const char* kAllNews = "plyo.news.*";
constexpr std::int64_t kSecond_ns = 1'000'000'000;
constexpr std::int64_t kFetch_ms = 500;
constexpr std::chrono::milliseconds kAgain{500};
constexpr std::chrono::milliseconds kBusy{20};
constexpr std::chrono::seconds kRenew{60};  // the subscription, should its consumer be gone unheard

template <typename Thing, void (*destroy)(Thing*)>
struct Destroy {
  void operator()(Thing* thing) const { destroy(thing); }
};
using Connection = std::unique_ptr<natsConnection, Destroy<natsConnection, natsConnection_Destroy>>;
using Subscription =
    std::unique_ptr<natsSubscription, Destroy<natsSubscription, natsSubscription_Destroy>>;
using Options = std::unique_ptr<natsOptions, Destroy<natsOptions, natsOptions_Destroy>>;
using JetStream = std::unique_ptr<jsCtx, Destroy<jsCtx, jsCtx_Destroy>>;

class NatsNews final : public NewsChannel {
 public:
  ~NatsNews() override {
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    if (fetching_.joinable()) fetching_.join();
    // Waits for what is being heard, which uses what is ours.
    if (all_news_) {
      natsSubscription_SetOnCompleteCB(all_news_.get(), Completed, this);
      natsSubscription_Unsubscribe(all_news_.get());
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, std::chrono::seconds(5), [&] { return completed_; });
    }
    all_news_.reset();
    if (connection_) {
      natsConnection_Close(connection_.get());
      std::unique_lock lock(mutex_);  // what is called back uses what is ours
      changed_.wait_for(lock, std::chrono::seconds(2), [&] { return closed_; });
    }
    connection_.reset();
  }

  Result<void> Connect(const std::string& url) {
    natsOptions* made = nullptr;
    if (natsOptions_Create(&made) != NATS_OK) return Fail(ErrorCode::kInternal, "NATS: no memory");
    const Options options(made);
    auto status = natsOptions_SetURL(options.get(), nullptr);
    if (status == NATS_OK) status = SetServers(options.get(), url);
    if (status != NATS_OK) {
      return Fail(ErrorCode::kInvalidArgument,
                  "the address of NATS is nats://host:port, or several with commas");
    }
    natsOptions_SetName(options.get(), "plyo");
    natsOptions_SetNoEcho(options.get(), true);
    natsOptions_SetMaxReconnect(options.get(), -1);
    natsOptions_SetReconnectWait(options.get(), 500);
    natsOptions_SetReconnectJitter(options.get(), 200, 200);
    natsOptions_SetTimeout(options.get(), 2000);
    natsOptions_SetPingInterval(options.get(), 5000);
    natsOptions_SetMaxPingsOut(options.get(), 2);
    // What waits for a connection is soon of no use: those who wait have looked by themselves.
    natsOptions_SetReconnectBufSize(options.get(), 64 << 10);
    natsOptions_SetReconnectedCB(options.get(), Connected, this);
    natsOptions_SetDisconnectedCB(options.get(), Disconnected, this);
    natsOptions_SetClosedCB(options.get(), Closed, this);
    natsOptions_SetErrorHandler(options.get(), Ignored, nullptr);
    natsOptions_SetRetryOnFailedConnect(options.get(), true, Connected, this);
    natsConnection* connection = nullptr;
    status = natsConnection_Connect(&connection, options.get());
    connection_.reset(connection);
    if (status != NATS_OK && status != NATS_NOT_YET_CONNECTED) {
      return Fail(ErrorCode::kInvalidArgument, std::string("NATS: ") + natsStatus_GetText(status));
    }
    if (status == NATS_NOT_YET_CONNECTED) Log(LogLevel::kWarning, "nats_away");
    return {};
  }

  void Listen(Ears ears) override {
    ears_ = std::move(ears);
    natsSubscription* subscription = nullptr;
    natsConnection_Subscribe(&subscription, connection_.get(), kAllNews, Heard, this);
    all_news_.reset(subscription);
    if (ears_.idle) fetching_ = std::thread([this] { FetchJobs(); });
  }

  void Say(const News& news) override {
    switch (news.kind) {
      case News::Kind::kJob:
        // The stream takes it from the subject; that it has is not waited for.
        natsConnection_PublishString(connection_.get(), kJobs, "1");
        return;
      case News::Kind::kDelivery:
        natsConnection_PublishString(connection_.get(), kDeliveries, "1");
        return;
      case News::Kind::kAnalysis:
        natsConnection_PublishString(connection_.get(), kAnalyses, news.id.c_str());
        return;
    }
  }

  bool connected() const override {
    return natsConnection_Status(connection_.get()) == NATS_CONN_STATUS_CONNECTED;
  }

 private:
  static natsStatus SetServers(natsOptions* options, const std::string& url) {
    std::vector<std::string> servers;
    for (std::size_t at = 0; at <= url.size();) {
      const auto end = std::min(url.find(',', at), url.size());
      auto server = url.substr(at, end - at);
      if (!server.starts_with("nats://") && !server.starts_with("tls://")) return NATS_INVALID_ARG;
      servers.push_back(std::move(server));
      at = end + 1;
    }
    std::vector<const char*> names;
    names.reserve(servers.size());
    for (const auto& server : servers) names.push_back(server.c_str());
    return natsOptions_SetServers(options, names.data(), static_cast<int>(names.size()));
  }

  static void Heard(natsConnection* /*connection*/, natsSubscription* /*subscription*/,
                    natsMsg* message, void* self) {
    const std::string_view subject = natsMsg_GetSubject(message);
    News news{.kind = News::Kind::kDelivery};
    if (subject == kAnalyses) {
      news.kind = News::Kind::kAnalysis;
      news.id.assign(natsMsg_GetData(message),
                     static_cast<std::size_t>(natsMsg_GetDataLength(message)));
    }
    const bool known = subject == kAnalyses || subject == kDeliveries;
    natsMsg_Destroy(message);
    if (known) static_cast<NatsNews*>(self)->ears_.hear(news);
  }

  static void Connected(natsConnection* /*connection*/, void* self) {
    Log(LogLevel::kInfo, "nats_connected");
    static_cast<NatsNews*>(self)->fresh_ = true;
  }
  static void Disconnected(natsConnection* /*connection*/, void* closure) {
    auto& self = *static_cast<NatsNews*>(closure);
    const std::scoped_lock lock(self.mutex_);
    if (!self.stopping_) Log(LogLevel::kWarning, "nats_away");
  }
  static void Closed(natsConnection* /*connection*/, void* closure) {
    auto& self = *static_cast<NatsNews*>(closure);
    const std::scoped_lock lock(self.mutex_);
    self.closed_ = true;
    self.changed_.notify_all();
  }
  /// A consumer that is too slow loses news, which it may. libnats would write to standard error.
  static void Ignored(natsConnection* /*connection*/, natsSubscription* /*subscription*/,
                      natsStatus /*status*/, void* /*closure*/) {}
  static void Completed(void* closure) {
    auto& self = *static_cast<NatsNews*>(closure);
    const std::scoped_lock lock(self.mutex_);
    self.completed_ = true;
    self.changed_.notify_all();
  }

  /// Sleeps. False: it is over.
  bool GoesOn(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, time, [&] { return stopping_; });
  }

  /// Made where there is none, be it that the server has lost it.
  Subscription SubscribeToJobs(jsCtx* stream) {
    const char* subjects[] = {kJobs};
    jsStreamConfig config;
    jsStreamConfig_Init(&config);
    config.Name = kStream;
    config.Subjects = subjects;
    config.SubjectsLen = 1;
    config.Retention = js_WorkQueuePolicy;
    config.Storage = js_MemoryStorage;
    config.Discard = js_DiscardOld;
    config.MaxMsgs = 100'000;
    config.MaxAge = 600 * kSecond_ns;
    jsErrCode error{};
    if (js_AddStream(nullptr, stream, &config, nullptr, &error) != NATS_OK &&
        error != JSStreamNameExistErr) {
      return nullptr;
    }
    jsSubOptions options;
    jsSubOptions_Init(&options);
    options.Stream = kStream;
    options.Config.Durable = kWorkers;
    options.Config.FilterSubject = kJobs;
    options.Config.AckPolicy = js_AckExplicit;
    natsSubscription* made = nullptr;
    js_PullSubscribe(&made, stream, kJobs, kWorkers, nullptr, &options, &error);
    return Subscription(made);
  }

  /// As many as can be begun here: the rest is for others.
  void FetchJobs() {
    jsCtx* made = nullptr;
    if (natsConnection_JetStream(&made, connection_.get(), nullptr) != NATS_OK) return;
    const JetStream stream(made);
    Subscription jobs;
    auto renew = std::chrono::steady_clock::now();
    while (GoesOn(std::chrono::milliseconds(0))) {
      if (!connected()) {
        if (!GoesOn(kAgain)) return;
        continue;
      }
      if (!jobs || fresh_.exchange(false) || std::chrono::steady_clock::now() > renew) {
        jobs = SubscribeToJobs(stream.get());
        renew = std::chrono::steady_clock::now() + kRenew;
        if (!jobs) {
          if (!GoesOn(kAgain)) return;
          continue;
        }
      }
      const int idle = ears_.idle();
      if (idle <= 0) {
        if (!GoesOn(kBusy)) return;
        continue;
      }
      natsMsgList list{};
      jsErrCode error{};
      const auto status = natsSubscription_Fetch(&list, jobs.get(), idle, kFetch_ms, &error);
      if (status != NATS_OK) {
        if (status != NATS_TIMEOUT) jobs.reset();
        continue;
      }
      for (int i = 0; i < list.Count; ++i) natsMsg_Ack(list.Msgs[i], nullptr);
      const int came = list.Count;
      natsMsgList_Destroy(&list);
      if (came == 0) continue;
      ears_.hear({News::Kind::kJob});
      // Who was woken is idle no more once he is awake.
      if (!GoesOn(kBusy)) return;
    }
  }

  Ears ears_;
  std::atomic<bool> fresh_ = false;  ///< connected anew
  std::mutex mutex_;                 ///< of what follows
  std::condition_variable changed_;
  bool stopping_ = false;
  bool completed_ = false;
  bool closed_ = false;
  Connection connection_;
  Subscription all_news_;
  std::thread fetching_;
};

}  // namespace

Result<std::unique_ptr<NewsChannel>> OpenNats(const std::string& url) {
  auto news = std::make_unique<NatsNews>();
  if (auto connected = news->Connect(url); !connected) return tl::unexpected(connected.error());
  return news;
}

}  // namespace plyo::service
