#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/service/sql.h"

namespace plyo::service {

/// One connection; its statements are prepared once. Not thread safe.
class SqliteConnection final : public SqlConnection {
 public:
  /// Throws Refused with kStoreFailed.
  explicit SqliteConnection(const std::filesystem::path& file);

  SqlAnswer Run(std::string_view sql, const std::vector<SqlValue>& values) override;
  void Script(std::string_view sql) override;
  const SqlDialect& dialect() const override;

 private:
  using Statement = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;

  sqlite3_stmt* Prepared(std::string_view sql);
  [[noreturn]] void Fail(int status) const;

  std::unique_ptr<sqlite3, int (*)(sqlite3*)> handle_{nullptr, sqlite3_close_v2};
  std::map<std::string, Statement, std::less<>> statements_;
};

}  // namespace plyo::service
