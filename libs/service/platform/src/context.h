#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "contract.h"
#include "figures.h"
#include "plyo/service/platform.h"
#include "vault.h"

namespace plyo::service {

using contract::Json;

inline constexpr std::string_view kDefaultProject = "prj_default";

/// What a plan allows; nothing: as much as one likes.
struct Plan {
  std::optional<std::int64_t> analyses_per_month{};
  std::optional<std::int64_t> live_sessions_per_month{};
  std::optional<std::int64_t> webhook_endpoints{};
  std::optional<std::int64_t> upload_bytes{};  ///< of uploads that no analysis has taken yet
  std::int64_t requests_per_minute = 6000;
};

/// Of the catalogue, what a request is checked by.
struct KnownSport {
  std::map<std::string, std::pair<double, double>, std::less<>> parameters;  ///< range by id
  std::set<std::string, std::less<>> metrics;                                ///< their ids
};

/// Wakes threads that wait for work.
class Bell {
 public:
  void Ring();
  void Stop();  ///< for good
  /// How often it has rung.
  std::uint64_t rung() const;
  /// Until it has rung more often than `heard` times, is stopped or the time is over.
  void Wait(std::chrono::milliseconds time, std::uint64_t heard);
  bool stopped() const;
  int waiting() const;  ///< threads

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t rung_ = 0;
  int waiting_ = 0;
  bool stopped_ = false;
};

/// Who follows an analysis from this instance. Thread safe.
class Followers {
 public:
  /// Set where there is news of that analysis, for as long as it is kept.
  std::shared_ptr<std::atomic<bool>> Follow(const std::string& analysis);
  void Tell(const std::string& analysis);

 private:
  std::mutex mutex_;
  std::multimap<std::string, std::weak_ptr<std::atomic<bool>>> flags_;
};

/// What is being done in this process, each thing by one thread at a time. Thread safe.
class Ongoing {
 public:
  /// One thread's turn, which ends with this; it has none where another one is at it.
  class Turn {
   public:
    Turn(Ongoing& ongoing, std::string name);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    explicit operator bool() const { return mine_; }

   private:
    Ongoing& ongoing_;
    const std::string name_;
    bool mine_ = false;
  };

 private:
  std::mutex mutex_;
  std::set<std::string> names_;
};

/// What the parts of the platform share.
struct Context {
  PlatformOptions options;
  std::unique_ptr<SqlDatabase> records;
  std::unique_ptr<Vault> vault;
  std::unique_ptr<Blobs> blobs;
  std::map<std::string, Plan, std::less<>> plans;
  Plan strictest;  ///< the lowest of all limits, for a plan that is not among them
  std::map<std::string, KnownSport, std::less<>> sports;
  Bell jobs;      ///< rings when there may be a job
  Bell fixtures;  ///< likewise, for who takes fixtures alone
  Bell webhooks;  ///< rings when there may be a delivery
  Followers followers;
  Ongoing checks;  ///< of the digests of uploads, by id
  Figures figures;
  std::unique_ptr<NewsChannel> news;  ///< nothing: there is none

  // To be said once it is committed; here and to the other instances.
  void TellOfJob();
  void RingForJob();  ///< here alone
  void TellOfDelivery();
  void TellOfAnalysis(const std::string& id);
  /// Begins to hear what others say.
  void Listen();

  const Plan& PlanOf(std::string_view name) const;
  const Plan& PlanOfProject(SqlConnection& sql, const std::string& project) const;
  /// A path in the folder for passing files, of its own.
  std::filesystem::path SparePath() const;
};

/// A file in the folder for passing files, which goes with this, unless somebody took it over.
class SpareFile {
 public:
  explicit SpareFile(const Context& context) : path_(context.SparePath()) {}
  ~SpareFile() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove(path_, ignored);
  }
  SpareFile(const SpareFile&) = delete;
  SpareFile& operator=(const SpareFile&) = delete;
  const std::filesystem::path& path() const { return path_; }
  /// Whoever has the path now removes the file.
  std::filesystem::path Release() { return std::exchange(path_, {}); }

 private:
  std::filesystem::path path_;
};

/// What was begun for a person or a project and is to be kept with that one's key.
std::string SubjectOf(std::string_view athlete, std::string_view other);

