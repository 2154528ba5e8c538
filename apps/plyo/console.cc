#include "console.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <utility>

namespace plyo::cli {

tl::unexpected<Error> Usage(std::string message) {
  return Fail(ErrorCode::kUsage, std::move(message));
}

int Complain(const Error& error, std::string_view command) {
  fmt::print(stderr, "plyo: {}\n", ForTerminal(error.message, TerminalOf(stderr)));
  if (error.code == ErrorCode::kUsage) fmt::print(stderr, "Try 'plyo {} --help'.\n", command);
  return ExitStatus(error.code);
}

bool PrintOutcome(const OutputPaths& written, bool as_document, bool quiet,
                  const std::function<std::string()>& document,
                  const std::function<std::string(const Terminal&)>& table) {
  std::string text;
  const Terminal terminal = TerminalOf(stdout);
  const bool person = terminal.interactive || ::isatty(::fileno(stdout));
  if (as_document || (!quiet && !person && !written.Any())) {
    text = document();
  } else if (!quiet) {
    text = table(terminal);
    for (const auto& path : written.All())
      text += ForTerminal(fmt::format("Wrote {}\n", path.string()), terminal);
  }
  return Print(text);
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
