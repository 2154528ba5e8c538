#include "plyo/service/store/sqlite_store.h"

#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>

#include <array>
#include <mutex>
#include <utility>

#include "database.h"

namespace plyo::service {
namespace {

/// Step i brings version i to i + 1; what was released is never changed.
constexpr std::array kMigrations = {
    "CREATE TABLE session ("
    "  id TEXT PRIMARY KEY, sport TEXT NOT NULL, hello TEXT NOT NULL, created_us INTEGER NOT NULL,"
    "  epoch INTEGER NOT NULL, token_hash TEXT NOT NULL, token_expires_us INTEGER NOT NULL,"
    "  result TEXT NOT NULL DEFAULT '', ended INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE TABLE rep ("
    "  session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE, rep_index INTEGER NOT NULL,"
    "  message TEXT NOT NULL, PRIMARY KEY (session, rep_index)) STRICT, WITHOUT ROWID;",
    "ALTER TABLE session ADD COLUMN first_capture_us INTEGER;",
};

Result<void> Migrate(Database& database, const std::filesystem::path& file) {
  Transaction transaction(database);
  if (auto begun = transaction.Begin(); !begun) return begun;
  std::int64_t version = 0;
  {
    auto statement = database.Prepare("PRAGMA user_version");
    const auto row = statement.Step();
    if (!row) return tl::unexpected(row.error());
    version = statement.Number(0);
  }
  const auto newest = static_cast<std::int64_t>(kMigrations.size());
  if (version > newest) {
    return Fail(ErrorCode::kStoreFailed,
                fmt::format("{}: written by a newer Plyo (schema {}, this one knows {})",
                            file.string(), version, newest));
  }
  for (auto step = version; step < newest; ++step) {
    if (auto done = database.Execute(kMigrations[static_cast<std::size_t>(step)]); !done)
      return done;
  }
  if (auto set = database.Execute(fmt::format("PRAGMA user_version = {}", newest).c_str()); !set)
    return set;
  return transaction.Commit();
}

bool EqualInConstantTime(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(Database database) : database_(std::move(database)) {}

  Result<void> Create(const NewSession& session) override {
    const std::scoped_lock lock(mutex_);
    return database_
        .Prepare(
            "INSERT INTO session (id, sport, hello, created_us, epoch, token_hash,"
            " token_expires_us) VALUES (?, ?, ?, ?, 1, ?, ?)")
        .Bind(session.id)
        .Bind(session.sport)
        .Bind(session.hello_json)
        .Bind(session.now_us)
        .Bind(session.resume_token_hash)
        .Bind(session.token_expires_us)
        .Run();
  }

  Result<void> CheckToken(const std::string& id, std::string_view token_hash,
                          std::int64_t now_us) override {
    const std::scoped_lock lock(mutex_);
    return Check(id, token_hash, now_us);
  }

  Result<StoredSession> Resume(const std::string& id, std::string_view token_hash,
                               std::int64_t now_us, std::int64_t token_expires_us) override {
    const std::scoped_lock lock(mutex_);
    Transaction transaction(database_);
    if (auto begun = transaction.Begin(); !begun) return tl::unexpected(begun.error());
    if (auto checked = Check(id, token_hash, now_us); !checked)
      return tl::unexpected(checked.error());
    if (auto updated = database_
                           .Prepare("UPDATE session SET epoch = epoch + 1, token_expires_us = ?"
                                    " WHERE id = ?")
                           .Bind(token_expires_us)
                           .Bind(id)
                           .Run();
        !updated) {
      return tl::unexpected(updated.error());
    }
    auto session = ReadLocked(id);
    if (!session) return session;
    if (auto committed = transaction.Commit(); !committed) return tl::unexpected(committed.error());
    return session;
  }

  Result<void> SetFirstCapture(const std::string& id, std::int64_t epoch,
                               std::int64_t capture_us) override {
    return Write(id, epoch, [&] {
      return database_
          .Prepare(
              "UPDATE session SET first_capture_us = coalesce(first_capture_us, ?)"
              " WHERE id = ?")
          .Bind(capture_us)
          .Bind(id)
          .Run();
    });
  }

  Result<void> AddRep(const std::string& id, std::int64_t epoch, std::int64_t index,
                      const std::string& json) override {
    return Write(id, epoch, [&] {
      return database_
          .Prepare(
              "INSERT INTO rep (session, rep_index, message) VALUES (?, ?, ?)"
              " ON CONFLICT DO NOTHING")
          .Bind(id)
          .Bind(index)
          .Bind(json)
          .Run();
    });
  }

  Result<void> Finish(const std::string& id, std::int64_t epoch,
                      const std::string& result_json) override {
    return Write(id, epoch, [&] {
      return database_.Prepare("UPDATE session SET result = ?, ended = 1 WHERE id = ?")
          .Bind(result_json)
          .Bind(id)
          .Run();
    });
  }

  Result<void> ExtendTokens(const std::vector<std::string>& ids,
                            std::int64_t token_expires_us) override {
    const std::scoped_lock lock(mutex_);
    Transaction transaction(database_);
    if (auto begun = transaction.Begin(); !begun) return begun;
    for (const auto& id : ids) {
      if (auto updated = database_
                             .Prepare("UPDATE session SET token_expires_us ="
                                      " max(token_expires_us, ?) WHERE id = ? AND ended = 0")
                             .Bind(token_expires_us)
                             .Bind(id)
                             .Run();
          !updated) {
        return updated;
      }
    }
    return transaction.Commit();
  }

  Result<StoredSession> Read(const std::string& id) override {
    const std::scoped_lock lock(mutex_);
    return ReadLocked(id);
  }

 private:
  /// What only the session's current epoch may do.
  template <typename Change>
  Result<void> Write(const std::string& id, std::int64_t epoch, const Change& change) {
    const std::scoped_lock lock(mutex_);
    Transaction transaction(database_);
    if (auto begun = transaction.Begin(); !begun) return begun;
    if (auto current = CheckEpoch(id, epoch); !current) return current;
    if (auto done = change(); !done) return done;
    return transaction.Commit();
  }

  Result<void> Check(const std::string& id, std::string_view token_hash, std::int64_t now_us) {
    auto statement = database_.Prepare(
        "SELECT token_hash, token_expires_us FROM session WHERE id = ? AND ended = 0");
    const auto row = statement.Bind(id).Step();
    if (!row) return tl::unexpected(row.error());
    // One message for all three: it must not tell which sessions there are.
    if (!*row || !EqualInConstantTime(statement.Text(0), token_hash) ||
        statement.Number(1) < now_us) {
      return Fail(ErrorCode::kSessionNotFound,
                  "there is no such session to be resumed by this token");
    }
    return {};
  }

  Result<void> CheckEpoch(const std::string& id, std::int64_t epoch) {
    auto statement = database_.Prepare("SELECT epoch FROM session WHERE id = ?");
    const auto row = statement.Bind(id).Step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return Fail(ErrorCode::kSessionNotFound, "there is no such session");
    if (statement.Number(0) != epoch)
      return Fail(ErrorCode::kSessionTaken, "the session was resumed over another connection");
    return {};
  }

  Result<StoredSession> ReadLocked(const std::string& id) {
    StoredSession session;
    {
      auto statement = database_.Prepare(
          "SELECT id, sport, hello, created_us, epoch, result, first_capture_us FROM session"
          " WHERE id = ?");
      const auto row = statement.Bind(id).Step();
      if (!row) return tl::unexpected(row.error());
      if (!*row) return Fail(ErrorCode::kSessionNotFound, "there is no such session");
      session.id = statement.Text(0);
      session.sport = statement.Text(1);
      session.hello_json = statement.Text(2);
      session.created_us = statement.Number(3);
      session.epoch = statement.Number(4);
      session.result_json = statement.Text(5);
      if (!statement.IsNull(6)) session.first_capture_us = statement.Number(6);
    }
    auto reps = database_.Prepare(
        "SELECT rep_index, message FROM rep WHERE session = ? ORDER BY rep_index");
    reps.Bind(id);
    for (;;) {
      const auto row = reps.Step();
      if (!row) return tl::unexpected(row.error());
      if (!*row) return session;
      session.reps.push_back({reps.Number(0), reps.Text(1)});
    }
  }

  std::mutex mutex_;
  Database database_;
};

}  // namespace

Result<std::unique_ptr<Store>> OpenSqliteStore(const std::filesystem::path& file) {
  if (sodium_init() < 0) return Fail(ErrorCode::kInternal, "libsodium does not start");
  auto database = Database::Open(file);
  if (!database) return tl::unexpected(database.error());
  // SQLite gives the journal the permissions of the file.
  if (::chmod(file.c_str(), 0600) != 0)
    return Fail(ErrorCode::kStoreFailed, file.string() + ": its permissions cannot be set");
  if (auto migrated = Migrate(*database, file); !migrated) return tl::unexpected(migrated.error());
  return std::make_unique<SqliteStore>(std::move(*database));
}

}  // namespace plyo::service
