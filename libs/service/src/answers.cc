#include "answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "plyo/service/caller_message.h"
#include "plyo/service/secrets.h"

namespace plyo::service {
namespace http = boost::beast::http;
namespace {

// wasm-unsafe-eval: MediaPipe's pose model runs as WebAssembly; blob: its worker and pictures.
constexpr const char* kContentSecurityPolicy =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; "
    "style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

constexpr const char* kExposed =
    "Content-Disposition, Content-Range, ETag, Idempotency-Replayed, Location, RateLimit-Limit, "
    "RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Request-Id";

bool IsLowerHex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsTraceparent(std::string_view text) {
  return text.size() == 55 && text.starts_with("00-") && text[35] == '-' && text[52] == '-' &&
         IsLowerHex(text.substr(3, 32)) && IsLowerHex(text.substr(36, 16)) &&
         IsLowerHex(text.substr(53, 2)) && text.substr(3, 32) != std::string(32, '0');
}

}  // namespace

RequestContext MakeContext(std::string remote, std::string_view traceparent,
                           std::string foreign_origin) {
  RequestContext context;
  context.foreign_origin = std::move(foreign_origin);
  context.remote = std::move(remote);
  context.request_id = RandomHex(8);
  context.traceparent = IsTraceparent(traceparent)
                            ? std::string(traceparent)
                            : fmt::format("00-{}-{}-01", RandomHex(16), RandomHex(8));
  return context;
}

void AddCommonHeaders(http::fields& fields, const RequestContext& context) {
  fields.set(http::field::server, "plyo");
  fields.set("Content-Security-Policy", kContentSecurityPolicy);
  fields.set("X-Content-Type-Options", "nosniff");
  fields.set("Referrer-Policy", "no-referrer");
  fields.set("Cross-Origin-Opener-Policy", "same-origin");
  fields.set("Cross-Origin-Resource-Policy",
             context.foreign_origin.empty() ? "same-origin" : "cross-origin");
  if (!context.foreign_origin.empty()) {
    // A page elsewhere comes with a key of its own: never with the cookie of a browser.
    fields.set(http::field::access_control_allow_origin, context.foreign_origin);
    fields.set(http::field::vary, "Origin");
    fields.set(http::field::access_control_expose_headers, kExposed);
  }
  fields.set("Permissions-Policy", "camera=(self), microphone=(), geolocation=()");
  fields.set("X-Request-Id", context.request_id);
  fields.set("Traceparent", context.traceparent);
}

TextAnswer MakeAnswer(const HttpRequest& request, const RequestContext& context, int status,
                      std::string_view content_type, std::string body) {
  TextAnswer answer(static_cast<http::status>(status), request.version());
  AddCommonHeaders(answer, context);
  answer.set(http::field::content_type, content_type);
  answer.set(http::field::cache_control, "no-store");
  answer.keep_alive(request.keep_alive());
  answer.content_length(body.size());
  if (request.method() != http::verb::head) answer.body() = std::move(body);
  return answer;
}

TextAnswer MakePreflight(const HttpRequest& request, const RequestContext& context) {
  TextAnswer answer(http::status::no_content, request.version());
  AddCommonHeaders(answer, context);
  answer.set(http::field::access_control_allow_methods, "GET, HEAD, POST, PUT, PATCH, DELETE");
  answer.set(
      http::field::access_control_allow_headers,
      "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, "
      "Plyo-Version, Range, Traceparent");
  answer.set(http::field::access_control_max_age, "600");
  answer.keep_alive(request.keep_alive());
  answer.prepare_payload();
  return answer;
}

TextAnswer MakeProblem(const Error& error, unsigned version, bool keep_alive,
                       const RequestContext& context, int status) {
  const auto& traits = Traits(error.code);
  if (status == 0) status = traits.http_status;
  const nlohmann::ordered_json problem{{"type", fmt::format("urn:plyo:error:{}", traits.id)},
                                       {"title", traits.meaning},
                                       {"status", status},
                                       {"detail", CallerMessage(error)},
                                       {"instance", "urn:plyo:request:" + context.request_id},
                                       {"code", traits.id},
                                       {"remedy", traits.remedy},
                                       {"request_id", context.request_id}};
  TextAnswer answer(static_cast<http::status>(status), version);
  AddCommonHeaders(answer, context);
  answer.set(http::field::content_type, "application/problem+json");
  answer.set(http::field::cache_control, "no-store");
  if (status == 401) answer.set(http::field::www_authenticate, "Bearer realm=\"plyo\"");
  if (status == 503) answer.set(http::field::retry_after, "3");
  answer.keep_alive(keep_alive);
  answer.body() =
      problem.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  answer.prepare_payload();
  return answer;
}

}  // namespace plyo::service
