#include "database.h"

#include <fmt/format.h>

namespace plyo::service {
namespace {

Error ErrorOf(sqlite3* database, int status) {
  const bool full = (status & 0xFF) == SQLITE_FULL;
  const char* file = database ? sqlite3_db_filename(database, "main") : nullptr;
  return {full ? ErrorCode::kDiskFull : ErrorCode::kStoreFailed,
          fmt::format("{}: {}", file && *file ? file : "database",
                      database ? sqlite3_errmsg(database) : sqlite3_errstr(status))};
}

}  // namespace

Statement::Statement(sqlite3* database, const char* sql) : database_(database) {
  sqlite3_stmt* statement = nullptr;
  status_ = sqlite3_prepare_v2(database, sql, -1, &statement, nullptr);
  statement_.reset(statement);
}

Statement& Statement::Bind(std::string_view text) {
  if (status_ == SQLITE_OK) {
    // An empty view may have no address, which SQLite would take for NULL.
    status_ = sqlite3_bind_text64(statement_.get(), ++bound_, text.empty() ? "" : text.data(),
                                  text.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  return *this;
}

Statement& Statement::Bind(std::int64_t number) {
  if (status_ == SQLITE_OK) status_ = sqlite3_bind_int64(statement_.get(), ++bound_, number);
  return *this;
}

Result<bool> Statement::Step() {
  if (status_ != SQLITE_OK) return tl::unexpected(ErrorOf(database_, status_));
  const int status = sqlite3_step(statement_.get());
  if (status == SQLITE_ROW) return true;
  if (status == SQLITE_DONE) return false;
  return tl::unexpected(ErrorOf(database_, status));
}

Result<void> Statement::Run() {
  auto row = Step();
  if (!row) return tl::unexpected(row.error());
  return {};
}

std::string Statement::Text(int column) const {
  const auto* text = sqlite3_column_text(statement_.get(), column);
  if (!text) return {};
  return {reinterpret_cast<const char*>(text),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Result<Database> Database::Open(const std::filesystem::path& file) {
  Database database;
  sqlite3* handle = nullptr;
  const int status =
      sqlite3_open_v2(file.c_str(), &handle,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  database.handle_.reset(handle);
  if (status != SQLITE_OK) {
    auto error = ErrorOf(handle, status);
    if (!error.message.starts_with(file.string()))
      error.message = file.string() + ": " + error.message;
    return tl::unexpected(std::move(error));
  }
  sqlite3_busy_timeout(handle, 5000);  // another instance writes
  if (auto set = database.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
                                  "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF");
      !set) {
    return tl::unexpected(set.error());
  }
  return database;
}

Result<void> Database::Execute(const char* sql) {
  const int status = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (status != SQLITE_OK) return tl::unexpected(ErrorOf(handle_.get(), status));
  return {};
}

Transaction::~Transaction() {
  if (open_) (void)database_.Execute("ROLLBACK");
}

Result<void> Transaction::Begin() {
  auto begun = database_.Execute("BEGIN IMMEDIATE");
  open_ = begun.has_value();
  return begun;
}

Result<void> Transaction::Commit() {
  auto committed = database_.Execute("COMMIT");
  if (committed) open_ = false;
  return committed;
}

}  // namespace plyo::service
