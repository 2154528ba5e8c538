#include "terminal.h"

#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "plyo/base/utf8.h"

namespace plyo::cli {
namespace {

bool IsSet(const char* variable) {
  const char* value = std::getenv(variable);
  return value && *value;
}

/// Bytes of the UTF-8 character at the front, 0 where there is none: stray, cut or overlong bytes.
std::size_t CharacterSize(std::string_view text) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const std::size_t size = lead < 0x80                   ? 1
                           : lead >= 0xC2 && lead < 0xE0 ? 2
                           : lead >= 0xE0 && lead < 0xF0 ? 3
                           : lead >= 0xF0 && lead < 0xF5 ? 4
                                                         : 0;
  if (size == 0 || size > text.size()) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  if ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90)) return 0;
  return size;
}

bool IsControl(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return (first < 0x20 && first != '\n') || first == 0x7F;
  // C1 controls, and the marks that turn the direction of writing and so can disguise a name.
  if (character.size() == 2)
    return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
  return character == "\u202A" || character == "\u202B" || character == "\u202C" ||
         character == "\u202D" || character == "\u202E" || character == "\u2066" ||
         character == "\u2067" || character == "\u2068" || character == "\u2069";
}

std::string_view InAscii(std::string_view character) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kSigns = {
      {{"±", "+/-"}, {"°", " deg"}, {"−", "-"},      {"–", "-"},      {"—", "-"},
       {"·", "-"},   {"…", "..."},  {"×", "x"},      {"²", "^2"},     {"³", "^3"},
       {"’", "'"},   {"‘", "'"},    {"“", "\""},     {"”", "\""},     {"→", "->"},
       {"≥", ">="},  {"≤", "<="},   {"\u00A0", " "}, {"\u202F", " "}, {"\u2009", " "}}};
  const auto at =
      std::ranges::find(kSigns, character, &std::pair<std::string_view, std::string_view>::first);
  return at == kSigns.end() ? std::string_view("?") : at->second;
}

}  // namespace

Terminal TerminalOf(std::FILE* stream) {
  Terminal terminal;
  const int descriptor = ::fileno(stream);
  const bool is_terminal = ::isatty(descriptor) != 0;
  const char* name = std::getenv("TERM");
  terminal.interactive = is_terminal && name && std::string_view(name) != "dumb";
  terminal.bold = terminal.interactive && !IsSet("NO_COLOR");
  terminal.utf8 = std::string_view(::nl_langinfo(CODESET)) == "UTF-8";
  winsize size = {};
  if (is_terminal && ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    terminal.width = std::max<int>(size.ws_col, 40);
  return terminal;
}

bool Print(std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
         std::fflush(stdout) == 0;
}

std::string ForTerminal(std::string_view text, const Terminal& terminal) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const auto size = CharacterSize(text);
    const auto character = text.substr(0, std::max<std::size_t>(size, 1));
    if (size == 0 || IsControl(character)) {
      safe.push_back('?');
    } else if (size == 1 || terminal.utf8) {
      safe.append(character);
    } else {
      safe.append(InAscii(character));
    }
    text.remove_prefix(character.size());
  }
  return safe;
}

TerminalText& TerminalText::Add(std::string_view text) {
  text_.append(ForTerminal(text, terminal_));
  return *this;
}

TerminalText& TerminalText::AddBold(std::string_view text) {
  if (!terminal_.bold) return Add(text);
  text_.append("\x1b[1m").append(ForTerminal(text, terminal_)).append("\x1b[0m");
  return *this;
}

std::size_t Columns(std::string_view text) { return Utf8Length(text); }

std::string Shortened(std::string_view text, std::size_t columns) {
  if (Columns(text) <= columns) return std::string(text);
  std::string kept;
  for (std::size_t column = 0; column + 1 < columns; ++column) {
    const auto size = std::max<std::size_t>(CharacterSize(text), 1);
    kept.append(text.substr(0, size));
    text.remove_prefix(size);
  }
  return kept + "…";
}

std::string EndOf(std::string_view text, std::size_t columns) {
  std::size_t left_out = Columns(text);
  if (left_out <= columns) return std::string(text);
  for (left_out -= columns - 1; left_out > 0; --left_out)
    text.remove_prefix(std::max<std::size_t>(CharacterSize(text), 1));
  return "…" + std::string(text);
}

std::string Wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string wrapped;
  std::size_t column = 0;
  bool line_is_empty = true;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line_is_empty && column + 1 + Columns(word) > width) {
      wrapped.append("\n").append(indent, ' ');
      column = indent;
      line_is_empty = true;
    }
    if (!line_is_empty) {
      wrapped.push_back(' ');
      ++column;
    }
    wrapped.append(word);
    column += Columns(word);
    line_is_empty = false;
  }
  return wrapped;
}

}  // namespace plyo::cli
