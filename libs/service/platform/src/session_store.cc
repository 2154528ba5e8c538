#include <fmt/format.h>
#include <sodium.h>

#include <utility>

#include "ids.h"
#include "plyo/service/log.h"
#include "plyo/service/secrets.h"
#include "session_document.h"
#include "sessions.h"

namespace plyo::service {
namespace {

constexpr std::string_view kSealed = "sealed:";
// Who hears of the end of a session that began longer ago has no use for it; and one that cannot be
// ended is not tried for ever.
constexpr std::int64_t kStillEnded_us = 3 * std::int64_t{86'400'000'000};

/// Texts lie in columns that the first releases filled with JSON as it is.
std::string SealText(Context& context, const std::string& subject, std::string_view purpose,
                     std::string_view text) {
  if (text.empty()) return {};
  const auto sealed = context.vault->Seal(subject, purpose, text).bytes;
  constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;
  std::string encoded(sodium_base64_encoded_len(sealed.size(), kVariant), '\0');
  sodium_bin2base64(encoded.data(), encoded.size(),
                    reinterpret_cast<const unsigned char*>(sealed.data()), sealed.size(), kVariant);
  encoded.pop_back();
  return std::string(kSealed) + encoded;
}

std::string OpenText(Context& context, const std::string& subject, std::string_view purpose,
                     const std::string& text) {
  if (!text.starts_with(kSealed)) return text;
  std::string sealed(text.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(sealed.data()), sealed.size(),
                        text.data() + kSealed.size(), text.size() - kSealed.size(), nullptr, &size,
                        nullptr, sodium_base64_VARIANT_ORIGINAL) != 0) {
    Refuse(ErrorCode::kDataDamaged, "a sealed record is damaged");
  }
  sealed.resize(size);
  return context.vault->Open(subject, purpose, sealed);
}

[[noreturn]] void RefuseSession() {
  Refuse(ErrorCode::kSessionNotFound, "there is no such session");
}

}  // namespace

StoredSession ReadStoredSession(Context& context, SqlConnection& sql, const std::string& id) {
  const auto found =
      sql("SELECT id, sport, hello, created_us, epoch, result, first_capture_us, project, test,"
          " athlete, token_expires_us FROM session WHERE id = $1",
          id);
  const auto* row = found.One();
  if (!row) RefuseSession();
  StoredSession session;
  session.id = row->Text(0);
  session.sport = row->Text(1);
  session.created_us = row->Number(3);
  session.epoch = row->Number(4);
  session.first_capture_us = row->MaybeNumber(6);
  session.caller = {row->Text(7), row->True(8), row->MaybeText(9).value_or(""), ""};
  session.token_expires_us = row->Number(10);
  const auto subject = SubjectOf(session.caller.athlete, id);
  session.hello_json = OpenText(context, subject, "hello:" + id, row->Text(2));
  session.result_json = OpenText(context, subject, "result:" + id, row->Text(5));
  const auto reps =
      sql("SELECT rep_index, message FROM rep WHERE session = $1 ORDER BY rep_index", id);
  for (const auto& rep : reps.rows) {
    session.reps.push_back({rep.Number(0), OpenText(context, subject, "rep:" + id, rep.Text(1))});
  }
  return session;
}

namespace {

class SessionStore final : public Store {
 public:
  explicit SessionStore(Context& context) : context_(context) {}

  Result<void> Create(const NewSession& session) override {
    const auto& caller = session.caller;
    return context_.records->Write([&](SqlConnection& sql) {
      CheckConsent(context_, sql, caller.project, caller.athlete, session.now_us);
      CountUse(sql, caller.project, LiveSessionUse(caller.test),
               context_.PlanOfProject(sql, caller.project).live_sessions_per_month, session.now_us);
      sql("INSERT INTO session (id, sport, hello, created_us, epoch, token_hash,"
          " token_expires_us, project, test, athlete) VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8,"
          " $9)",
          session.id, session.sport,
          SealText(context_, SubjectOf(caller.athlete, session.id), "hello:" + session.id,
                   session.hello_json),
          session.now_us, session.resume_token_hash, session.token_expires_us, caller.project,
          caller.test, caller.athlete.empty() ? std::nullopt : std::optional(caller.athlete));
    });
  }

