#pragma once

#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/service/sql.h"

namespace plyo::service {

/// Inside one transaction of libpqxx; lets its exceptions pass, for PostgresDatabase to judge.
class PostgresConnection final : public SqlConnection {
 public:
  explicit PostgresConnection(pqxx::transaction_base& transaction) : transaction_(transaction) {}

  SqlAnswer Run(std::string_view sql, const std::vector<SqlValue>& values) override;
  void Script(std::string_view sql) override;
  const SqlDialect& dialect() const override;

 private:
  pqxx::transaction_base& transaction_;
};

}  // namespace plyo::service
