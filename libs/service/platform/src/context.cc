#include "context.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "ids.h"
#include "plyo/service/log.h"
#include "plyo/service/secrets.h"

namespace plyo::service {
namespace {

constexpr std::int64_t kDay_us = 86'400'000'000;
constexpr std::size_t kKeysAtATime = 200;

}  // namespace

void Bell::Ring() {
  {
    const std::scoped_lock lock(mutex_);
    ++rung_;
  }
  changed_.notify_all();
}

void Bell::Stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
}

std::uint64_t Bell::rung() const {
  const std::scoped_lock lock(mutex_);
  return rung_;
}

void Bell::Wait(std::chrono::milliseconds time, std::uint64_t heard) {
  std::unique_lock lock(mutex_);
  ++waiting_;
  changed_.wait_for(lock, time, [&] { return stopped_ || rung_ != heard; });
  --waiting_;
}

int Bell::waiting() const {
  const std::scoped_lock lock(mutex_);
  return waiting_;
}

bool Bell::stopped() const {
  const std::scoped_lock lock(mutex_);
  return stopped_;
}

std::shared_ptr<std::atomic<bool>> Followers::Follow(const std::string& analysis) {
  auto flag = std::make_shared<std::atomic<bool>>(true);
  const std::scoped_lock lock(mutex_);
  std::erase_if(flags_, [](const auto& entry) { return entry.second.expired(); });
  flags_.emplace(analysis, flag);
  return flag;
}

void Followers::Tell(const std::string& analysis) {
  const std::scoped_lock lock(mutex_);
  const auto [begin, end] = flags_.equal_range(analysis);
  for (auto at = begin; at != end; ++at) {
    if (const auto flag = at->second.lock()) *flag = true;
  }
}

void Context::RingForJob() {
  jobs.Ring();
  fixtures.Ring();
}

void Context::TellOfJob() {
  RingForJob();
  if (news) news->Say({News::Kind::kJob});
}

void Context::TellOfDelivery() {
  webhooks.Ring();
  if (news) news->Say({News::Kind::kDelivery});
}

void Context::TellOfAnalysis(const std::string& id) {
  followers.Tell(id);
  if (news) news->Say({News::Kind::kAnalysis, id});
}

void Context::Listen() {
  if (!news) return;
  NewsChannel::Ears ears;
  ears.hear = [this](const News& what) {
    switch (what.kind) {
      case News::Kind::kJob:
        return RingForJob();
      case News::Kind::kDelivery:
        return webhooks.Ring();
      case News::Kind::kAnalysis:
        return followers.Tell(what.id);
    }
  };
  if (options.jobs > 0) ears.idle = [this] { return jobs.waiting(); };
  news->Listen(std::move(ears));
}

const Plan& Context::PlanOf(std::string_view name) const {
  const auto at = plans.find(name);
  return at == plans.end() ? strictest : at->second;
}

const Plan& Context::PlanOfProject(SqlConnection& sql, const std::string& project) const {
  const auto found = sql(
      "SELECT o.plan FROM project p JOIN organization o ON o.id = p.organization WHERE p.id = $1",
      project);
  return PlanOf(found.One() ? found.One()->Text(0) : "");
}

Ongoing::Turn::Turn(Ongoing& ongoing, std::string name)
    : ongoing_(ongoing), name_(std::move(name)) {
  const std::scoped_lock lock(ongoing_.mutex_);
  mine_ = ongoing_.names_.insert(name_).second;
}

Ongoing::Turn::~Turn() {
  if (!mine_) return;
  const std::scoped_lock lock(ongoing_.mutex_);
  ongoing_.names_.erase(name_);
}

std::filesystem::path Context::SparePath() const { return options.work_dir / RandomHex(16); }

std::string SubjectOf(std::string_view athlete, std::string_view other) {
  return std::string(athlete.empty() ? other : athlete);
}

