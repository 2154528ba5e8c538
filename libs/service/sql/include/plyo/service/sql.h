#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "plyo/service/refused.h"

namespace plyo::service {

struct SqlBytes {
  std::string bytes;
};
using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string, SqlBytes>;

/// A C++ value as one of a statement; an empty optional is NULL, a truth value 0 or 1.
inline SqlValue ToSql(SqlBytes value) { return value; }
inline SqlValue ToSql(std::string value) { return value; }
inline SqlValue ToSql(std::string_view value) { return std::string(value); }
inline SqlValue ToSql(const char* value) { return std::string(value); }
template <typename Number>
  requires std::is_arithmetic_v<Number>
SqlValue ToSql(Number value) {
  if constexpr (std::is_floating_point_v<Number>) {
    return static_cast<double>(value);
  } else {
    return static_cast<std::int64_t>(value);
  }
}
template <typename Value>
SqlValue ToSql(const std::optional<Value>& value) {
  return value ? ToSql(*value) : SqlValue{};
}

/// One row of an answer. Columns are read as what they were selected as.
class SqlRow {
 public:
  explicit SqlRow(std::vector<SqlValue> values) : values_(std::move(values)) {}

  bool IsNull(std::size_t column) const {
    return std::holds_alternative<std::monostate>(values_[column]);
  }
  const std::string& Text(std::size_t column) const;
  const std::string& Bytes(std::size_t column) const;
  std::int64_t Number(std::size_t column) const;
  double Real(std::size_t column) const;
  bool True(std::size_t column) const { return Number(column) != 0; }
  std::optional<std::string> MaybeText(std::size_t column) const;
  std::optional<std::int64_t> MaybeNumber(std::size_t column) const;

 private:
  std::vector<SqlValue> values_;
};

struct SqlAnswer {
  std::vector<SqlRow> rows;
  std::int64_t changes = 0;  ///< rows that were inserted, updated or deleted

  /// The only row, or nothing.
  const SqlRow* One() const { return rows.empty() ? nullptr : &rows.front(); }
};

/// Where the engines differ.
struct SqlDialect {
  std::string_view integer;     ///< type of 64 bits
  std::string_view real;        ///< type of a double
  std::string_view bytes;       ///< type of bytes
  std::string_view table_tail;  ///< behind the columns of a table
  std::string_view take_rows;   ///< behind a SELECT inside of Take(); {} is a table of it

  /// Behind a SELECT, whose rows of that table (or alias) this transaction takes: others pass over
  /// them until it ends.
  std::string TakeRowsOf(std::string_view table) const;
};

/// Inside one transaction. Every call may wait, and throws what is to pass on its way to Read(),
/// Write() or Take(); there it becomes kStoreFailed, kDiskFull or, where a row would come twice,
/// kConflict. Not thread safe.
class SqlConnection {
 public:
  virtual ~SqlConnection() = default;

  /// One statement; $1, $2, ... stand for the values.
  virtual SqlAnswer Run(std::string_view sql, const std::vector<SqlValue>& values) = 0;
  /// Statements without values and rows.
  virtual void Script(std::string_view sql) = 0;
  virtual const SqlDialect& dialect() const = 0;

  template <typename... Values>
  SqlAnswer operator()(std::string_view sql, Values&&... values) {
    return Run(sql, {ToSql(std::forward<Values>(values))...});
  }
};

enum class SqlTransaction : std::uint8_t { kRead, kWrite, kTake };

/// A database. Thread safe; calls may wait. One transaction is never begun inside another one of
/// the same database.
class SqlDatabase {
 public:
  virtual ~SqlDatabase() = default;

  /// `work(SqlConnection&)` in a transaction that changes nothing.
  template <typename Work>
  auto Read(const Work& work) {
    return Within(work, SqlTransaction::kRead);
  }
  /// `work(SqlConnection&)` in a transaction that is committed when it returns and on the disk
  /// when this returns, or undone when it throws. It sees what it would see if nobody else wrote at
  /// the time. It may be called again where the engine asks for it, so it changes nothing beside.
  template <typename Work>
  auto Write(const Work& work) {
    return Within(work, SqlTransaction::kWrite);
  }
  /// Like Write(), for rows that many want and each may have, taken by SqlDialect::TakeRowsOf():
  /// they do not wait for each other. Only of the rows that it has taken is it sure: between two of
  /// its statements others may change the rest.
  template <typename Work>
  auto Take(const Work& work) {
    return Within(work, SqlTransaction::kTake);
  }

 protected:
  /// Throws Refused.
  virtual void Transact(SqlTransaction kind, const std::function<void(SqlConnection&)>& work) = 0;

 private:
  template <typename Work>
  auto Within(const Work& work, SqlTransaction kind)
      -> Result<std::invoke_result_t<const Work&, SqlConnection&>> {
    using Value = std::invoke_result_t<const Work&, SqlConnection&>;
    try {
      if constexpr (std::is_void_v<Value>) {
        Transact(kind, work);
        return {};
      } else {
        std::optional<Value> value;
        Transact(kind, [&](SqlConnection& sql) { value.emplace(work(sql)); });
        return std::move(*value);
      }
    } catch (const Refused& refused) {
      return tl::unexpected(refused.error());
    }
  }
};

/// Brings a database from the version that it has to the newest: step i leads from version i to
/// i + 1, and what was released is never changed. In a step, {int}, {real}, {bytes} and {table}
/// stand for what the dialect calls them. `oldest`: how many of the steps a program has to know at
/// the least to work on what they lead to. A newer database is left as it is, and refused with
/// kStoreFailed where it asks for more steps than these: while a release comes, that before it
/// works beside it.
Result<void> Migrate(SqlDatabase& database, const std::vector<std::string_view>& steps,
                     std::string_view name, std::int64_t oldest = 1);

}  // namespace plyo::service
