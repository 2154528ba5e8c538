#include "router.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/file_body.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "answers.h"
#include "session_document.h"

namespace plyo::service {
namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace {

constexpr const char* kJson = "application/json";
constexpr const char* kText = "text/plain; charset=utf-8";

std::int64_t NowSeconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string_view View(boost::beast::string_view text) { return {text.data(), text.size()}; }
std::string_view Header(const HttpRequest& request, http::field field) {
  return View(request[field]);
}

/// Empty, which is refused, where it comes more than once: who knows which of them is meant?
std::string_view HostOf(const HttpRequest& request) {
  return request.count(http::field::host) == 1 ? Header(request, http::field::host)
                                               : std::string_view();
}

bool IsRead(const HttpRequest& request) {
  return request.method() == http::verb::get || request.method() == http::verb::head;
}

TextAnswer MethodNotAllowed(const HttpRequest& request, const RequestContext& context) {
  auto answer = MakeAnswer(request, context, 405, "application/problem+json",
                           R"({"type":"about:blank","title":"Method Not Allowed","status":405})"
                           "\n");
  answer.set(http::field::allow, "GET, HEAD");
  return answer;
}

TextAnswer Health(const HttpRequest& request, const RequestContext& context) {
  return MakeAnswer(request, context, 200, kText, "ok\n");
}

TextAnswer Readiness(const HttpRequest& request, const RequestContext& context,
                     const LiveHub& hub) {
  if (hub.draining()) return MakeAnswer(request, context, 503, kText, "going down\n");
  return MakeAnswer(request, context, 200, kText, "ready\n");
}

using RenderReport = decltype(RouterParts::render_report);

/// As what a session is given out.
struct SessionForm {
  std::string_view suffix;
  const char* content_type;
  bool is_file;  ///< for the disk rather than the browser's window
  Result<std::string> (*write)(const StoredSession& session, const RenderReport& render);
};

Result<std::string> WriteJson(const StoredSession& session, const RenderReport& /*render*/) {
  return SessionJson(session);
}

Result<std::string> WriteCsv(const StoredSession& session, const RenderReport& /*render*/) {
  return SessionCsv(session);
}

Result<std::string> WriteReport(const StoredSession& session, const RenderReport& render) {
  if (!render || session.result_json.empty()) {
    return Fail(ErrorCode::kSessionNotFound, "there is a report once the session has ended");
  }
  return render(ResultJson(session));
}

constexpr std::array<SessionForm, 4> kSessionForms = {{
    {"", kJson, false, WriteJson},
    {".json", kJson, true, WriteJson},
    {".csv", "text/csv; charset=utf-8; header=present", true, WriteCsv},
    {".html", "text/html; charset=utf-8", true, WriteReport},
}};

/// The value of `token` in a query; tokens are hex, so that nothing is encoded.
std::optional<std::string_view> TokenOf(std::string_view query) {
  for (const auto item : ListItems(query, '&')) {
    if (item.starts_with("token=")) return item.substr(6);
  }
  return std::nullopt;
}

}  // namespace

Result<void> Router::CheckCaller(const HttpRequest& request) const {
  const auto host = HostOf(request);
  if (auto known = parts_.access.CheckHost(host); !known) return known;
  return parts_.access.CheckOrigin(Header(request, http::field::origin), host);
}

Result<std::string> Router::Identify(const HttpRequest& request) const {
  return parts_.access.Identify({.authorization = Header(request, http::field::authorization),
                                 .cookie = Header(request, http::field::cookie),
                                 .protocols = Header(request, http::field::sec_websocket_protocol)},
                                NowSeconds());
}

HttpAnswer Router::Counted(std::string_view route, TextAnswer answer) {
  parts_.telemetry.RequestAnswered(route, static_cast<int>(answer.result_int()));
  return HttpAnswer(std::move(answer));
}

HttpAnswer Router::Problem(std::string_view route, const Error& error, const HttpRequest& request,
                           const RequestContext& context) {
  auto answer = MakeProblem(error, request.version(), request.keep_alive(), context);
  if (request.method() == http::verb::head) answer.body().clear();
  return Counted(route, std::move(answer));
}

HttpAnswer Router::Refuse(const Error& error, unsigned version, bool keep_alive,
                          const RequestContext& context, int status) {
  return Counted("refused", MakeProblem(error, version, keep_alive, context, status));
}

Result<void> Router::AdmitLive(const HttpRequest& request) {
  auto admitted = [&]() -> Result<void> {
    if (auto known = CheckCaller(request); !known) return known;
    if (View(request.target()).substr(0, request.target().find('?')) != "/v1/live")
      return Fail(ErrorCode::kFileNotFound, "there is no WebSocket at this path");
    if (auto who = Identify(request); !who) return tl::unexpected(who.error());
    const auto offered = ListItems(Header(request, http::field::sec_websocket_protocol));
    if (std::ranges::find(offered, "plyo.live.1") == offered.end())
      return Fail(ErrorCode::kProtocolError, "the sub-protocol plyo.live.1 was not offered");
    if (parts_.hub.draining()) return Fail(ErrorCode::kShuttingDown, "the server is going down");
    return {};
  }();
  if (!admitted) parts_.telemetry.Refused(admitted.error().code);
  return admitted;
}

asio::awaitable<HttpAnswer> Router::Respond(const HttpRequest& request,
                                            const RequestContext& context) {
  const auto target = View(request.target());
  const auto path = target.substr(0, target.find('?'));
  const auto query =
      path.size() < target.size() ? target.substr(path.size() + 1) : std::string_view();
  // A balancer asks by its own name for it.
  if (path == "/healthz") co_return Counted(path, Health(request, context));
  if (path == "/readyz") co_return Counted(path, Readiness(request, context, parts_.hub));
  if (auto known = CheckCaller(request); !known)
    co_return Problem("foreign", known.error(), request, context);
  if (!IsRead(request)) co_return Counted("method", MethodNotAllowed(request, context));
  if (path == "/version") {
    const nlohmann::ordered_json version{{"version", parts_.version}, {"protocol", "plyo.live.1"}};
    co_return Counted(path, MakeAnswer(request, context, 200, kJson, version.dump() + "\n"));
  }
  constexpr std::string_view kSessions = "/v1/sessions/";
  if (!path.starts_with("/v1/")) co_return Page(request, path, query, context);
  if (auto who = Identify(request); !who) co_return Problem("/v1", who.error(), request, context);
  if (path == "/v1/catalogue")
    co_return Counted(path, MakeAnswer(request, context, 200, kJson, parts_.catalogue_json));
  if (path.starts_with(kSessions))
    co_return co_await Session(request, path.substr(kSessions.size()), context);
  if (path == "/v1/live") {
    co_return Problem(path, {ErrorCode::kProtocolError, "this path is a WebSocket"}, request,
                      context);
  }
  co_return Problem("/v1", {ErrorCode::kFileNotFound, "there is nothing at this path"}, request,
                    context);
}

HttpAnswer Router::Page(const HttpRequest& request, std::string_view path, std::string_view query,
                        const RequestContext& context) {
  if (path == "/") {
    if (const auto token = TokenOf(query)) {
      auto cookie = parts_.access.Redeem(*token, NowSeconds());
      if (!cookie && !Identify(request)) {
        return Problem(
            "/",
            {ErrorCode::kUnauthorized,
             "the address was used before; open the newest one that `plyo serve` printed"},
            request, context);
      }
      auto answer = MakeAnswer(request, context, 303, kText, "");
      answer.set(http::field::location, "/");
      if (cookie) answer.set(http::field::set_cookie, *cookie);
      return Counted("/", std::move(answer));
    }
    // The page without a key would only show that it has none.
    if (!parts_.access.UrlToken().empty() && !Identify(request)) {
      return Problem(
          "/",
          {ErrorCode::kUnauthorized, "open the address with the token that `plyo serve` printed"},
          request, context);
    }
  }
  const auto* file = parts_.files.Find(path);
  if (!file) {
    return Problem("page", {ErrorCode::kFileNotFound, "there is nothing at this path"}, request,
                   context);
  }
  return FileAnswer(request, *file, context);
}

HttpAnswer Router::FileAnswer(const HttpRequest& request, const StaticFiles::File& file,
                              const RequestContext& context) {
  const auto headers = [&](auto& answer) {
    AddCommonHeaders(answer, context);
    answer.set(http::field::etag, file.etag);
    answer.set(http::field::cache_control,
               file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
    answer.set(http::field::content_type, file.content_type);
    answer.keep_alive(request.keep_alive());
  };
  const auto known = ListItems(Header(request, http::field::if_none_match));
  if (std::ranges::find(known, file.etag) != known.end()) {
    http::response<http::empty_body> answer(http::status::not_modified, request.version());
    headers(answer);
    parts_.telemetry.RequestAnswered("page", 304);
    return HttpAnswer(std::move(answer));
  }
  http::response<http::file_body> answer(http::status::ok, request.version());
  boost::beast::error_code error;
  answer.body().open(file.path.c_str(), boost::beast::file_mode::scan, error);
  if (error) {
    return Problem("page", {ErrorCode::kFileNotFound, "the file is not there any more"}, request,
                   context);
  }
  headers(answer);
  answer.prepare_payload();
  parts_.telemetry.RequestAnswered("page", 200);
  if (request.method() != http::verb::head) return HttpAnswer(std::move(answer));
  http::response<http::empty_body> head(http::status::ok, request.version());
  headers(head);
  head.content_length(answer.body().size());
  return HttpAnswer(std::move(head));
}

asio::awaitable<HttpAnswer> Router::Session(const HttpRequest& request, std::string_view name,
                                            const RequestContext& context) {
  constexpr std::string_view kRoute = "/v1/sessions";
  const auto dot = std::min(name.find('.'), name.size());
  const std::string id(name.substr(0, dot));
  const auto* form = std::ranges::find(kSessionForms, name.substr(dot), &SessionForm::suffix);
  if (form == kSessionForms.end()) {
    co_return Problem(kRoute,
                      {ErrorCode::kFileNotFound, "a session is had as .json, .csv or .html"},
                      request, context);
  }
  // Written on the store's thread: a report is long.
  auto reading = parts_.store.Await([this, id, form](Store& store) -> Result<std::string> {
    const auto session = store.Read(id);
    if (!session) return tl::unexpected(session.error());
    return form->write(*session, parts_.render_report);
  });
  auto text = co_await std::move(reading);
  if (!text) co_return Problem(kRoute, text.error(), request, context);
  auto answer = MakeAnswer(request, context, 200, form->content_type, std::move(*text));
  if (form->is_file) {
    answer.set(http::field::content_disposition,
               fmt::format("attachment; filename=\"plyo-{}{}\"", id, form->suffix));
  }
  co_return Counted(kRoute, std::move(answer));
}

asio::awaitable<HttpAnswer> AdminRouter::Respond(const HttpRequest& request,
                                                 const RequestContext& context) {
  const auto path = View(request.target());
  if (auto known = access_.CheckHost(HostOf(request)); !known)
    co_return Refuse(known.error(), request.version(), request.keep_alive(), context, 0);
  if (!IsRead(request)) co_return HttpAnswer(MethodNotAllowed(request, context));
  if (path == "/metrics") {
    co_return HttpAnswer(MakeAnswer(request, context, 200,
                                    "text/plain; version=0.0.4; charset=utf-8", telemetry_.Text()));
  }
  if (path == "/healthz") co_return HttpAnswer(Health(request, context));
  if (path == "/readyz") co_return HttpAnswer(Readiness(request, context, hub_));
  co_return Refuse({ErrorCode::kFileNotFound, "there is nothing at this path"}, request.version(),
                   request.keep_alive(), context, 0);
}

Result<void> AdminRouter::AdmitLive(const HttpRequest&) {
  return Fail(ErrorCode::kFileNotFound, "there is no WebSocket here");
}

HttpAnswer AdminRouter::Refuse(const Error& error, unsigned version, bool keep_alive,
                               const RequestContext& context, int status) {
  return HttpAnswer(MakeProblem(error, version, keep_alive, context, status));
}

}  // namespace plyo::service