void InsertEvent(Context& context, SqlConnection& sql, const std::string& project, bool test,
                 std::string_view type, const std::string& athlete, const std::string& source,
                 const Json& data) {
  const auto id = NewId("evt");
  const auto subject = SubjectOf(athlete, project);
  sql("INSERT INTO event (id, project, test, type, athlete, source, subject, sealed, created_us)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      id, project, test, type, athlete.empty() ? std::nullopt : std::optional(athlete), source,
      subject, context.vault->Seal(subject, "event:" + id, data.dump()), NowUs());
  const auto endpoints =
      sql("SELECT id, event_types FROM webhook_endpoint WHERE project = $1 AND test = $2 AND"
          " enabled = 1",
          project, test);
  for (const auto& row : endpoints.rows) {
    const auto wanted = Words(row.Text(1));
    if (std::ranges::find(wanted, type) == wanted.end()) continue;
    sql("INSERT INTO delivery (id, endpoint, event, status, next_us) VALUES ($1, $2, $3,"
        " 'pending', $4)",
        NewId("dlv"), row.Text(0), id, NowUs());
  }
}

void InsertAudit(SqlConnection& sql, const std::string& project, std::string_view actor,
                 std::string_view action, std::string_view target, std::string_view athlete,
                 std::string_view request_id) {
  // Only a key is of test mode; what an operator or the page does is live.
  sql("INSERT INTO audit (id, project, at_us, actor, action, target, athlete, request_id, test)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8,"
      " coalesce((SELECT test FROM api_key WHERE id = $4), 0))",
      NewId("aud"), project, NowUs(), actor, action, target,
      athlete.empty() ? std::nullopt : std::optional(athlete),
      request_id.empty() ? std::nullopt : std::optional(request_id));
}

void InsertGarbage(SqlConnection& sql, std::string_view blob, std::int64_t after_us) {
  sql("INSERT INTO garbage (blob, after_us) VALUES ($1, $2) ON CONFLICT (blob) DO UPDATE SET"
      " after_us = $2",
      blob, after_us);
}

void DoomKey(SqlConnection& sql, std::string_view subject) {
  sql("INSERT INTO doomed_key (subject) VALUES ($1) ON CONFLICT DO NOTHING", subject);
}

void DestroyDoomedKeys(Context& context) {
  try {
    for (bool more = true; more;) {
      const auto doomed = Need(context.records->Read([](SqlConnection& sql) {
        return sql(fmt::format("SELECT subject FROM doomed_key LIMIT {}", kKeysAtATime));
      }));
      if (doomed.rows.empty()) return;
      for (const auto& row : doomed.rows) context.vault->Destroy(row.Text(0));
      Need(context.records->Write([&](SqlConnection& sql) {
        for (const auto& row : doomed.rows)
          sql("DELETE FROM doomed_key WHERE subject = $1", row.Text(0));
      }));
      more = doomed.rows.size() == kKeysAtATime;
    }
  } catch (const Refused& refused) {
    Log(LogLevel::kError, "platform_failed", {{"message", refused.error().message}});
  }
}

Month MonthOf(std::int64_t now_us) {
  namespace chrono = std::chrono;
  const chrono::sys_days day(chrono::days(now_us / kDay_us));
  const chrono::year_month_day date(day);
  const auto us = [](chrono::year_month month) {
    return chrono::sys_days(month / chrono::day(1)).time_since_epoch().count() * kDay_us;
  };
  const auto month = date.year() / date.month();
  return {fmt::format("{:04}-{:02}", static_cast<int>(date.year()),
                      static_cast<unsigned>(date.month())),
          us(month), us(month + chrono::months(1))};
}

namespace {

[[noreturn]] void RefuseUsedUp(std::string_view what, std::int64_t limit, const Month& month) {
  Refuse(ErrorCode::kQuotaExceeded, fmt::format("the plan allows {} {} a month; {}{}", limit, what,
                                                kWaitUntil, Rfc3339(month.end_us)));
}

}  // namespace

