#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "plyo/base/error.h"

namespace plyo::service {

/// A prepared statement on its way: values bound in order, then rows read. Texts are not copied
/// when they are bound, so they must live until the last Step().
class Statement {
 public:
  Statement(sqlite3* database, const char* sql);

  Statement& Bind(std::string_view text);
  Statement& Bind(std::int64_t number);
  /// True: there is a row to read. False: done.
  Result<bool> Step();
  /// For statements without rows.
  Result<void> Run();

  bool IsNull(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
  }
  std::string Text(int column) const;
  std::int64_t Number(int column) const { return sqlite3_column_int64(statement_.get(), column); }

 private:
  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement_{nullptr, sqlite3_finalize};
  int bound_ = 0;
  int status_ = SQLITE_OK;
};

/// A connection. Not thread safe.
class Database {
 public:
  static Result<Database> Open(const std::filesystem::path& file);

  Statement Prepare(const char* sql) { return {handle_.get(), sql}; }
  Result<void> Execute(const char* sql);
  int Changes() const { return sqlite3_changes(handle_.get()); }

 private:
  std::unique_ptr<sqlite3, int (*)(sqlite3*)> handle_{nullptr, sqlite3_close_v2};
};

/// Rolls back unless it was committed.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database) {}
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// Takes the lock for writing at once, so that what is read in it stays true.
  Result<void> Begin();
  Result<void> Commit();

 private:
  Database& database_;
  bool open_ = false;
};

}  // namespace plyo::service
