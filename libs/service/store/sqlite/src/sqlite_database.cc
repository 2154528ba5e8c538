#include <sys/stat.h>

#include <mutex>

#include "plyo/service/store/sqlite.h"
#include "sqlite_connection.h"

namespace plyo::service {
namespace {
namespace fs = std::filesystem;

constexpr std::size_t kReaders = 4;

class SqliteDatabase final : public SqlDatabase {
 public:
  explicit SqliteDatabase(fs::path file) : file_(std::move(file)), writer_(file_) {
    AdoptOldVersion();
  }

 private:
  void Transact(bool writes, const std::function<void(SqlConnection&)>& work) override {
    if (writes) {
      const std::scoped_lock lock(writing_);
      // Takes the lock at once, so that what is read in it stays true.
      return Within(writer_, "BEGIN IMMEDIATE", work);
    }
    auto reader = TakeReader();
    Within(*reader, "BEGIN", work);
    const std::scoped_lock lock(mutex_);
    if (readers_.size() < kReaders) readers_.push_back(std::move(reader));
  }

  static void Within(SqliteConnection& connection, std::string_view begin,
                     const std::function<void(SqlConnection&)>& work) {
    connection.Script(begin);
    try {
      work(connection);
      connection.Script("COMMIT");
    } catch (...) {
      try {
        connection.Script("ROLLBACK");
      } catch (const Refused&) {  // SQLite has rolled back by itself
      }
      throw;
    }
  }

  std::unique_ptr<SqliteConnection> TakeReader() {
    {
      const std::scoped_lock lock(mutex_);
      if (!readers_.empty()) {
        auto reader = std::move(readers_.back());
        readers_.pop_back();
        return reader;
      }
    }
    return std::make_unique<SqliteConnection>(file_);
  }

  /// The first releases kept the version in the file's header; what stands there now keeps them
  /// from opening what they do not know.
  void AdoptOldVersion() {
    constexpr std::int64_t kElsewhere = 1'000'000;
    Need(Write([&](SqlConnection& sql) {
      const auto version = sql("PRAGMA user_version").rows.at(0).Number(0);
      if (version == kElsewhere) return;
      if (version > 0) {
        sql.Script("CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT");
        sql("INSERT INTO schema_version (version) VALUES ($1)", version);
      }
      sql.Script("PRAGMA user_version = " + std::to_string(kElsewhere));
    }));
  }

  const fs::path file_;
  std::mutex writing_;
  SqliteConnection writer_;
  std::mutex mutex_;  ///< of readers_
  std::vector<std::unique_ptr<SqliteConnection>> readers_;
};

}  // namespace

Result<std::unique_ptr<SqlDatabase>> OpenSqlite(const fs::path& file) {
  try {
    auto database = std::make_unique<SqliteDatabase>(file);
    // SQLite gives the journal the permissions of the file.
    if (::chmod(file.c_str(), 0600) != 0)
      return Fail(ErrorCode::kStoreFailed, file.string() + ": its permissions cannot be set");
    return database;
  } catch (const Refused& refused) {
    return tl::unexpected(refused.error());
  }
}

}  // namespace plyo::service