void CheckUse(SqlConnection& sql, const std::string& project, std::string_view what,
              std::optional<std::int64_t> limit, std::int64_t now_us) {
  const auto month = MonthOf(now_us);
  const auto found = sql("SELECT used FROM usage WHERE project = $1 AND period = $2 AND what = $3",
                         project, month.name, what);
  const auto used = found.One() ? found.One()->Number(0) : 0;
  if (limit && used >= *limit) RefuseUsedUp(what, *limit, month);
}

void CountUse(SqlConnection& sql, const std::string& project, std::string_view what,
              std::optional<std::int64_t> limit, std::int64_t now_us) {
  const auto month = MonthOf(now_us);
  const auto answer =
      sql("INSERT INTO usage (project, period, what, used) VALUES ($1, $2, $3, 1)"
          " ON CONFLICT (project, period, what) DO UPDATE SET used = usage.used + 1"
          " RETURNING used",
          project, month.name, what);
  if (limit && answer.rows.at(0).Number(0) > *limit) RefuseUsedUp(what, *limit, month);
}

std::int64_t UploadBytes(SqlConnection& sql, const std::string& project, bool test,
                         std::int64_t now_us) {
  // PostgreSQL sums whole numbers into a type of its own.
  return sql("SELECT CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM upload WHERE project = $1 AND"
             " test = $2 AND status IN ('open', 'complete') AND expires_us > $3",
             project, test, now_us)
      .rows.at(0)
      .Number(0);
}

std::int64_t UploadBytesExpire(SqlConnection& sql, const std::string& project, bool test,
                               std::int64_t bytes, std::int64_t now_us) {
  return sql("SELECT min(expires_us) FROM (SELECT expires_us, sum(bytes) OVER (ORDER BY expires_us)"
             " AS freed FROM upload WHERE project = $1 AND test = $2 AND"
             " status IN ('open', 'complete') AND expires_us > $3) q WHERE freed >= $4",
             project, test, now_us, bytes)
      .rows.at(0)
      .Number(0);
}

void TakeBackUse(SqlConnection& sql, const std::string& project, std::string_view what,
                 std::int64_t counted_us) {
  sql("UPDATE usage SET used = used - 1 WHERE project = $1 AND period = $2 AND what = $3 AND"
      " used > 0",
      project, MonthOf(counted_us).name, what);
}

void TakeBackUnbegun(SqlConnection& sql, const std::string& analysis) {
  const auto found =
      sql("SELECT project, created_us FROM analysis WHERE id = $1 AND test = 0 AND status ="
          " 'queued' AND started_us IS NULL",
          analysis);
  if (const auto* row = found.One()) TakeBackUse(sql, row->Text(0), "analyses", row->Number(1));
}

bool IsOver(const SqlRow& row, std::size_t column, std::int64_t now_us) {
  return row.MaybeNumber(column).value_or(now_us + 1) <= now_us ||
         row.MaybeNumber(column + 1).value_or(now_us + 1) <= now_us;
}

std::optional<std::string> CheckKey(SqlConnection& sql, const std::string& actor,
                                    std::int64_t now_us) {
  const auto found = sql("SELECT scopes, expires_us, revoked_us FROM api_key WHERE id = $1", actor);
  const auto* key = found.One();
  if (key ? IsOver(*key, 1, now_us) : IsId("key", actor))
    Refuse(ErrorCode::kUnauthorized, "the key was revoked, has expired or was deleted");
  return key ? std::optional(key->Text(0)) : std::nullopt;
}

bool IsMinor(std::string_view birth_date, std::int64_t now_us) {
  const int year = std::stoi(std::string(birth_date.substr(0, 4)));
  // As texts, which are in the order of the days.
  const auto of_age = fmt::format("{:04}{}", year + 18, birth_date.substr(4));
  return Rfc3339(now_us).substr(0, of_age.size()) < of_age;
}