  Result<void> Withdraw(const std::string& id) override {
    try {
      const bool gone = Need(context_.records->Write([&](SqlConnection& sql) {
        const auto found = sql(
            "DELETE FROM session WHERE id = $1 AND epoch = 1 RETURNING project, created_us, test",
            id);
        const auto* row = found.One();
        if (!row) return false;
        TakeBackUse(sql, row->Text(0), LiveSessionUse(row->True(2)), row->Number(1));
        DoomKey(sql, id);
        return true;
      }));
      if (gone) DestroyDoomedKeys(context_);
      return {};
    } catch (const Refused& refused) {
      return tl::unexpected(refused.error());
    }
  }

  Result<void> CheckToken(const std::string& id, std::string_view token_hash,
                          std::int64_t now_us) override {
    return context_.records->Read([&](SqlConnection& sql) { Check(sql, id, token_hash, now_us); });
  }

  Result<StoredSession> Resume(const std::string& id, std::string_view token_hash,
                               std::int64_t now_us, std::int64_t token_expires_us) override {
    return context_.records->Write([&](SqlConnection& sql) {
      Check(sql, id, token_hash, now_us);
      auto session = TakeOver(sql, id, token_expires_us);
      CheckConsent(context_, sql, session.caller.project, session.caller.athlete, now_us);
      return session;
    });
  }

  Result<void> SetFirstCapture(const std::string& id, std::int64_t epoch,
                               std::int64_t capture_us) override {
    return context_.records->Write([&](SqlConnection& sql) {
      CheckEpoch(sql, id, epoch);
      sql("UPDATE session SET first_capture_us = coalesce(first_capture_us, $2) WHERE id = $1", id,
          capture_us);
    });
  }

  Result<void> AddRep(const std::string& id, std::int64_t epoch, std::int64_t index,
                      const std::string& json) override {
    auto done = context_.records->Write([&](SqlConnection& sql) {
      const auto caller = CheckEpoch(sql, id, epoch);
      CheckConsent(context_, sql, caller.project, caller.athlete, NowUs());
      const auto added =
          sql("INSERT INTO rep (session, rep_index, message) VALUES ($1, $2, $3)"
              " ON CONFLICT DO NOTHING",
              id, index, SealText(context_, SubjectOf(caller.athlete, id), "rep:" + id, json));
      if (added.changes == 0) return;
      const auto message = Json::parse(json, nullptr, false);
      Json data{{"session_id", id}};
      if (!caller.athlete.empty()) data["athlete_id"] = caller.athlete;
      data["rep"] = message.is_object() && message.contains("rep") ? message["rep"] : Json();
      InsertEvent(context_, sql, caller.project, caller.test, "rep.recorded", caller.athlete, id,
                  data);
    });
    if (done) context_.TellOfDelivery();
    return done;
  }

  Result<void> Finish(const std::string& id, std::int64_t epoch,
                      const std::string& result_json) override {
    auto done = context_.records->Write([&](SqlConnection& sql) {
      const auto caller = CheckEpoch(sql, id, epoch);
      const auto ended =
          sql("UPDATE session SET result = $2, ended = 1 WHERE id = $1 AND ended = 0", id,
              SealText(context_, SubjectOf(caller.athlete, id), "result:" + id, result_json));
      if (ended.changes == 0) return;
      Json data{{"session_id", id}};
      if (!caller.athlete.empty()) data["athlete_id"] = caller.athlete;
      data["reps"] = sql("SELECT count(*) FROM rep WHERE session = $1", id).rows.at(0).Number(0);
      InsertEvent(context_, sql, caller.project, caller.test, "session.ended", caller.athlete, id,
                  data);
    });
    if (done) context_.TellOfDelivery();
    return done;
  }

  Result<void> ExtendTokens(const std::vector<std::string>& ids,
                            std::int64_t token_expires_us) override {
    return context_.records->Write([&](SqlConnection& sql) {
      for (const auto& id : ids) {
        sql("UPDATE session SET token_expires_us = $2 WHERE id = $1 AND ended = 0 AND"
            " token_expires_us < $2",
            id, token_expires_us);
      }
    });
  }

