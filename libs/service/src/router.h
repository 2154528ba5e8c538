#pragma once

#include <boost/asio/thread_pool.hpp>
#include <filesystem>
#include <string>
#include <string_view>

#include "access.h"
#include "http_handler.h"
#include "live_hub.h"
#include "plyo/service/rest.h"
#include "plyo/service/telemetry.h"
#include "static_files.h"

namespace plyo::service {

/// What the routes answer from; it outlives them.
struct RouterParts {
  Access& access;
  LiveHub& hub;
  RestHandler& rest;
  boost::asio::thread_pool& pool;  ///< where the REST interface works, since it waits for the disk
  boost::asio::thread_pool& file_pool;  ///< for requests that move files, so that none else waits
                                        ///< for the store of these
  Telemetry& telemetry;
  const StaticFiles& files;
  std::filesystem::path body_dir;  ///< for bodies that do not stay in memory
  std::string openapi_yaml;
  std::string authority_pem;  ///< what phones are to trust; empty: there is none
  std::string version;
};

/// The routes of the public listener.
class Router final : public HttpHandler {
 public:
  explicit Router(RouterParts parts) : parts_(std::move(parts)) {}

  boost::asio::awaitable<BodyPlan> PlanBody(const HttpRequest& head,
                                            const RequestContext& context) override;
  boost::asio::awaitable<HttpReply> Respond(const HttpRequest& request,
                                            const std::filesystem::path& body_file,
                                            const RequestContext& context) override;
  std::string ForeignOrigin(const HttpRequest& request) const override;
  boost::asio::awaitable<Result<LiveCaller>> AdmitLive(const HttpRequest& request) override;
  HttpAnswer Refuse(const Error& error, unsigned version, bool keep_alive,
                    const RequestContext& context, int status, const RestHeaders& headers) override;

 private:
  Result<void> CheckCaller(const HttpRequest& request) const;
  Result<Identity> Identify(const HttpRequest& request) const;
  bool MayHavePage(const HttpRequest& request) const;
  HttpAnswer Counted(std::string_view route,
                     boost::beast::http::response<boost::beast::http::string_body> answer);
  HttpAnswer Problem(std::string_view route, const Error& error, const HttpRequest& request,
                     const RequestContext& context);
  HttpAnswer Page(const HttpRequest& request, std::string_view path, std::string_view query,
                  const RequestContext& context);
  HttpAnswer FileAnswer(const HttpRequest& request, const StaticFiles::File& file,
                        const RequestContext& context);
  RestRequest RestOf(const HttpRequest& request, const RequestContext& context) const;
  boost::asio::awaitable<HttpReply> Rest(const HttpRequest& request,
                                         const std::filesystem::path& body_file,
                                         const RequestContext& context);
  /// A key of the body goes into a cookie, which the browser then has in its place; or the cookie
  /// goes.
  boost::asio::awaitable<HttpAnswer> SignIn(const HttpRequest& request,
                                            const RequestContext& context);
  HttpReply RestReply(RestAnswer rest, const HttpRequest& request, const RequestContext& context);

  RouterParts parts_;
};

/// The routes of the listener for operators: /metrics, /healthz, /readyz.
class AdminRouter final : public HttpHandler {
 public:
  AdminRouter(const Access& access, const LiveHub& hub, const Telemetry& telemetry)
      : access_(access), hub_(hub), telemetry_(telemetry) {}

  boost::asio::awaitable<BodyPlan> PlanBody(const HttpRequest& head,
                                            const RequestContext& context) override;
  boost::asio::awaitable<HttpReply> Respond(const HttpRequest& request,
                                            const std::filesystem::path& body_file,
                                            const RequestContext& context) override;
  std::string ForeignOrigin(const HttpRequest&) const override { return {}; }
  boost::asio::awaitable<Result<LiveCaller>> AdmitLive(const HttpRequest& request) override;
  HttpAnswer Refuse(const Error& error, unsigned version, bool keep_alive,
                    const RequestContext& context, int status, const RestHeaders& headers) override;

 private:
  const Access& access_;
  const LiveHub& hub_;
  const Telemetry& telemetry_;
};

}  // namespace plyo::service
