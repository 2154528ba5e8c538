#include "postgres_connection.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <cstdlib>

namespace plyo::service {
namespace {

// Types of pg_type.dat; their numbers are the same in every server.
constexpr pqxx::oid kBool = 16, kBytea = 17, kInt8 = 20, kInt2 = 21, kInt4 = 23, kFloat4 = 700,
                    kFloat8 = 701, kNumeric = 1700;

std::string HexOf(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex = "\\x";
  hex.reserve(2 + 2 * bytes.size());
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    hex += kDigits[value >> 4U];
    hex += kDigits[value & 15U];
  }
  return hex;
}

/// As text, whose type the server knows by the place.
std::optional<std::string> TextOf(const SqlValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (text->find('\0') != std::string::npos)
      Refuse(ErrorCode::kInvalidArgument, "a text has a NUL in it");
    return *text;
  }
  if (const auto* blob = std::get_if<SqlBytes>(&value)) return HexOf(blob->bytes);
  return std::nullopt;
}

std::string BytesOf(const pqxx::field& field) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  const std::string_view hex(field.c_str(), field.size());
  if (!hex.starts_with("\\x")) Refuse(ErrorCode::kStoreFailed, "bytea_output is not hex");
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t at = 2; at + 1 < hex.size(); at += 2)
    bytes += static_cast<char>(digit(hex[at]) * 16 + digit(hex[at + 1]));
  return bytes;
}

SqlValue ValueOf(const pqxx::field& field, pqxx::oid type) {
  if (field.is_null()) return std::monostate{};
  const std::string_view text(field.c_str(), field.size());
  switch (type) {
    case kBool:
      return std::int64_t{text == "t"};
    case kInt2:
    case kInt4:
    case kInt8:
    case kNumeric: {
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (error == std::errc() && end == text.data() + text.size()) return number;
      return std::strtod(field.c_str(), nullptr);
    }
    case kFloat4:
    case kFloat8:
      return std::strtod(field.c_str(), nullptr);
    case kBytea:
      return SqlBytes{BytesOf(field)};
    default:
      return std::string(text);
  }
}

}  // namespace

SqlAnswer PostgresConnection::Run(std::string_view sql, const std::vector<SqlValue>& values) {
  std::vector<std::optional<std::string>> texts;
  std::vector<const char*> parameters;
  texts.reserve(values.size());
  parameters.reserve(values.size());
  for (const auto& value : values) {
    const auto& text = texts.emplace_back(TextOf(value));
    parameters.push_back(text ? text->c_str() : nullptr);
  }
  const auto result =
      transaction_.exec_params(std::string(sql), pqxx::prepare::make_dynamic_params(parameters));
  SqlAnswer answer;
  answer.changes = static_cast<std::int64_t>(result.affected_rows());
  for (const auto& row : result) {
    std::vector<SqlValue> columns;
    columns.reserve(row.size());
    for (pqxx::row::size_type at = 0; at < row.size(); ++at)
      columns.push_back(ValueOf(row[at], result.column_type(at)));
    answer.rows.emplace_back(std::move(columns));
  }
  return answer;
}

void PostgresConnection::Script(std::string_view sql) { transaction_.exec(std::string(sql)); }

const SqlDialect& PostgresConnection::dialect() const {
  static constexpr SqlDialect kDialect = {.integer = "BIGINT",
                                          .real = "DOUBLE PRECISION",
                                          .bytes = "BYTEA",
                                          .table_tail = "",
                                          .take_rows = "FOR NO KEY UPDATE OF {} SKIP LOCKED"};
  return kDialect;
}

}  // namespace plyo::service