/// Says that something happened, to every endpoint that wants to know, when the transaction is
/// committed. `source`: the id of what it happened to. TellOfDelivery() afterwards.
void InsertEvent(Context& context, SqlConnection& sql, const std::string& project, bool test,
                 std::string_view type, const std::string& athlete, const std::string& source,
                 const Json& data);

void InsertAudit(SqlConnection& sql, const std::string& project, std::string_view actor,
                 std::string_view action, std::string_view target, std::string_view athlete,
                 std::string_view request_id);

/// The blob is deleted once that time has come; from then on no row may name it.
void InsertGarbage(SqlConnection& sql, std::string_view blob, std::int64_t after_us);

/// Nothing of the subject is to be read any more, once this is committed and DestroyDoomedKeys()
/// has done it: the keys lie in a database of their own, which may be away just then.
void DoomKey(SqlConnection& sql, std::string_view subject);
/// Outside of a transaction. What cannot be done stays for housekeeping, and is logged.
void DestroyDoomedKeys(Context& context);

/// What a refusal with kQuotaExceeded ends with where time lifts the limit; Rfc3339() follows.
inline constexpr std::string_view kWaitUntil = "wait until ";

/// What a live session counts as. Each mode has a month of its own: a key of test mode, which lies
/// open more easily, takes nothing from the live one.
constexpr std::string_view LiveSessionUse(bool test) {
  return test ? "test_live_sessions" : "live_sessions";
}

/// Whether one more of something is allowed in this month, without counting it. Throws Refused with
/// kQuotaExceeded.
void CheckUse(SqlConnection& sql, const std::string& project, std::string_view what,
              std::optional<std::int64_t> limit, std::int64_t now_us);
/// Counts one more of something in this month. Throws Refused with kQuotaExceeded.
void CountUse(SqlConnection& sql, const std::string& project, std::string_view what,
              std::optional<std::int64_t> limit, std::int64_t now_us);
/// Of the uploads of a project, in that mode, that wait for their parts or for an analysis.
std::int64_t UploadBytes(SqlConnection& sql, const std::string& project, bool test,
                         std::int64_t now_us);
/// When so many of these bytes will have expired, which are not more than there are.
std::int64_t UploadBytesExpire(SqlConnection& sql, const std::string& project, bool test,
                               std::int64_t bytes, std::int64_t now_us);
/// Counts one less of what was counted at that time.
void TakeBackUse(SqlConnection& sql, const std::string& project, std::string_view what,
                 std::int64_t counted_us);
/// Counts an analysis no more that nobody has begun with; before it is cancelled or deleted.
void TakeBackUnbegun(SqlConnection& sql, const std::string& analysis);
/// The month of a time, its beginning and end: "2026-11".
struct Month {
  std::string name;
  std::int64_t begin_us = 0, end_us = 0;
};
Month MonthOf(std::int64_t now_us);

/// Whether a key has expired or was revoked; its columns expires_us and revoked_us begin there.
bool IsOver(const SqlRow& row, std::size_t column, std::int64_t now_us);

/// The scopes of who came by a key; nothing for whom the front knows, who has none. Throws Refused
/// with kUnauthorized where the key was revoked, has expired or went with its project.
std::optional<std::string> CheckKey(SqlConnection& sql, const std::string& actor,
                                    std::int64_t now_us);

/// Whether who was born on that day ("2008-11-30") is not yet 18 on the day of a time, in UTC; who
/// was born on 29 February becomes it on 1 March.
bool IsMinor(std::string_view birth_date, std::int64_t now_us);

/// Throws Refused with kConsentRequired where the project asks for consent and the athlete has
/// given none that is in force, or a minor has one that no guardian gave; with kUnauthorized where
/// the project was deleted meanwhile.
void CheckConsent(Context& context, SqlConnection& sql, const std::string& project,
                  const std::string& athlete, std::int64_t now_us);

/// The source of an analysis, with the upload that it came as.
void DeleteSourceRows(SqlConnection& sql, const std::string& analysis);
/// Rows of one analysis, athlete, session or upload, with all that hangs on them; their keys are
/// doomed.
void DeleteAnalysisRows(SqlConnection& sql, const std::string& id);
void DeleteAthleteRows(SqlConnection& sql, const std::string& id);
void DeleteSessionRows(SqlConnection& sql, const std::string& id);
void DeleteUploadRows(SqlConnection& sql, const std::string& id);

std::string Join(const std::vector<std::string>& words, std::string_view between = " ");
std::vector<std::string> Words(std::string_view text);

}  // namespace plyo::service
