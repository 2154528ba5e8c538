#include "sqlite_connection.h"

#include <fmt/format.h>

#include <cstdint>

namespace plyo::service {
namespace {

int Bind(sqlite3_stmt* statement, int at, const SqlValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return sqlite3_bind_int64(statement, at, *number);
  if (const auto* real = std::get_if<double>(&value))
    return sqlite3_bind_double(statement, at, *real);
  if (const auto* text = std::get_if<std::string>(&value))
    return sqlite3_bind_text64(statement, at, text->data(), text->size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  if (const auto* blob = std::get_if<SqlBytes>(&value))
    return sqlite3_bind_blob64(statement, at, blob->bytes.data(), blob->bytes.size(),
                               SQLITE_STATIC);
  return sqlite3_bind_null(statement, at);
}

SqlValue Column(sqlite3_stmt* statement, int at) {
  const auto bytes = [&](const void* data) {
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, at));
    return data ? std::string(static_cast<const char*>(data), size) : std::string();
  };
  switch (sqlite3_column_type(statement, at)) {
    case SQLITE_INTEGER:
      return static_cast<std::int64_t>(sqlite3_column_int64(statement, at));
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, at);
    case SQLITE_TEXT:
      return bytes(sqlite3_column_text(statement, at));
    case SQLITE_BLOB:
      return SqlBytes{bytes(sqlite3_column_blob(statement, at))};
    default:
      return std::monostate{};
  }
}

/// What was left in a statement would be held for as long as it is kept.
class Reset {
 public:
  explicit Reset(sqlite3_stmt* statement) : statement_(statement) {}
  ~Reset() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Reset(const Reset&) = delete;
  Reset& operator=(const Reset&) = delete;

 private:
  sqlite3_stmt* statement_;
};

}  // namespace

SqliteConnection::SqliteConnection(const std::filesystem::path& file) {
  sqlite3* handle = nullptr;
  const int status =
      sqlite3_open_v2(file.c_str(), &handle,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(handle);
  if (status != SQLITE_OK) {
    Refuse(ErrorCode::kStoreFailed, fmt::format("{}: {}", file.string(), sqlite3_errstr(status)));
  }
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, 5000);  // another instance writes
  Script(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
      "PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY");
}

void SqliteConnection::Fail(int status) const {
  const char* file = sqlite3_db_filename(handle_.get(), "main");
  const auto message =
      fmt::format("{}: {}", file && *file ? file : "database", sqlite3_errmsg(handle_.get()));
  switch (status) {
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_ROWID:
      Refuse(ErrorCode::kConflict, message);
    default:
      Refuse((status & 0xFF) == SQLITE_FULL ? ErrorCode::kDiskFull : ErrorCode::kStoreFailed,
             message);
  }
}

sqlite3_stmt* SqliteConnection::Prepared(std::string_view sql) {
  if (const auto at = statements_.find(sql); at != statements_.end()) return at->second.get();
  sqlite3_stmt* made = nullptr;
  const int status = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &made, nullptr);
  if (status != SQLITE_OK) Fail(status);
  statements_.emplace(sql, Statement(made, sqlite3_finalize));
  return made;
}

SqlAnswer SqliteConnection::Run(std::string_view sql, const std::vector<SqlValue>& values) {
  sqlite3_stmt* statement = Prepared(sql);
  const Reset reset(statement);
  for (std::size_t i = 0; i < values.size(); ++i) {
    // By name: a value may stand in a statement more than once, and in any order.
    const int at = sqlite3_bind_parameter_index(statement, fmt::format("${}", i + 1).c_str());
    if (at == 0) continue;
    if (const int status = Bind(statement, at, values[i]); status != SQLITE_OK) Fail(status);
  }
  SqlAnswer answer;
  const int columns = sqlite3_column_count(statement);
  for (;;) {
    const int status = sqlite3_step(statement);
    if (status == SQLITE_DONE) break;
    if (status != SQLITE_ROW) Fail(status);
    std::vector<SqlValue> row;
    row.reserve(static_cast<std::size_t>(columns));
    for (int at = 0; at < columns; ++at) row.push_back(Column(statement, at));
    answer.rows.emplace_back(std::move(row));
  }
  answer.changes = sqlite3_changes64(handle_.get());
  return answer;
}

void SqliteConnection::Script(std::string_view sql) {
  const int status =
      sqlite3_exec(handle_.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr);
  if (status != SQLITE_OK) Fail(status);
}

const SqlDialect& SqliteConnection::dialect() const {
  static constexpr SqlDialect kDialect = {.integer = "INTEGER",
                                          .real = "REAL",
                                          .bytes = "BLOB",
                                          .table_tail = " STRICT",
                                          .take_rows = ""};
  return kDialect;
}

}  // namespace plyo::service
