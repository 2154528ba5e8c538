#include "plyo/service/log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <memory>

namespace plyo::service {
namespace {

spdlog::level::level_enum LevelOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      break;
  }
  return spdlog::level::off;
}

std::shared_ptr<spdlog::logger>& Logger() {
  static std::shared_ptr<spdlog::logger> logger;
  return logger;
}

}  // namespace

void StartLog(LogLevel level) {
  auto logger =
      std::make_shared<spdlog::logger>("plyo", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%v");
  logger->set_level(LevelOf(level));
  logger->flush_on(spdlog::level::debug);
  Logger() = std::move(logger);
}

void Log(LogLevel level, std::string_view event, LogFields fields) {
  const auto& logger = Logger();
  if (!logger || !logger->should_log(LevelOf(level))) return;
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  nlohmann::ordered_json line;
  line["time"] = fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z",
                             fmt::gmtime(std::chrono::system_clock::to_time_t(second)),
                             (now - second).count());
  const auto name = spdlog::level::to_string_view(LevelOf(level));
  line["level"] = std::string(name.data(), name.size());
  line["event"] = event;
  for (const auto& [field, value] : fields) line[std::string(field)] = value;
  // What a client sent may be no UTF-8.
  const auto text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  logger->log(LevelOf(level), spdlog::string_view_t(text.data(), text.size()));
}

}  // namespace plyo::service
