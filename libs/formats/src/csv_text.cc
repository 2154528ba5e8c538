#include "csv_text.h"

#include <csv.h>
#include <fmt/format.h>

#include <optional>
#include <utility>

namespace plyo::formats {
namespace {

/// What the callbacks of libcsv share.
struct Reading {
  const CsvLimits* limits;
  const std::function<Result<void>(CsvRow&&)>* visit;
  std::string_view name;
  ErrorCode code;
  std::size_t line = 1;
  std::size_t rows = 0;
  CsvRow row;
  std::optional<Error> failure;

  void Refuse(std::size_t where, std::string what) {
    if (!failure) failure = Error{code, fmt::format("{}:{}: {}", name, where, what)};
  }
  /// `begin`: of what was read of the field, as far as it is known.
  void RefuseLongField(std::string_view begin) {
    if (row.fields.empty() && begin.find(';') != std::string_view::npos)
      return Refuse(row.line, std::string(kSemicolons));
    Refuse(row.line, fmt::format("a field of more than {} bytes; is a quotation mark left open?",
                                 limits->field_bytes));
  }
};

void OnField(void* text, std::size_t size, void* data) {
  auto& reading = *static_cast<Reading*>(data);
  if (reading.failure) return;
  auto& row = reading.row;
  if (row.fields.size() == reading.limits->fields) {
    reading.Refuse(row.line, fmt::format("more than {} fields in one row", reading.limits->fields));
    return;
  }
  if (size > reading.limits->field_bytes)
    return reading.RefuseLongField({static_cast<const char*>(text), size});
  row.fields.emplace_back(static_cast<const char*>(text), size);
}

void OnRow(int, void* data) {
  auto& reading = *static_cast<Reading*>(data);
  if (reading.failure) return;
  if (++reading.rows > reading.limits->rows) {
    reading.Refuse(reading.row.line, fmt::format("more than {} rows", reading.limits->rows));
    return;
  }
  if (auto done = (*reading.visit)(std::move(reading.row)); !done) reading.failure = done.error();
  reading.row = {};
}

/// libcsv's parser with its buffer.
class Parser {
 public:
  explicit Parser(char separator) {
    csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&parser_, static_cast<unsigned char>(separator));
  }
  ~Parser() { csv_free(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  bool Feed(std::string_view bytes, Reading& reading) {
    return csv_parse(&parser_, bytes.data(), bytes.size(), OnField, OnRow, &reading) ==
           bytes.size();
  }
  bool End(Reading& reading) { return csv_fini(&parser_, OnField, OnRow, &reading) == 0; }
  /// Bytes of the field that is not yet complete.
  std::size_t Pending() const { return parser_.entry_pos; }

 private:
  csv_parser parser_{};
};

/// The next piece of the file: no more than one line, no more than a buffer.
std::string_view NextPiece(std::istream& in, std::string& buffer) {
  constexpr std::size_t kPiece = 4096;
  buffer.clear();
  for (int c = in.get(); c != std::istream::traits_type::eof(); c = in.get()) {
    buffer.push_back(static_cast<char>(c));
    if (c == '\r' && in.peek() == '\n') continue;
    if (c == '\n' || c == '\r' || buffer.size() >= kPiece) break;
  }
  return buffer;
}

// A reader may drop blanks around a field that is not quoted.
bool IsBlank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

Result<void> ReadCsv(std::istream& in, std::string_view name, ErrorCode code,
                     const CsvLimits& limits, const std::function<Result<void>(CsvRow&&)>& visit,
                     char separator) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  Reading reading{&limits, &visit, name, code, 1, 0, {}, std::nullopt};
  Parser parser(separator);
  std::string buffer;
  bool first = true;
  for (auto piece = NextPiece(in, buffer); !piece.empty(); piece = NextPiece(in, buffer)) {
    const bool line_ends = piece.back() == '\n' || piece.back() == '\r';
    if (first && piece.starts_with(kByteOrderMark)) piece.remove_prefix(kByteOrderMark.size());
    first = false;
    if (reading.row.fields.empty() && parser.Pending() == 0) reading.row.line = reading.line;
    if (piece.find('\0') != std::string_view::npos) {
      reading.Refuse(reading.line, "a zero byte; this is not a text file");
    } else if (!parser.Feed(piece, reading)) {
      reading.Refuse(
          reading.line,
          "a quotation mark inside of an unquoted field; write it twice and quote the field");
    }
    if (parser.Pending() > limits.field_bytes) reading.RefuseLongField(piece);
    if (reading.failure) return tl::unexpected(*reading.failure);
    if (line_ends) ++reading.line;
  }
  if (in.bad())
    return Fail(ErrorCode::kFileUnreadable, fmt::format("{}: cannot be read to its end", name));
  if (!parser.End(reading))
    reading.Refuse(reading.row.line, "the file ends inside of a quoted field");
  if (reading.failure) return tl::unexpected(*reading.failure);
  return {};
}

CsvText& CsvText::Field(std::string_view text) {
  if (row_begun_) text_.push_back(',');
  row_begun_ = true;
  if (text.find_first_of(",\"\r\n") == std::string_view::npos &&
      (text.empty() || (!IsBlank(text.front()) && !IsBlank(text.back())))) {
    text_.append(text);
    return *this;
  }
  const std::size_t size = csv_write(nullptr, 0, text.data(), text.size());
  const std::size_t at = text_.size();
  text_.resize(at + size);
  csv_write(text_.data() + at, size, text.data(), text.size());
  return *this;
}

CsvText& CsvText::EndRow() {
  text_.append("\r\n");
  row_begun_ = false;
  return *this;
}

}  // namespace plyo::formats
