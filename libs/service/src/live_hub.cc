#include "live_hub.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "plyo/digest/sha256.h"
#include "plyo/service/log.h"
#include "plyo/service/secrets.h"

namespace plyo::service {
namespace asio = boost::asio;
namespace {

std::int64_t NowUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::shared_ptr<const std::string> Welcome(const Hello& hello, const std::string& our_model,
                                           const std::string& session, const std::string& token,
                                           bool resumed) {
  nlohmann::ordered_json json{{"type", "welcome"},
                              {"protocol", "plyo.live.1"},
                              {"session", session},
                              {"resume_token", token},
                              {"resumed", resumed}};
  if (hello.kind != Hello::Kind::kWatch) {
    const bool ours = hello.codec != MediaKind::kLandmarks;
    json["pose"] = ours ? "server" : "browser";
    const std::string model = ours ? "blazepose_" + our_model : hello.pose_model;
    if (!model.empty()) json["pose_model"] = model;
  }
  // What the client offers is wanted until a message `capacity` says otherwise.
  json["capacity"] = {{"fps", hello.fps}, {"width", hello.width}, {"height", hello.height}};
  return std::make_shared<const std::string>(
      json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

// A key that is revoked and a consent that is withdrawn end what runs within about this time.
constexpr std::chrono::seconds kRecheckEvery{15};
constexpr std::ptrdiff_t kRecheckedAtOnce = 16;

// Where so much waits to be sent again, no session that has ended is (one may have 128 MiB).
constexpr std::size_t kMostStoredBytes = std::size_t{256} << 20;

// After a restart who watches may be back before the athlete. But the session may also be on
// another instance, where he had better look for it.
constexpr std::chrono::seconds kForeignPatience{60};

// Sessions that are ended in a round, so that athletes who come find room.
constexpr int kEndedAtOnce = 4;

LiveSessionSpec SpecOf(const StoredSession& stored, std::string hello_json) {
  LiveSessionSpec spec;
  spec.id = stored.id;
  spec.hello_json = std::move(hello_json);
  for (const auto& rep : stored.reps) spec.stored_reps.push_back(rep.json);
  spec.first_capture_us = stored.first_capture_us;
  return spec;
}

}  // namespace

LiveHub::LiveHub(LiveParts parts, const SportList& sports)
    : parts_(std::move(parts)), sports_(sports) {}

std::shared_ptr<LiveSession> LiveHub::Find(const std::string& id) const {
  const auto at = sessions_.find(id);
  return at == sessions_.end() ? nullptr : at->second;
}

std::shared_ptr<LiveSession> LiveHub::MakeSession(const StoredSession& stored,
                                                  const std::string& actor) {
  return std::make_shared<LiveSession>(
      parts_,
      LiveSession::Identity{stored.id, stored.sport, actor, stored.epoch, stored.first_capture_us},
      LiveSession::Audience{
          .publish = [this, id = stored.id](const std::shared_ptr<const std::string>& text,
                                            SendMode mode) { Publish(id, text, mode); },
          .done = [this](LiveSession& session, bool result_came) { Done(session, result_came); }});
}

asio::awaitable<Result<LiveHub::Begun>> LiveHub::Begin(const Hello& hello,
                                                       const LiveCaller& caller) {
  Begun begun;
  begun.token = RandomHex(32);
  begun.stored.sport = hello.sport;
  begun.stored.hello_json = HelloOf(hello.json, caller.athlete_json);
  begun.stored.created_us = NowUs();
  // Ids sort by time: first the milliseconds.
  begun.stored.id = fmt::format("{:012x}{}", begun.stored.created_us / 1000, RandomHex(10));
  const auto life = std::chrono::microseconds(parts_.token_time).count();
  NewSession row{.id = begun.stored.id,
                 .sport = hello.sport,
                 .hello_json = begun.stored.hello_json,
                 .resume_token_hash = Sha256(begun.token),
                 .now_us = begun.stored.created_us,
                 .token_expires_us = begun.stored.created_us + life,
                 .caller = caller};
  auto creating =
      parts_.store.Await([row = std::move(row)](Store& store) { return store.Create(row); });
  const auto created = co_await std::move(creating);
  if (!created) co_return tl::unexpected(created.error());
  co_return begun;
}

/// A session that did not come to be costs its project nothing, however often it is tried again.
asio::awaitable<void> LiveHub::Withdraw(const Begun& begun) {
  if (begun.resumed) co_return;
  auto withdrawing =
      parts_.store.Await([id = begun.stored.id](Store& store) { return store.Withdraw(id); });
  const auto withdrawn = co_await std::move(withdrawing);
  if (!withdrawn) Log(LogLevel::kError, "store_failed", {{"message", withdrawn.error().message}});
}

asio::awaitable<Result<LiveHub::Begun>> LiveHub::Resume(const Hello& hello) {
  const auto hash = Sha256(hello.token);
  // The token is checked before anything is done to whoever has the session now.
  auto checking = parts_.store.Await(
      [id = hello.session, hash](Store& store) { return store.CheckToken(id, hash, NowUs()); });
  const auto allowed = co_await std::move(checking);
  if (!allowed) co_return tl::unexpected(allowed.error());
  if (const auto before = Find(hello.session)) {
    before->TakenOver();
    co_await before->WaitUntilDone();
  }
  const auto life = std::chrono::microseconds(parts_.token_time).count();
  auto resuming = parts_.store.Await([id = hello.session, hash, life](Store& store) {
    return store.Resume(id, hash, NowUs(), NowUs() + life);
  });
  auto stored = co_await std::move(resuming);
  if (!stored) co_return tl::unexpected(stored.error());
  // Another connection may have resumed it meanwhile; its epoch is over now.
  if (const auto before = Find(hello.session)) {
    before->TakenOver();
    sessions_.erase(hello.session);
  }
  Begun begun;
  begun.stored = std::move(*stored);
  begun.token = hello.token;
  begun.resumed = true;
  co_return begun;
}

asio::awaitable<Result<std::shared_ptr<LiveSession>>> LiveHub::Join(const Hello& hello,
                                                                    const LiveCaller& caller,
                                                                    LiveSocket& socket) {
  const Error going_down{ErrorCode::kShuttingDown, "the server is going down"};
  if (draining_) co_return tl::unexpected(going_down);
  if (!caller.may_measure)
    co_return Fail(ErrorCode::kForbidden, "the key has not the scope sessions:write");
  const bool resume = hello.kind == Hello::Kind::kResume;
  // A refusal must cost no row; the backend is still the one to decide. Its room is for pictures:
  // landmarks take far less.
  const bool pictures = hello.codec != MediaKind::kLandmarks;
  if (!resume && pictures && parts_.backend.Capacity().room <= 0)
    co_return Fail(ErrorCode::kNoCapacity, "there is no room for another session now");
  auto beginning = resume ? Resume(hello) : Begin(hello, caller);
  auto begun = co_await std::move(beginning);
  if (!begun) co_return tl::unexpected(begun.error());

  auto& stored = begun->stored;
  if (!stored.result_json.empty()) {
    if (stored_texts_.Bytes() >= kMostStoredBytes)
      co_return Fail(ErrorCode::kNoCapacity, "too much of what was stored is being sent now");
    socket.Send(Welcome(hello, parts_.pose_model, stored.id, begun->token, true), SendMode::kLive);
    SendReps(socket, stored, hello.last_rep);
    socket.Send(stored_texts_.Result(stored), SendMode::kStored);
    socket.Close(1000, "");
    co_return nullptr;
  }
  const auto spec =
      SpecOf(stored, resume ? MergedHello(stored.hello_json, hello.json) : stored.hello_json);
  auto session = MakeSession(stored, caller.actor);
  const auto opened = draining_ ? tl::unexpected(going_down) : session->Open(spec);
  if (!opened) {
    auto withdrawing = Withdraw(*begun);
    co_await std::move(withdrawing);
    co_return tl::unexpected(opened.error());
  }
  sessions_[stored.id] = session;
  watched_[stored.id].seen = std::chrono::steady_clock::now();
  socket.Send(Welcome(hello, parts_.pose_model, stored.id, begun->token, begun->resumed),
              SendMode::kLive);
  if (resume) SendReps(socket, stored, hello.last_rep);
  session->Start(socket, spec.hello_json);
  co_return session;
}

asio::awaitable<Result<void>> LiveHub::Watch(Hello& hello, const LiveCaller& caller,
                                             LiveSocket& socket) {
  if (draining_) co_return Fail(ErrorCode::kShuttingDown, "the server is going down");
  if (!caller.may_watch)
    co_return Fail(ErrorCode::kForbidden, "the key has not the scope sessions:read");
  // One message for whatever it is: it must not tell which sessions there are.
  const Error none{ErrorCode::kSessionNotFound, "there is no such session to be watched here"};
  auto reading = parts_.store.Await([id = hello.session](Store& store) { return store.Read(id); });
  const auto stored = co_await std::move(reading);
  if (draining_) co_return Fail(ErrorCode::kShuttingDown, "the server is going down");
  if (!stored) co_return tl::unexpected(MayPass(stored.error()) ? stored.error() : none);
  const auto& owner = stored->caller;
  const bool ours = owner.project == caller.project && owner.test == caller.test;
  const bool away = stored->result_json.empty() && stored->token_expires_us >= NowUs();
  if (!ours || (!away && !Find(hello.session))) co_return tl::unexpected(none);
  const auto [at, unknown] = watched_.try_emplace(hello.session);
  if (unknown) at->second.seen -= parts_.token_time + 4 * Round() - kForeignPatience;
  auto& watchers = at->second.watchers;
  if (watchers.size() >= kMaxWatchers)
    co_return Fail(ErrorCode::kNoCapacity, "the session has as many watchers as it may have");
  const auto media = nlohmann::json::parse(stored->hello_json, nullptr, false)["media"];
  hello.width = media.value("width", 0);
  hello.height = media.value("height", 0);
  hello.fps = media.value("fps", 0.0);
  socket.Send(Welcome(hello, parts_.pose_model, hello.session, "", false), SendMode::kLive);
  SendReps(socket, *stored, hello.last_rep);
  watchers.push_back({&socket, caller.actor});
  parts_.telemetry.WatchersChanged(1);
  co_return Result<void>{};
}

void LiveHub::SendReps(LiveSocket& socket, const StoredSession& stored, std::int64_t last_rep) {
  for (const auto& text : stored_texts_.RepsAfter(stored, last_rep))
    socket.Send(text, SendMode::kStored);
}

void LiveHub::Unwatch(LiveSocket& socket) {
  for (auto& [id, watched] : watched_) {
    const auto gone = std::erase_if(
        watched.watchers, [&](const Watcher& watcher) { return watcher.socket == &socket; });
    if (gone > 0) parts_.telemetry.WatchersChanged(-1);
  }
}

void LiveHub::Publish(const std::string& id, const std::shared_ptr<const std::string>& text,
                      SendMode mode) {
  const auto at = watched_.find(id);
  if (at == watched_.end()) return;
  for (const auto& watcher : at->second.watchers) watcher.socket->Send(text, mode);
}

void LiveHub::Done(LiveSession& session, bool result_came) {
  const auto& id = session.identity().id;
  Log(LogLevel::kInfo, "live_session_closed", {{"session", id}, {"finished", result_came}});
  const auto at = sessions_.find(id);
  if (at == sessions_.end() || at->second.get() != &session) return;  // superseded
  sessions_.erase(at);
  if (result_came) {
    for (const auto& watcher : watched_[id].watchers) watcher.socket->Close(1000, "");
    watched_[id].seen = {};
  } else {
    // The token holds from now on; whoever watches waits for the session to be resumed.
    watched_[id].seen = std::chrono::steady_clock::now();
    ExtendTokens({id});
  }
}

void LiveHub::ExtendTokens(std::vector<std::string> ids) {
  if (ids.empty()) return;
  const auto until = NowUs() + std::chrono::microseconds(parts_.token_time).count();
  parts_.store.Run(
      [ids = std::move(ids), until](Store& store) { return store.ExtendTokens(ids, until); },
      [](const Result<void>& extended) {
        if (!extended)
          Log(LogLevel::kError, "store_failed", {{"message", extended.error().message}});
      });
}

std::optional<double> LiveHub::RetryAfter(ErrorCode why) const {
  if (why == ErrorCode::kNoCapacity) return std::max(1.0, parts_.backend.Capacity().retry_after_s);
  if (why != ErrorCode::kQuotaExceeded) return std::nullopt;
  // What a plan allows is for a month of UTC.
  namespace chrono = std::chrono;
  const auto now = chrono::system_clock::now();
  const chrono::year_month_day today(chrono::floor<chrono::days>(now));
  const chrono::sys_days next = (today.year() / today.month() + chrono::months(1)) / 1;
  return static_cast<double>(chrono::ceil<chrono::seconds>(next - now).count());
}

/// Ends sessions that nobody has resumed, in the way in which a client would: by resuming them and
/// saying that there is no more.
asio::awaitable<void> LiveHub::EndExpired() {
  const auto time = [](std::chrono::seconds from_now) {
    return NowUs() + std::chrono::microseconds(from_now).count();
  };
  for (int i = 0; i < kEndedAtOnce; ++i) {
    if (draining_ || parts_.backend.Capacity().room <= 0) co_return;
    // While the store was away no instance could extend the tokens of what it has open: each has
    // its turn first.
    auto taking =
        parts_.store.Await([before = time(-2 * Round()), until = time(parts_.token_time)](
                               Store& store) { return store.TakeExpired(before, until); });
    const auto taken = co_await std::move(taking);
    if (!taken) {
      Log(LogLevel::kError, "store_failed", {{"message", taken.error().message}});
      co_return;
    }
    // What was taken meanwhile another instance ends, once its token is over again.
    if (!*taken || draining_) co_return;
    const StoredSession& stored = **taken;
    auto session = MakeSession(stored, "");
    const auto opened = session->Open(SpecOf(stored, stored.hello_json));
    Log(LogLevel::kInfo, "live_session_expired",
        {{"session", stored.id},
         {"reps", stored.reps.size()},
         {"error", opened ? "" : ErrorId(opened.error().code)}});
    if (!opened) continue;  // it is expired again later
    sessions_[stored.id] = session;
    session->EndStored();
  }
}

asio::awaitable<void> LiveHub::Housekeeping() {
  asio::steady_timer timer(parts_.executor);
  for (;; co_await timer.async_wait(asio::use_awaitable)) {
    timer.expires_after(Round());
    std::vector<std::string> open;
    open.reserve(sessions_.size());
    for (const auto& [id, session] : sessions_) open.push_back(id);
    ExtendTokens(std::move(open));
    auto ending = EndExpired();
    co_await std::move(ending);
    const auto now = std::chrono::steady_clock::now();
    for (auto at = watched_.begin(); at != watched_.end();) {
      auto& [id, watched] = *at;
      if (Find(id)) watched.seen = now;
      // One that has expired is ended first, and who watches is told of its result.
      const bool over = now - watched.seen > parts_.token_time + 4 * Round();
      if (over) {
        for (const auto& watcher : watched.watchers)
          EndWithError(*watcher.socket,
                       {ErrorCode::kSessionNotFound, "the session was not resumed"});
      }
      // A socket is taken out by Unwatch() once it has closed.
      at = over && watched.watchers.empty() ? watched_.erase(at) : std::next(at);
    }
  }
}

std::vector<LiveClaim> LiveHub::Claims() const {
  std::vector<LiveClaim> claims;
  for (const auto& [id, session] : sessions_) claims.push_back({session->identity().actor, id});
  std::set<std::string> actors;
  for (const auto& [id, watched] : watched_) {
    for (const auto& watcher : watched.watchers) actors.insert(watcher.actor);
  }
  for (const auto& actor : actors) claims.push_back({actor, ""});
  return claims;
}

void LiveHub::Refuse(const LiveClaim& claim, const Error& why) {
  Log(LogLevel::kInfo, "live_claim_over",
      {{"session", claim.session}, {"actor", claim.actor}, {"error", ErrorId(why.code)}});
  if (!claim.session.empty()) {
    const auto session = Find(claim.session);
    if (session && session->identity().actor == claim.actor) session->GiveUp(why);
    return;
  }
  for (const auto& [id, watched] : watched_) {
    for (const auto& watcher : watched.watchers) {
      if (watcher.actor == claim.actor) EndWithError(*watcher.socket, why);
    }
  }
}

asio::awaitable<void> LiveHub::Rechecking() {
  asio::steady_timer timer(parts_.executor);
  for (;;) {
    timer.expires_after(kRecheckEvery);
    co_await timer.async_wait(asio::use_awaitable);
    const auto claims = Claims();
    // Repetitions wait for the same store: a few at a time.
    for (auto at = claims.begin(); at != claims.end();) {
      const auto end = at + std::min<std::ptrdiff_t>(kRecheckedAtOnce, claims.end() - at);
      const std::vector<LiveClaim> some(at, end);
      auto checking =
          parts_.store.Await([some](Store& store) { return store.Recheck(some, NowUs()); });
      const auto checked = co_await std::move(checking);
      if (!checked) {  // the store is away: nobody knows better, and it should not be kept waiting
        Log(LogLevel::kError, "store_failed", {{"message", checked.error().message}});
        break;
      }
      for (std::size_t i = 0; i < some.size(); ++i) {
        if (const auto& why = checked->at(i)) Refuse(some[i], *why);
      }
      at = end;
    }
  }
}

asio::awaitable<void> LiveHub::Drain() {
  draining_ = true;
  std::vector<std::shared_ptr<LiveSession>> open;
  open.reserve(sessions_.size());
  for (const auto& [id, session] : sessions_) open.push_back(session);
  for (const auto& session : open) {
    session->GiveUp({ErrorCode::kShuttingDown, "the server is going down; resume the session"});
  }
  for (const auto& session : open) co_await session->WaitUntilDone();
  const Error reason{ErrorCode::kShuttingDown, "the server is going down"};
  for (const auto& [id, watched] : watched_) {
    for (const auto& watcher : watched.watchers) EndWithError(*watcher.socket, reason);
  }
}

}  // namespace plyo::service
