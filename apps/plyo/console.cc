#include "console.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "terminal.h"

namespace plyo::cli {

int Complain(const Error& error, std::string_view command) {
  fmt::print(stderr, "plyo: {}\n", ForTerminal(error.message, TerminalOf(stderr)));
  if (error.code == ErrorCode::kUsage) fmt::print(stderr, "Try 'plyo {} --help'.\n", command);
  return ExitStatus(error.code);
}

std::string CreatedAt() {
  std::time_t now = std::time(nullptr);
  if (const char* fixed = std::getenv("SOURCE_DATE_EPOCH")) {
    const std::string_view text(fixed);
    std::from_chars(text.data(), text.data() + text.size(), now);
  }
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
}

}  // namespace plyo::cli
