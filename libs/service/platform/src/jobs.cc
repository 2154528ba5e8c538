#include "jobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <fstream>
#include <iterator>
#include <mutex>
#include <thread>

#include "analyses.h"
#include "athletes.h"
#include "fixtures.h"
#include "http_client.h"
#include "ids.h"
#include "job_process.h"
#include "plyo/digest/sha256.h"
#include "plyo/service/caller_message.h"
#include "plyo/service/log.h"
#include "plyo/service/read_json.h"
#include "plyo/service/store.h"

namespace plyo::service {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t kLease_us = 30'000'000;
constexpr std::int64_t kRenew_us = 5'000'000;
constexpr std::int64_t kTell_us = 500'000;  // progress into the records
constexpr int kMostCrashes = 3;             // that somebody saw: of the process, not of its owner
/// Of waits up to the longest: hours, in which a store may come back.
constexpr int kMostAttempts = 100;
constexpr double kLongestWait_s = 300;
constexpr std::size_t kMostValues = 10'000'000;  // in a result
constexpr std::uint64_t kMostFetched = std::uint64_t{4} << 30;

struct Job {
  std::string id, kind, project, owner;
  std::int64_t attempts = 0;
  std::int64_t began_us = NowUs();
  std::string sport{};
};

/// The files that an analysis may give, in the order in which they are listed.
struct Output {
  std::string_view name, content_type;
};
constexpr std::array<Output, 6> kOutputs = {{
    {"result.json", "application/json"},
    {"metrics.csv", "text/csv"},
    {"report.html", "text/html"},
    {"overlay.mp4", "video/mp4"},
    {"landmarks.csv", "text/csv"},
    {"motion.csv", "text/csv"},
}};

/// A folder of its own that goes with it.
class Folder {
 public:
  explicit Folder(fs::path path) : path_(std::move(path)) {
    std::error_code error;
    fs::create_directories(path_, error);
    fs::permissions(path_, fs::perms::owner_all, error);
    if (error) Refuse(ErrorCode::kDiskFull, path_.string() + ": " + error.message());
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  const fs::path path_;
};

/// The projects that wait. From project to project through the index: a queue is long because few
/// projects have many jobs, and grouping would read them all each time.
constexpr std::string_view kWaiting =
    "WITH RECURSIVE waiting (priority, project) AS ("
    "  SELECT 1, (SELECT min(project) FROM job WHERE state = 'queued' AND priority = 1)"
    "  UNION ALL"
    "  SELECT 0, (SELECT min(project) FROM job WHERE state = 'queued' AND priority = 0)"
    "  UNION ALL"
    "  SELECT w.priority, (SELECT min(j.project) FROM job j WHERE j.state = 'queued'"
    "    AND j.priority = w.priority AND j.project > w.project)"
    "  FROM waiting w WHERE w.project IS NOT NULL)";

/// Those whose turn it may be: of those with the most urgent job the ones for which least is done.
constexpr std::string_view kTurns =
    " SELECT q.project, q.priority FROM (SELECT w.priority, w.project,"
    "    (SELECT count(*) FROM job r WHERE r.state = 'running' AND r.project = w.project) AS busy,"
    "    (SELECT min(j.run_after_us) FROM job j WHERE j.state = 'queued'"
    "      AND j.priority = w.priority AND j.project = w.project) AS first"
    "  FROM waiting w WHERE w.project IS NOT NULL) q"
    " WHERE q.first <= $1 ORDER BY q.priority DESC, q.busy, q.first LIMIT 8";

/// One of that project and priority.
constexpr std::string_view kNext =
    "SELECT id, kind, attempts FROM job WHERE state = 'queued' AND project = $1 AND run_after_us <="
    " $2 AND priority = $3 ORDER BY run_after_us, id LIMIT 1 ";

/// Fixtures are the analyses of test mode, which an index finds among any number of others. One is
/// done in no time, so that chance is fair enough between projects.
constexpr std::string_view kNextFixture =
    "SELECT job.id, job.kind, job.attempts FROM analysis a JOIN job ON job.id = a.id WHERE"
    " a.project = $1 AND a.test = 1 AND a.status IN ('queued', 'running') AND"
    " job.state = 'queued' AND job.run_after_us <= $2 ORDER BY job.run_after_us, job.id LIMIT 1 ";
constexpr std::string_view kFixtureTurns =
    " SELECT q.project FROM (SELECT DISTINCT project FROM waiting) q WHERE EXISTS (SELECT 1 FROM"
    " analysis a JOIN job j ON j.id = a.id WHERE a.project = q.project AND a.test = 1 AND"
    " a.status IN ('queued', 'running') AND j.state = 'queued' AND j.run_after_us <= $1)"
    " ORDER BY random() LIMIT 8";

std::optional<Job> Claim(Context& context, const std::string& owner, Claims claims) {
  return Need(context.records->Take([&](SqlConnection& sql) -> std::optional<Job> {
    const auto now = NowUs();
    // What somebody held who is gone is done again.
    sql("UPDATE job SET state = 'queued', worker = NULL, lease_until_us = NULL WHERE state ="
        " 'running' AND lease_until_us < $1",
        now);
    const bool fixtures = claims == Claims::kFixtures;
    const auto rows = sql.dialect().TakeRowsOf("job");
    const auto projects =
        sql(fmt::format("{}{}", kWaiting, fixtures ? kFixtureTurns : kTurns), now);
    for (const auto& row : projects.rows) {
      const auto next =
          fixtures ? sql(fmt::format("{}{}", kNextFixture, rows), row.Text(0), now)
                   : sql(fmt::format("{}{}", kNext, rows), row.Text(0), now, row.Number(1));
      if (!next.One()) continue;  // another one has taken it
      Job job{next.One()->Text(0), next.One()->Text(1), row.Text(0), owner,
              next.One()->Number(2) + 1};
      sql("UPDATE job SET state = 'running', worker = $2, lease_until_us = $3, attempts = $4"
          " WHERE id = $1",
          job.id, owner, now + kLease_us, job.attempts);
      job.sport =
          sql("UPDATE analysis SET status = 'running', started_us = coalesce(started_us, $2)"
              " WHERE id = $1 RETURNING sport",
              job.id, now)
              .rows.at(0)
              .Text(0);
      return job;
    }
    return std::nullopt;
  }));
}

bool StillMine(SqlConnection& sql, const Job& job) {
  const auto found =
      sql("SELECT 1 FROM job WHERE id = $1 AND state = 'running' AND worker = $2 AND attempts = $3",
          job.id, job.owner, job.attempts);
  return found.One() != nullptr;
}

/// Renews the lease: another one who thinks us dead cannot take the job while the transaction is
/// open. False where it is ours no more.
bool HoldOn(SqlConnection& sql, const Job& job) {
  const auto held = sql(
      "UPDATE job SET lease_until_us = $4 WHERE id = $1 AND state = 'running' AND worker = $2 AND"
      " attempts = $3",
      job.id, job.owner, job.attempts, NowUs() + kLease_us);
  return held.changes > 0;
}

/// From here on the blob goes after a day, unless its row says by then that it belongs to the
/// analysis. Throws Refused where the job is ours no more.
void AnnounceBlob(Context& context, const Job& job, const std::string& blob) {
  Need(context.records->Write([&](SqlConnection& sql) {
    if (!HoldOn(sql, job)) Refuse(ErrorCode::kConflict, "the job is another one's, or over");
    InsertGarbage(sql, blob, NowUs() + 86'400'000'000);
  }));
}

/// Keeps the lease and tells how far it is, from a thread of its own. Knows when the job is ours no
/// more: it was cancelled, deleted, or taken by another one who thought us dead.
class Holding {
 public:
  Holding(Context& context, const Job& job)
      : context_(context), job_(job), thread_([this] { Run(); }) {}
  ~Holding() {
    {
      const std::scoped_lock lock(mutex_);
      over_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }
  Holding(const Holding&) = delete;
  Holding& operator=(const Holding&) = delete;

  void Progress(double share) { share_ = share; }
  bool KeepOn() const { return mine_ && !context_.jobs.stopped(); }

 private:
  void Run() {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, std::chrono::microseconds(kTell_us), [&] { return over_; })) {
      lock.unlock();
      Look(NowUs());
      lock.lock();
    }
  }

  void Look(std::int64_t now) {
    const double share = share_;
    const bool news = share > told_share_;
    const bool renew = news || now - renewed_us_ > kRenew_us;
    const auto held =
        renew ? context_.records->Write([&](SqlConnection& sql) { return Renew(sql, share); })
              : context_.records->Read([&](SqlConnection& sql) { return StillMine(sql, job_); });
    // A store that is away for a while does not end the work; the lease decides.
    if (!held) return;
    mine_ = *held;
    if (!renew || !mine_) return;
    renewed_us_ = now;
    told_share_ = share;
    if (news) context_.TellOfAnalysis(job_.id);
  }

  bool Renew(SqlConnection& sql, double share) {
    if (!HoldOn(sql, job_)) return false;
    sql("UPDATE analysis SET progress = $2 WHERE id = $1 AND progress < $2", job_.id, share);
    return true;
  }

  Context& context_;
  const Job& job_;
  std::atomic<double> share_ = 0;
  std::atomic<bool> mine_ = true;
  double told_share_ = 0;
  std::int64_t renewed_us_ = NowUs();
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::thread thread_;
};

/// For the figures, once it is committed; `outcome` is empty where the job was ours no more.
void Ended(Context& context, const Job& job, std::string_view outcome) {
  if (outcome.empty()) return;
  context.figures.AnalysisEnded(job.sport, outcome,
                                static_cast<double>(NowUs() - job.began_us) * 1e-6);
}

/// What went wrong is told, and sent to webhooks.
void EndFailed(Context& context, SqlConnection& sql, const Job& job, const Error& error) {
  EndAnalysis(context, sql, job.id, "failed", Error{error.code, CallerMessage(error)});
}

void Fail(Context& context, const Job& job, const Error& error) {
  const bool ours = Need(context.records->Write([&](SqlConnection& sql) {
    if (!HoldOn(sql, job)) return false;
    EndFailed(context, sql, job, error);
    return true;
  }));
  Ended(context, job, ours ? "failed" : "");
}

/// Why a job is to be done again.
enum class Again {
  kCrashed,  ///< it failed by itself, and may do so each time
  kStore,    ///< a store is away or full, for this job and the next
  kStopped,  ///< the server stops
};

/// Later again, or given up where it crashed or was begun often enough. The row of a job that was
/// given up stays as a dead letter.
void TryAgain(Context& context, const Job& job, const Error& error, Again why) {
  const auto outcome = Need(context.records->Write([&](SqlConnection& sql) -> std::string_view {
    if (!HoldOn(sql, job)) return "";
    const auto crashes =
        sql("UPDATE job SET crashes = crashes + $2 WHERE id = $1 RETURNING crashes", job.id,
            why == Again::kCrashed)
            .rows.at(0)
            .Number(0);
    if ((why == Again::kCrashed && crashes >= kMostCrashes) ||
        (why == Again::kStore && job.attempts >= kMostAttempts)) {
      EndFailed(context, sql, job, error);
      sql("INSERT INTO job (id, kind, project, priority, state, attempts, crashes, run_after_us,"
          " last_error) VALUES ($1, $2, $3, 0, 'dead', $4, $5, $6, $7)",
          job.id, job.kind, job.project, job.attempts, crashes, NowUs(), error.message);
      return "failed";
    }
    const auto wait_s = [&](std::int64_t times) {
      return std::min(kLongestWait_s,
                      context.options.job_retry_s * std::pow(4.0, static_cast<double>(times - 1)));
    };
    const double wait = why == Again::kStopped   ? 0
                        : why == Again::kCrashed ? wait_s(crashes)
                                                 : wait_s(job.attempts);
    sql("UPDATE job SET state = 'queued', worker = NULL, lease_until_us = NULL, run_after_us = $2,"
        " last_error = $3 WHERE id = $1",
        job.id, NowUs() + static_cast<std::int64_t>(wait * 1e6), error.message);
    sql("UPDATE analysis SET status = 'queued', progress = 0 WHERE id = $1", job.id);
    return "retried";
  }));
  Ended(context, job, outcome);
}

/// A file of the folder among the blobs, sealed, and what its row says.
struct Stored {
  const Output* output = nullptr;
  std::uint64_t bytes = 0;
  std::string sha256;
};

std::vector<Stored> StoreOutputs(Context& context, const Job& job, const std::string& subject,
                                 const fs::path& folder) {
  std::vector<Stored> stored;
  for (const auto& output : kOutputs) {
    const auto file = folder / output.name;
    std::error_code error;
    if (!fs::is_regular_file(fs::symlink_status(file, error))) continue;
    const auto blob = BlobOf(job.id, std::string(output.name));
    AnnounceBlob(context, job, blob);
    const SpareFile sealed(context);
    context.vault->SealFile(subject, file, sealed.path());
    Need(context.blobs->Put(blob, sealed.path()));
    stored.push_back({&output, fs::file_size(file), Need(Sha256OfFile(file))});
  }
  return stored;
}

/// In one transaction: the files, the state, the event. Whoever comes second changes nothing.
void Complete(Context& context, const Job& job, const std::string& subject,
              const std::vector<Stored>& stored, const Json& result) {
  const bool ours = Need(context.records->Write([&](SqlConnection& sql) {
    if (!HoldOn(sql, job)) return false;
    int place = 0;
    for (const auto& file : stored) {
      sql("INSERT INTO analysis_file (analysis, name, place, content_type, bytes, sha256) VALUES"
          " ($1, $2, $3, $4, $5, $6)",
          job.id, file.output->name, ++place, file.output->content_type, file.bytes, file.sha256);
      sql("DELETE FROM garbage WHERE blob = $1", BlobOf(job.id, std::string(file.output->name)));
    }
    sql("UPDATE analysis SET progress = 1, summary = $2 WHERE id = $1", job.id,
        context.vault->Seal(subject, "summary:" + job.id, SummaryOf(result).dump()));
    EndAnalysis(context, sql, job.id, "completed", std::nullopt);
    return true;
  }));
  Ended(context, job, ours ? "completed" : "");
}

/// What the record says, for the process: no ids, no names.
struct Task {  // NOLINT(bugprone-exception-escape): a Json may be moved
  Json spec{};
  Json given{};
  std::string subject;
  std::string source_type;
};

/// It was looked at when the analysis was asked for, and may have been withdrawn since.
std::optional<Error> ConsentMissing(Context& context, const std::string& id) {
  const auto looked = context.records->Read([&](SqlConnection& sql) {
    const auto found = sql("SELECT project, athlete FROM analysis WHERE id = $1", id);
    if (const auto* row = found.One())
      CheckConsent(context, sql, row->Text(0), row->MaybeText(1).value_or(""), NowUs());
  });
  if (looked) return std::nullopt;
  if (looked.error().code != ErrorCode::kConsentRequired) throw Refused(looked.error());
  return looked.error();
}

Task ReadTask(Context& context, const std::string& id) {
  return Need(context.records->Read([&](SqlConnection& sql) {
    const auto found =
        sql("SELECT sport, athlete, subject, sealed, source_type, project, test FROM analysis "
            "WHERE id ="
            " $1",
            id);
    const auto* row = found.One();
    if (!row) Refuse(ErrorCode::kNotFound, "the analysis was deleted");
    Task task;
    task.subject = row->Text(2);
    task.source_type = row->Text(4);
    auto kept = Json::parse(context.vault->Open(task.subject, "analysis:" + id, row->Bytes(3)));
    if (kept.contains("given")) task.given = kept["given"];
    Json person = Json::object();
    if (!row->IsNull(1)) {
      const Json athlete = ReadAthlete(context, sql, row->Text(5), row->True(6), row->Text(1));
      for (const char* name : {"height_m", "mass_kg", "sex", "name"}) {
        if (athlete.contains(name)) person[name] = athlete[name];
      }
    }
    person.update(kept.value("athlete", Json::object()));
    task.spec = {{"sport", row->Text(0)}, {"athlete", person}};
    for (const char* name : {"model", "capture_fps", "parameters", "outputs", "blur_faces"}) {
      if (kept.contains(name)) task.spec[name] = kept[name];
    }
    return task;
  }));
}

/// Into `input` of the folder; a fetched video becomes the analysis' source, as if it had come.
void BringSource(Context& context, const Job& job, const Task& task, const fs::path& input,
                 const Holding& holding) {
  const bool fetched = Need(context.records->Read([&](SqlConnection& sql) {
    return sql("SELECT 1 FROM source_part WHERE analysis = $1", job.id).One() != nullptr;
  }));
  if (task.source_type != "url" || fetched) return OpenSource(context, job.id, input);
  const auto url = task.given["url"].get<std::string>();
  const auto host = HostOfAddress(url);
  if (std::ranges::find(context.options.fetch_hosts, host) == context.options.fetch_hosts.end()) {
    Refuse(ErrorCode::kAddressRefused,
           fmt::format("videos are not fetched from {}; the operator lists hosts with --fetch-host",
                       host));
  }
  const auto reply = CallHttp({.url = url,
                               .time = std::chrono::minutes(30),
                               .most_bytes = kMostFetched,
                               .to_file = input,
                               .private_addresses = context.options.private_addresses,
                               .cancelled = [&] { return !holding.KeepOn(); }});
  if (!reply) throw Refused(reply.error());
  if (reply->status != 200)
    Refuse(ErrorCode::kFetchFailed, fmt::format("{} answered {}", host, reply->status));
  const auto blob = BlobOf(job.id, "source.bin");
  const SpareFile sealed(context);
  context.vault->SealFile(job.id, input, sealed.path());
  AnnounceBlob(context, job, blob);
  Need(context.blobs->Put(blob, sealed.path()));
  Need(context.records->Write([&](SqlConnection& sql) {
    if (!HoldOn(sql, job)) Refuse(ErrorCode::kConflict, "the job is another one's, or over");
    sql("INSERT INTO source_part (analysis, place, blob, subject) VALUES ($1, 1, $2, $1) ON "
        "CONFLICT"
        " DO NOTHING",
        job.id, blob);
    sql("UPDATE analysis SET source_bytes = $2 WHERE id = $1", job.id,
        static_cast<std::int64_t>(fs::file_size(input)));
    sql("DELETE FROM garbage WHERE blob = $1", blob);
  }));
}

void RunFixture(Context& context, const Job& job, const Task& task) {
  const auto fixture = FixtureOf(task.given["name"].get<std::string>());
  if (fixture.error) return Fail(context, job, *fixture.error);
  const Folder folder(context.SparePath());
  for (const auto& [name, text] : fixture.files)
    std::ofstream(folder.path() / name, std::ios::binary) << text;
  const auto wanted = task.spec.value("outputs", Json::array());
  if (context.options.render_report && std::ranges::find(wanted, Json("report")) != wanted.end()) {
    std::ofstream(folder.path() / "report.html", std::ios::binary)
        << Need(context.options.render_report(fixture.files.at("result.json")));
  }
  const auto stored = StoreOutputs(context, job, task.subject, folder.path());
  Complete(context, job, task.subject, stored, Json::parse(fixture.files.at("result.json")));
}

void RunAnalysis(Context& context, const Job& job, const Task& task, Holding& holding) {
  const Folder folder(context.SparePath());
  try {
    BringSource(context, job, task, folder.path() / "input", holding);
  } catch (const Refused& refused) {
    if (!holding.KeepOn()) return;
    const auto code = refused.error().code;
    // What is wrong with the address stays wrong; the store may come back.
    if (code == ErrorCode::kAddressRefused || code == ErrorCode::kFetchFailed ||
        code == ErrorCode::kNotFound) {
      return Fail(context, job, refused.error());
    }
    throw;
  }
  std::ofstream(folder.path() / "job.json") << task.spec.dump();
  fs::create_directory(folder.path() / "out");
  const auto end = RunJobProcess(
      context, folder.path(), [&](double share) { holding.Progress(share); },
      [&] { return holding.KeepOn(); });
  switch (end.kind) {
    case JobEnd::Kind::kStopped:
      // Ours no more, or the server stops: then another one goes on at once.
      if (context.jobs.stopped())
        TryAgain(context, job, {ErrorCode::kShuttingDown, "the server went down"}, Again::kStopped);
      return;
    case JobEnd::Kind::kCrashed:
      return TryAgain(context, job, end.error, Again::kCrashed);
    case JobEnd::Kind::kLimit:
      return Fail(context, job, end.error);
    case JobEnd::Kind::kFailed: {
      const auto code = end.error.code;
      const bool ours = code == ErrorCode::kDiskFull || code == ErrorCode::kInternal ||
                        code == ErrorCode::kInferenceFailed ||
                        code == ErrorCode::kOutputNotWritable;
      return ours ? TryAgain(context, job, end.error, Again::kCrashed)
                  : Fail(context, job, end.error);
    }
    case JobEnd::Kind::kDone:
      break;
  }
  const auto stored = StoreOutputs(context, job, task.subject, folder.path() / "out");
  std::ifstream result(folder.path() / "out/result.json", std::ios::binary);
  const auto document =
      ReadJson(std::string(std::istreambuf_iterator<char>(result), {}), kMostValues);
  if (!document || !document->is_object())
    return TryAgain(context, job, {ErrorCode::kAnalysisCrashed, "the process left no result"},
                    Again::kCrashed);
  Complete(context, job, task.subject, stored, *document);
}

}  // namespace

bool RunNextJob(Context& context, const std::string& owner, Claims claims) {
  const auto job = Claim(context, owner, claims);
  if (!job) return false;
  context.TellOfAnalysis(job->id);
  try {
    Holding holding(context, *job);
    const auto task = ReadTask(context, job->id);
    if (job->attempts > kMostAttempts) {
      // Whoever had it was gone before it was done, every time.
      Fail(context, *job,
           {ErrorCode::kAnalysisCrashed, "the analysis ended its process every time"});
    } else if (const auto missing = ConsentMissing(context, job->id)) {
      Fail(context, *job, *missing);
    } else if (job->kind == "fixture") {
      RunFixture(context, *job, task);
    } else {
      RunAnalysis(context, *job, task, holding);
    }
  } catch (const Refused& refused) {
    const bool taken =
        refused.error().code == ErrorCode::kConflict;  // cancelled, or by another one
    Log(taken ? LogLevel::kInfo : LogLevel::kError, "job_failed",
        {{"analysis", job->id}, {"message", refused.error().message}});
    TryAgain(context, *job, refused.error(),
             MayPass(refused.error()) ? Again::kStore : Again::kCrashed);
  } catch (const std::exception& error) {
    // Left as it is, the analysis would be running until its lease ends, and again after it.
    Log(LogLevel::kError, "job_failed", {{"analysis", job->id}, {"message", error.what()}});
    TryAgain(context, *job, {ErrorCode::kInternal, "the result could not be taken in"},
             Again::kCrashed);
  }
  context.TellOfAnalysis(job->id);
  context.TellOfDelivery();
  Log(LogLevel::kInfo, "job",
      {{"analysis", job->id},
       {"attempt", job->attempts},
       {"seconds", static_cast<double>(NowUs() - job->began_us) * 1e-6}});
  return true;
}

}  // namespace plyo::service
