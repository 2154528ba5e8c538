#include "av_log.h"

#include <array>
#include <cstdarg>
#include <mutex>

extern "C" {
#include <libavutil/error.h>
#include <libavutil/log.h>
}

namespace plyo::ffmpeg {
namespace {

constexpr std::size_t kLongestLine = 200;

std::string& LastLine() {
  thread_local std::string line;
  return line;
}

// A damaged file can put any byte into a log line; a message for a person holds printable ASCII.
std::string Printable(const char* text) {
  std::string line;
  for (; *text != '\0' && line.size() < kLongestLine; ++text) {
    if (*text >= ' ' && *text <= '~') line += *text;
  }
  while (!line.empty() && (line.back() == ' ' || line.back() == '.')) line.pop_back();
  return line;
}

void KeepErrors(void* context, int level, const char* format, va_list arguments) {
  if (level > AV_LOG_ERROR) return;
  std::array<char, 512> text{};
  int print_prefix = 0;
  av_log_format_line2(context, level, format, arguments, text.data(), static_cast<int>(text.size()),
                      &print_prefix);
  std::string line = Printable(text.data());
  if (!line.empty()) LastLine() = std::move(line);
}

}  // namespace

void SilenceLog() {
  static std::once_flag once;
  std::call_once(once, [] { av_log_set_callback(KeepErrors); });
}

void ForgetLog() { LastLine().clear(); }

std::string Explain(int averror) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(averror, text.data(), text.size());
  std::string words = Printable(text.data());
  if (!LastLine().empty()) words += "; " + LastLine();
  return words;
}

}  // namespace plyo::ffmpeg
