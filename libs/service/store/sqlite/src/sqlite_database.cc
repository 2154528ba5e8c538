#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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
  void Transact(SqlTransaction kind, const std::function<void(SqlConnection&)>& work) override {
    if (kind != SqlTransaction::kRead) {
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

Result<void> CopySqlite(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (!fs::is_regular_file(from, error))
    return Fail(ErrorCode::kFileNotFound, from.string() + ": there is no such file");
  const auto aside = fs::path(to.string() + ".part");
  fs::create_directories(fs::absolute(to).parent_path(), error);
  fs::remove(aside, error);
  try {
    {
      SqliteConnection connection(from);
      connection.Run("VACUUM INTO $1", {ToSql(aside.string())});
    }
    SqliteConnection copy(aside);
    const auto sound = copy.Run("PRAGMA integrity_check", {}).rows.at(0).Text(0);
    if (sound != "ok")
      Refuse(ErrorCode::kStoreFailed, to.string() + ": the copy is damaged: " + sound);
    copy.Script("PRAGMA journal_mode = DELETE");
  } catch (const Refused& refused) {
    fs::remove(aside, error);
    return tl::unexpected(refused.error());
  }
  fs::permissions(aside, fs::perms::owner_read | fs::perms::owner_write, error);
  fs::rename(aside, to, error);
  if (error) return Fail(ErrorCode::kStoreFailed, to.string() + ": " + error.message());
  return {};
}

Result<std::unique_ptr<SqlDatabase>> OpenSqlite(const fs::path& file) {
  try {
    // SQLite gives its journals the permissions that the file has when it is opened. One that
    // cannot be made is SQLite's to explain.
    const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (made >= 0) {
      const bool kept = ::fchmod(made, 0600) == 0;
      ::close(made);
      if (!kept)
        return Fail(ErrorCode::kStoreFailed, file.string() + ": its permissions cannot be set");
    }
    return std::make_unique<SqliteDatabase>(file);
  } catch (const Refused& refused) {
    return tl::unexpected(refused.error());
  }
}

}  // namespace plyo::service
