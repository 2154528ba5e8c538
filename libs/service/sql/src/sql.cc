#include "plyo/service/sql.h"

#include <fmt/format.h>

namespace plyo::service {
namespace {

template <typename Value>
const Value& Get(const SqlValue& value) {
  const auto* got = std::get_if<Value>(&value);
  if (!got) Refuse(ErrorCode::kStoreFailed, "a column of the database is of another type");
  return *got;
}

std::string Translate(std::string_view step, const SqlDialect& dialect) {
  return fmt::format(fmt::runtime(step), fmt::arg("int", dialect.integer),
                     fmt::arg("real", dialect.real), fmt::arg("bytes", dialect.bytes),
                     fmt::arg("table", dialect.table_tail));
}

}  // namespace

const std::string& SqlRow::Text(std::size_t column) const {
  return Get<std::string>(values_[column]);
}
const std::string& SqlRow::Bytes(std::size_t column) const {
  return Get<SqlBytes>(values_[column]).bytes;
}
std::int64_t SqlRow::Number(std::size_t column) const { return Get<std::int64_t>(values_[column]); }
double SqlRow::Real(std::size_t column) const {
  if (const auto* whole = std::get_if<std::int64_t>(&values_[column]))
    return static_cast<double>(*whole);
  return Get<double>(values_[column]);
}
std::optional<std::string> SqlRow::MaybeText(std::size_t column) const {
  return IsNull(column) ? std::nullopt : std::optional(Text(column));
}
std::optional<std::int64_t> SqlRow::MaybeNumber(std::size_t column) const {
  return IsNull(column) ? std::nullopt : std::optional(Number(column));
}

std::string SqlDialect::TakeRowsOf(std::string_view table) const {
  return fmt::format(fmt::runtime(take_rows), table);
}

Result<void> Migrate(SqlDatabase& database, const std::vector<std::string_view>& steps,
                     std::string_view name, std::int64_t oldest) {
  return database.Write([&](SqlConnection& sql) {
    sql.Script(
        Translate("CREATE TABLE IF NOT EXISTS schema_version (version {int} NOT NULL){table};"
                  "CREATE TABLE IF NOT EXISTS schema_oldest (version {int} NOT NULL){table}",
                  sql.dialect()));
    const auto version_of = [&](const char* query) -> std::optional<std::int64_t> {
      const auto answer = sql(query);
      const auto* row = answer.One();
      return row ? std::optional(row->Number(0)) : std::nullopt;
    };
    const auto stored = version_of("SELECT version FROM schema_version");
    const auto version = stored.value_or(0);
    // Before this was told, a program had to know all of them.
    const auto needed = version_of("SELECT version FROM schema_oldest").value_or(version);
    const auto newest = static_cast<std::int64_t>(steps.size());
    if (needed > newest) {
      Refuse(ErrorCode::kStoreFailed,
             fmt::format("{}: written by a newer Plyo (schema {}, for programs that know {}; this "
                         "one knows {})",
                         name, version, needed, newest));
    }
    if (version > newest) return;
    for (auto step = version; step < newest; ++step)
      sql.Script(Translate(steps[static_cast<std::size_t>(step)], sql.dialect()));
    if (stored == newest && needed == oldest) return;
    sql.Script("DELETE FROM schema_version; DELETE FROM schema_oldest");
    sql("INSERT INTO schema_version (version) VALUES ($1)", newest);
    sql("INSERT INTO schema_oldest (version) VALUES ($1)", oldest);
  });
}

}  // namespace plyo::service