  Result<std::vector<std::optional<Error>>> Recheck(const std::vector<LiveClaim>& claims,
                                                    std::int64_t now_us) override {
    return context_.records->Read([&](SqlConnection& sql) {
      std::vector<std::optional<Error>> why;
      why.reserve(claims.size());
      for (const auto& claim : claims) {
        auto& refused = why.emplace_back();
        try {
          CheckClaim(sql, claim, now_us);
        } catch (const Refused& no) {
          // A store that is away says nothing about anybody.
          if (MayPass(no.error())) throw;
          refused = no.error();
        }
      }
      return why;
    });
  }

  Result<StoredSession> Read(const std::string& id) override {
    return context_.records->Read(
        [&](SqlConnection& sql) { return ReadStoredSession(context_, sql, id); });
  }

  Result<std::optional<StoredSession>> TakeExpired(std::int64_t before_us,
                                                   std::int64_t token_expires_us) override {
    return context_.records->Write([&](SqlConnection& sql) -> std::optional<StoredSession> {
      const auto expired = sql(
          "SELECT id, project, athlete FROM session WHERE ended = 0 AND token_expires_us < $1 AND"
          " created_us > $2 ORDER BY token_expires_us",
          before_us, before_us - kStillEnded_us);
      for (const auto& row : expired.rows) {
        try {
          CheckConsent(context_, sql, row.Text(1), row.MaybeText(2).value_or(""), NowUs());
          return TakeOver(sql, row.Text(0), token_expires_us);
        } catch (const Refused& no) {
          if (MayPass(no.error())) throw;
          // What is damaged was taken over all the same, and comes again when others had a turn.
          if (no.error().code == ErrorCode::kDataDamaged)
            Log(LogLevel::kError, "session_damaged", {{"session", row.Text(0)}});
        }
      }
      return std::nullopt;
    });
  }

 private:
  /// One that has ended is only read.
  StoredSession TakeOver(SqlConnection& sql, const std::string& id, std::int64_t token_expires_us) {
    sql("UPDATE session SET epoch = epoch + 1, token_expires_us = $2 WHERE id = $1 AND ended = 0",
        id, token_expires_us);
    return ReadStoredSession(context_, sql, id);
  }

  void CheckClaim(SqlConnection& sql, const LiveClaim& claim, std::int64_t now_us) {
    CheckKey(sql, claim.actor, now_us);
    if (claim.session.empty()) return;
    const auto found = sql("SELECT project, athlete FROM session WHERE id = $1", claim.session);
    const auto* row = found.One();
    if (!row) RefuseSession();
    CheckConsent(context_, sql, row->Text(0), row->MaybeText(1).value_or(""), now_us);
  }

  static void Check(SqlConnection& sql, const std::string& id, std::string_view token_hash,
                    std::int64_t now_us) {
    const auto found = sql("SELECT token_hash, token_expires_us FROM session WHERE id = $1", id);
    const auto* row = found.One();
    // One message for all three: it must not tell which sessions there are.
    if (!row || !EqualSecrets(row->Text(0), token_hash) || row->Number(1) < now_us)
      Refuse(ErrorCode::kSessionNotFound, "there is no such session to be resumed by this token");
  }

  /// Whose the session is, where this is still its epoch.
  static LiveCaller CheckEpoch(SqlConnection& sql, const std::string& id, std::int64_t epoch) {
    const auto found = sql("SELECT epoch, project, test, athlete FROM session WHERE id = $1", id);
    const auto* row = found.One();
    if (!row) RefuseSession();
    if (row->Number(0) != epoch)
      Refuse(ErrorCode::kSessionTaken, "the session was resumed over another connection");
    return {row->Text(1), row->True(2), row->MaybeText(3).value_or(""), ""};
  }

  Context& context_;
};

}  // namespace

std::unique_ptr<Store> MakeSessionStore(Context& context) {
  return std::make_unique<SessionStore>(context);
}

std::string SessionText(Context& context, SqlConnection& sql, const std::string& id) {
  return SessionJson(ReadStoredSession(context, sql, id));
}

}  // namespace plyo::service
