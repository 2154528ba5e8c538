#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace plyo::cli {

/// What a stream can show.
struct Terminal {
  bool interactive = false;  ///< a person looks at it, and it can overwrite a line
  bool utf8 = true;          ///< by the locale
  bool bold = false;
  int width = 80;  ///< columns; 80 where it is not known
};

Terminal TerminalOf(std::FILE* stream);

/// Text on standard output; false where it could not be written (a full disk, a closed pipe).
bool Print(std::string_view text);

/// UTF-8 text made harmless and readable there: control characters (but line breaks) and broken
/// bytes become '?', and without UTF-8 the signs that Plyo uses become ASCII ("+/-", "deg").
std::string ForTerminal(std::string_view text, const Terminal& terminal);

/// Text for a terminal, put together of pieces that are made harmless each; only its own letters
/// are bold.
class TerminalText {
 public:
  explicit TerminalText(const Terminal& terminal) : terminal_(terminal) {}
  TerminalText& Add(std::string_view text);
  TerminalText& AddBold(std::string_view text);
  bool Empty() const { return text_.empty(); }
  std::string Take() { return std::move(text_); }

 private:
  const Terminal& terminal_;
  std::string text_;
};

/// Columns that UTF-8 text takes: one for each character; Plyo's own texts hold no wide ones.
std::size_t Columns(std::string_view text);

/// The text cut to so many columns, the last one "…" where something was left out.
std::string Shortened(std::string_view text, std::size_t columns);

/// The end of the text in so many columns, the first one "…" where something was left out: of
/// paths, which differ there.
std::string EndOf(std::string_view text, std::size_t columns);

/// The text broken between words into lines of at most `width` columns, each after the first
/// beginning with `indent` spaces; no line break at the end.
std::string Wrapped(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace plyo::cli