void CheckConsent(Context& context, SqlConnection& sql, const std::string& project,
                  const std::string& athlete, std::int64_t now_us) {
  const auto policy = sql("SELECT consent FROM project WHERE id = $1", project);
  if (!policy.One())
    Refuse(ErrorCode::kUnauthorized, "the project was deleted, and its keys with it");
  if (policy.One()->Text(0) != "required") return;
  const auto person = sql("SELECT sealed FROM athlete WHERE id = $1", athlete);
  if (!person.One())
    Refuse(ErrorCode::kConsentRequired, "the project asks for consent: name the athlete_id");
  const auto known =
      Json::parse(context.vault->Open(athlete, "athlete:" + athlete, person.One()->Bytes(0)));
  const bool minor = known.contains("birth_date") &&
                     IsMinor(known["birth_date"].get_ref<const std::string&>(), now_us);
  const auto given =
      sql("SELECT id FROM consent WHERE athlete = $1 AND withdrawn_us IS NULL AND guardian >= $2"
          " AND given_us <= $3",
          athlete, minor, now_us);
  if (given.rows.empty()) {
    Refuse(ErrorCode::kConsentRequired, fmt::format("there is no consent in force{} for {}",
                                                    minor ? " of a guardian" : "", athlete));
  }
}

void DeleteSourceRows(SqlConnection& sql, const std::string& analysis) {
  const auto now = NowUs();
  const auto parts =
      sql("DELETE FROM source_part WHERE analysis = $1 RETURNING blob, subject", analysis);
  std::set<std::string> uploads;
  for (const auto& row : parts.rows) {
    InsertGarbage(sql, row.Text(0), now);
    if (row.Text(1).starts_with("upl_")) uploads.insert(row.Text(1));
  }
  for (const auto& upload : uploads) {
    sql("DELETE FROM upload WHERE id = $1", upload);
    DoomKey(sql, upload);
  }
}

void DeleteAnalysisRows(SqlConnection& sql, const std::string& id) {
  DoomKey(sql, id);
  const auto now = NowUs();
  const auto files = sql("SELECT name FROM analysis_file WHERE analysis = $1", id);
  for (const auto& row : files.rows) InsertGarbage(sql, "analysis/" + id + "/" + row.Text(0), now);
  DeleteSourceRows(sql, id);
  TakeBackUnbegun(sql, id);
  sql("DELETE FROM event WHERE source = $1", id);
  sql("DELETE FROM job WHERE id = $1", id);
  sql("DELETE FROM analysis WHERE id = $1", id);
}

void DeleteAthleteRows(SqlConnection& sql, const std::string& id) {
  DoomKey(sql, id);
  const auto analyses = sql("SELECT id FROM analysis WHERE athlete = $1", id);
  for (const auto& row : analyses.rows) DeleteAnalysisRows(sql, row.Text(0));
  sql("DELETE FROM rep WHERE session IN (SELECT id FROM session WHERE athlete = $1)", id);
  sql("DELETE FROM session WHERE athlete = $1", id);
  sql("DELETE FROM event WHERE athlete = $1", id);
  sql("DELETE FROM ticket WHERE athlete = $1", id);
  sql("DELETE FROM idempotency WHERE athlete = $1", id);
  sql("DELETE FROM audit WHERE athlete = $1", id);
  sql("DELETE FROM athlete WHERE id = $1", id);
}

void DeleteSessionRows(SqlConnection& sql, const std::string& id) {
  DoomKey(sql, id);
  sql("DELETE FROM event WHERE source = $1", id);
  sql("DELETE FROM rep WHERE session = $1", id);
  sql("DELETE FROM session WHERE id = $1", id);
}

void DeleteUploadRows(SqlConnection& sql, const std::string& id) {
  DoomKey(sql, id);
  const auto parts = sql("SELECT number FROM upload_part WHERE upload = $1", id);
  for (const auto& part : parts.rows)
    InsertGarbage(sql, fmt::format("upload/{}/{}", id, part.Number(0)), NowUs());
  sql("DELETE FROM upload WHERE id = $1", id);
}

std::string Join(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const auto& word : words) {
    if (!text.empty()) text += between;
    text += word;
  }
  return text;
}

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

}  // namespace plyo::service
