#include "session_document.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "ids.h"

namespace plyo::service {
namespace {

using Json = nlohmann::ordered_json;

std::string Quoted(std::string_view field) {
  if (field.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(field);
  std::string quoted = "\"";
  for (const char c : field) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

/// A text or a number as a field; nothing for null and what is missing.
std::string Field(const Json& object, const char* name) {
  const auto at = object.find(name);
  if (at == object.end() || at->is_null()) return {};
  return at->is_string() ? Quoted(at->get<std::string>()) : Quoted(at->dump());
}

/// What a person typed must not become a formula of the table's program.
std::string TypedText(const std::string& text) {
  const bool formula =
      !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
  return Quoted(formula ? "'" + text : text);
}

}  // namespace

std::string SessionJson(const StoredSession& session) {
  // The parts are documents already; they are joined as they are, so that figures stay the same.
  std::string text = fmt::format(
      R"({{"schema":"plyo.session/1","session":{},"sport":{},"created":"{}","ended":{},"reps":[)",
      Json(session.id).dump(), Json(session.sport).dump(), Rfc3339(session.created_us),
      !session.result_json.empty());
  for (std::size_t i = 0; i < session.reps.size(); ++i)
    text += (i ? "," : "") + session.reps[i].json;
  return text + "],\"result\":" + ResultJson(session) + "}\n";
}

std::string ResultJson(const StoredSession& session) {
  const auto message = Json::parse(session.result_json, nullptr, false);
  return message.is_object() && message.contains("result") ? message["result"].dump() : "null";
}

std::string SessionCsv(const StoredSession& session) {
  std::string csv = "session,athlete,track_id,rep,metric,value,unit,u,flags,reason\r\n";
  std::string athlete;
  const auto hello = Json::parse(session.hello_json, nullptr, false);
  if (hello.is_object() && hello.contains("athlete") && hello["athlete"].is_object()) {
    const auto& name = hello["athlete"].value("name", Json(""));
    if (name.is_string()) athlete = TypedText(name.get<std::string>());
  }
  for (const auto& stored : session.reps) {
    const auto message = Json::parse(stored.json, nullptr, false);
    if (!message.is_object() || !message.contains("rep")) continue;
    const auto& rep = message["rep"];
    if (!rep.is_object() || !rep.contains("metrics") || !rep["metrics"].is_array()) continue;
    for (const auto& metric : rep["metrics"]) {
      std::string flags;
      if (metric.contains("flags") && metric["flags"].is_array()) {
        for (const auto& flag : metric["flags"])
          flags += (flags.empty() ? "" : " ") + (flag.is_string() ? flag.get<std::string>() : "");
      }
      csv += fmt::format("{},{},{},{},{},{},{},{},{},{}\r\n", Quoted(session.id), athlete,
                         Field(message, "track_id"), Field(rep, "index"), Field(metric, "id"),
                         Field(metric, "value"), Field(metric, "unit"), Field(metric, "u"),
                         Quoted(flags), Field(metric, "reason"));
    }
  }
  return csv;
}

}  // namespace plyo::service
