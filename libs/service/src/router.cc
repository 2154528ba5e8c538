#include "router.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/file_body.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "answers.h"
#include "plyo/service/log.h"
#include "plyo/service/secrets.h"

namespace plyo::service {
namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace {

constexpr const char* kJson = "application/json";
constexpr const char* kText = "text/plain; charset=utf-8";
constexpr const char* kSignIn = "/sign-in";

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

/// The reference of the REST interface writes style elements of two texts, known by their hashes.
constexpr const char* kReferencePolicy =
    "default-src 'self'; script-src 'self'; worker-src 'self' blob:; style-src 'self' "
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' "
    "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='; img-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

/// What the front itself sets, and no answer of the REST interface may.
bool IsOurs(std::string_view name) {
  return name == "Content-Length" || name == "Transfer-Encoding" || name == "Connection";
}

/// Never the path as it came: whoever makes paths up would make a family of figures of each.
std::string RouteOf(const RestAnswer& answer) {
  return answer.route.empty() ? "/v1" : answer.route;
}

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

std::string Router::ForeignOrigin(const HttpRequest& request) const {
  // The server's own page, which a proxy shows under a name that had to be allowed, is not foreign.
  if (View(request["Sec-Fetch-Site"]) == "same-origin") return {};
  const auto origin = Header(request, http::field::origin);
  return parts_.access.IsForeignPage(origin, HostOf(request)) ? std::string(origin) : std::string();
}

Result<Identity> Router::Identify(const HttpRequest& request) const {
  const auto cookie =
      ForeignOrigin(request).empty() ? Header(request, http::field::cookie) : std::string_view();
  return parts_.access.Identify({.authorization = Header(request, http::field::authorization),
                                 .cookie = cookie,
                                 .protocols = Header(request, http::field::sec_websocket_protocol)},
                                NowSeconds());
}

bool Router::MayHavePage(const HttpRequest& request) const {
  const auto who = Identify(request);
  return (who && who->name) ||
         parts_.access.KeyInCookie(Header(request, http::field::cookie), NowSeconds());
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
                          const RequestContext& context, int status, const RestHeaders& headers) {
  auto answer = MakeProblem(error, version, keep_alive, context, status);
  for (const auto& [name, value] : headers) answer.set(name, value);
  return Counted("refused", std::move(answer));
}

template <typename Work>
auto Await(asio::thread_pool& pool, Work work) {
  using Value = std::invoke_result_t<Work>;
  return asio::async_initiate<const asio::use_awaitable_t<>, void(Value)>(
      [&pool](auto handler, Work later) {
        // The server's thread waits for the answer, though its connection may be gone meanwhile.
        auto guard = asio::make_work_guard(asio::get_associated_executor(handler));
        asio::post(pool, [handler = std::move(handler), later = std::move(later),
                          guard = std::move(guard)]() mutable {
          auto value = later();
          asio::post(guard.get_executor(),
                     [handler = std::move(handler), value = std::move(value)]() mutable {
                       handler(std::move(value));
                     });
        });
      },
      asio::use_awaitable, std::move(work));
}

asio::awaitable<Result<LiveCaller>> Router::AdmitLive(const HttpRequest& request) {
  const auto protocols = Header(request, http::field::sec_websocket_protocol);
  const auto checked = [&]() -> Result<void> {
    if (auto known = CheckCaller(request); !known) return known;
    if (View(request.target()).substr(0, request.target().find('?')) != "/v1/live")
      return Fail(ErrorCode::kFileNotFound, "there is no WebSocket at this path");
    const auto offered = ListItems(protocols);
    if (std::ranges::find(offered, "plyo.live.1") == offered.end())
      return Fail(ErrorCode::kProtocolError, "the sub-protocol plyo.live.1 was not offered");
    if (parts_.hub.draining()) return Fail(ErrorCode::kShuttingDown, "the server is going down");
    return {};
  }();
  if (!checked) {
    parts_.telemetry.Refused(checked.error().code);
    co_return tl::unexpected(checked.error());
  }
  const auto who = Identify(request);
  if (!who) {
    parts_.telemetry.Refused(who.error().code);
    co_return tl::unexpected(who.error());
  }
  // A key of the platform or a ticket is not for the front to judge.
  const auto secret = who->name ? std::string() : who->key;
  auto asking = Await(parts_.pool, [this, secret]() { return parts_.rest.AdmitLive(secret); });
  auto admitted = co_await std::move(asking);
  if (!admitted) parts_.telemetry.Refused(admitted.error().code);
  if (admitted && who->name) admitted->actor = *who->name;
  co_return admitted;
}

RestRequest Router::RestOf(const HttpRequest& request, const RequestContext& context) const {
  RestRequest rest;
  rest.method = View(request.method_string());
  rest.target = View(request.target());
  rest.request_id = context.request_id;
  for (const auto& field : request) {
    std::string name(View(field.name_string()));
    std::ranges::transform(name, name.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    rest.headers[std::move(name)] = View(field.value());
  }
  if (const auto who = Identify(request)) {
    rest.known_as = who->name;
    if (!who->name) rest.headers["authorization"] = "Bearer " + who->key;
  }
  return rest;
}

asio::awaitable<BodyPlan> Router::PlanBody(const HttpRequest& head, const RequestContext& context) {
  BodyPlan plan;
  if (auto known = CheckCaller(head); !known) {
    plan.refused = known.error();
    co_return plan;
  }
  if (!View(head.target()).starts_with("/v1/")) {
    plan.most_bytes = std::uint64_t{64} << 10;
    co_return plan;
  }
  auto asking = Await(parts_.pool,
                      [this, rest = RestOf(head, context)]() { return parts_.rest.Admit(rest); });
  auto body = co_await std::move(asking);
  plan.most_bytes = body.most_bytes;
  plan.refused = std::move(body.refused);
  plan.headers = std::move(body.headers);
  if (body.to_file) plan.file = parts_.body_dir / RandomHex(16);
  co_return plan;
}

asio::awaitable<HttpReply> Router::Rest(const HttpRequest& request,
                                        const std::filesystem::path& body_file,
                                        const RequestContext& context) {
  auto rest = RestOf(request, context);
  rest.body = request.body();
  rest.body_file = body_file;
  const auto began = std::chrono::steady_clock::now();
  const bool moves_files = parts_.rest.MovesFiles(rest);
  auto& pool = moves_files ? parts_.file_pool : parts_.pool;
  auto asking = Await(pool, [this, rest = std::move(rest)]() { return parts_.rest.Handle(rest); });
  auto answer = co_await std::move(asking);
  parts_.telemetry.RequestServed(
      RouteOf(answer), moves_files,
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  co_return RestReply(std::move(answer), request, context);
}

HttpReply Router::RestReply(RestAnswer rest, const HttpRequest& request,
                            const RequestContext& context) {
  const auto route = RouteOf(rest);
  const auto finish = [&](auto& answer) {
    for (const auto& [name, value] : rest.headers) {
      if (!IsOurs(name)) answer.set(name, value);
    }
    answer.keep_alive(request.keep_alive());
    parts_.telemetry.RequestAnswered(route, static_cast<int>(answer.result_int()));
  };
  const bool head = request.method() == http::verb::head;
  if (rest.error) {
    auto answer = MakeProblem(*rest.error, request.version(), request.keep_alive(), context);
    if (head) answer.body().clear();
    finish(answer);
    if (answer.result_int() >= 500) {
      Log(LogLevel::kError, "request_failed",
          {{"route", route},
           {"error", ErrorId(rest.error->code)},
           {"message", rest.error->message},
           {"request_id", context.request_id},
           {"traceparent", context.traceparent}});
    }
    return HttpAnswer(std::move(answer));
  }
  const auto status = static_cast<http::status>(rest.status);
  if (rest.stream && !head) {
    http::response<http::empty_body> begin(status, request.version());
    AddCommonHeaders(begin, context);
    begin.set(http::field::content_type, rest.content_type);
    begin.set(http::field::cache_control, "no-store");
    begin.chunked(true);
    finish(begin);
    return {std::move(begin),
            [this, stream = rest.stream]() -> asio::awaitable<std::optional<std::string>> {
              auto asking = Await(parts_.pool, [stream]() { return stream->Next(); });
              auto piece = co_await std::move(asking);
              co_return piece;
            }};
  }
  if (!rest.file.empty()) {
    http::response<http::file_body> answer(status, request.version());
    boost::system::error_code error;
    answer.body().open(rest.file.c_str(), boost::beast::file_mode::scan, error);
    // It is read from what was opened; the name is of no use any more.
    std::filesystem::remove(rest.file, error);
    AddCommonHeaders(answer, context);
    answer.set(http::field::content_type, rest.content_type);
    answer.set(http::field::cache_control, "no-store");
    finish(answer);
    answer.prepare_payload();
    if (!head) return HttpAnswer(std::move(answer));
    http::response<http::empty_body> empty(answer.base());
    return HttpAnswer(std::move(empty));
  }
  auto answer = MakeAnswer(request, context, rest.status, rest.content_type, std::move(rest.body));
  answer.set(http::field::cache_control, "private, no-cache");
  if (rest.status == 204 || rest.status == 304) {
    answer.erase(http::field::content_type);
    answer.content_length(boost::none);
  }
  finish(answer);
  return HttpAnswer(std::move(answer));
}

asio::awaitable<HttpReply> Router::Respond(const HttpRequest& request,
                                           const std::filesystem::path& body_file,
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
  if (request.method() == http::verb::options && !context.foreign_origin.empty() &&
      request.count(http::field::access_control_request_method) > 0)
    co_return Counted("preflight", MakePreflight(request, context));
  if (path == "/v1/live") {
    co_return Problem(path, {ErrorCode::kProtocolError, "this path is a WebSocket"}, request,
                      context);
  }
  if (path.starts_with("/v1/")) {
    auto answering = Rest(request, body_file, context);
    auto reply = co_await std::move(answering);
    co_return reply;
  }
  if (path == kSignIn) {
    auto signing = SignIn(request, context);
    auto answer = co_await std::move(signing);
    co_return answer;
  }
  if (!IsRead(request)) co_return Counted("method", MethodNotAllowed(request, context));
  if (path == "/version") {
    const nlohmann::ordered_json version{{"version", parts_.version}, {"protocol", "plyo.live.1"}};
    co_return Counted(path, MakeAnswer(request, context, 200, kJson, version.dump() + "\n"));
  }
  if (path == "/openapi.yaml") {
    co_return Counted(path,
                      MakeAnswer(request, context, 200, "application/yaml", parts_.openapi_yaml));
  }
  // Before anybody signed in: a phone that does not trust it may get no further.
  if (path == "/certificate.crt" && !parts_.authority_pem.empty()) {
    co_return Counted(path, MakeAnswer(request, context, 200, "application/x-x509-ca-cert",
                                       parts_.authority_pem));
  }
  co_return Page(request, path, query, context);
}

asio::awaitable<HttpAnswer> Router::SignIn(const HttpRequest& request,
                                           const RequestContext& context) {
  const auto done = [&](const std::string& cookie) {
    auto answer = MakeAnswer(request, context, 204, kText, "");
    answer.erase(http::field::content_type);
    answer.content_length(boost::none);
    answer.set(http::field::set_cookie, cookie);
    return Counted(kSignIn, std::move(answer));
  };
  if (request.method() == http::verb::delete_) co_return done(parts_.access.NoCookie());
  if (request.method() != http::verb::post) {
    co_return Refuse({ErrorCode::kMethodNotAllowed, "allowed here: POST, DELETE"},
                     request.version(), request.keep_alive(), context, 0,
                     {{"Allow", "POST, DELETE"}});
  }
  const auto body = nlohmann::json::parse(request.body(), nullptr, /*allow_exceptions=*/false);
  if (!body.is_object() || !body.contains("key") || !body["key"].is_string()) {
    co_return Problem(kSignIn, {ErrorCode::kInvalidArgument, "body: must be {\"key\": \"…\"}"},
                      request, context);
  }
  const auto key = body["key"].get<std::string>();
  const auto authorization = "Bearer " + key;
  std::optional<Error> wrong;
  const auto who = parts_.access.Identify({.authorization = authorization}, NowSeconds());
  if (!who || !who->name) {
    // What the page reads first.
    RestRequest asked{.method = "GET", .target = "/v1/catalogue"};
    asked.headers["authorization"] = authorization;
    auto asking = Await(parts_.pool, [this, asked]() { return parts_.rest.Handle(asked); });
    auto answer = co_await std::move(asking);
    wrong = std::move(answer.error);
  }
  if (wrong) {
    Log(LogLevel::kInfo, "sign_in_refused",
        {{"remote", context.remote},
         {"error", ErrorId(wrong->code)},
         {"request_id", context.request_id}});
    co_return Problem(kSignIn, *wrong, request, context);
  }
  // By the proxy's word a browser is told less, never more.
  const bool secure = View(request["X-Forwarded-Proto"]) == "https";
  co_return done(parts_.access.CookieFor(key, secure, NowSeconds()));
}

HttpAnswer Router::Page(const HttpRequest& request, std::string_view path, std::string_view query,
                        const RequestContext& context) {
  if (path == "/") {
    if (const auto token = TokenOf(query)) {
      auto cookie = parts_.access.Redeem(*token, NowSeconds());
      if (!cookie && !MayHavePage(request)) {
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
    if (!parts_.access.UrlToken().empty() && !MayHavePage(request)) {
      return Problem(
          "/",
          {ErrorCode::kUnauthorized, "open the address with the token that `plyo serve` printed"},
          request, context);
    }
  }
  const auto* file = parts_.files.Find(path == "/docs" ? "/docs/index.html" : path);
  if (!file) {
    return Problem("page", {ErrorCode::kFileNotFound, "there is nothing at this path"}, request,
                   context);
  }
  return FileAnswer(request, *file, context);
}

HttpAnswer Router::FileAnswer(const HttpRequest& request, const StaticFiles::File& file,
                              const RequestContext& context) {
  const bool reference =
      file.path.filename() == "index.html" && file.path.parent_path().filename() == "docs";
  const auto headers = [&](auto& answer) {
    AddCommonHeaders(answer, context);
    if (reference) answer.set("Content-Security-Policy", kReferencePolicy);
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

asio::awaitable<BodyPlan> AdminRouter::PlanBody(const HttpRequest& /*head*/,
                                                const RequestContext& /*context*/) {
  co_return BodyPlan{.most_bytes = std::uint64_t{64} << 10};
}

asio::awaitable<HttpReply> AdminRouter::Respond(const HttpRequest& request,
                                                const std::filesystem::path& /*body_file*/,
                                                const RequestContext& context) {
  const auto path = View(request.target());
  if (auto known = access_.CheckHost(HostOf(request)); !known)
    co_return Refuse(known.error(), request.version(), request.keep_alive(), context, 0, {});
  if (!IsRead(request)) co_return HttpAnswer(MethodNotAllowed(request, context));
  if (path == "/metrics") {
    co_return HttpAnswer(MakeAnswer(request, context, 200,
                                    "text/plain; version=0.0.4; charset=utf-8", telemetry_.Text()));
  }
  if (path == "/healthz") co_return HttpAnswer(Health(request, context));
  if (path == "/readyz") co_return HttpAnswer(Readiness(request, context, hub_));
  co_return Refuse({ErrorCode::kFileNotFound, "there is nothing at this path"}, request.version(),
                   request.keep_alive(), context, 0, {});
}

asio::awaitable<Result<LiveCaller>> AdminRouter::AdmitLive(const HttpRequest& /*request*/) {
  co_return Fail(ErrorCode::kFileNotFound, "there is no WebSocket here");
}

HttpAnswer AdminRouter::Refuse(const Error& error, unsigned version, bool keep_alive,
                               const RequestContext& context, int status,
                               const RestHeaders& /*headers*/) {
  return HttpAnswer(MakeProblem(error, version, keep_alive, context, status));
}

}  // namespace plyo::service
