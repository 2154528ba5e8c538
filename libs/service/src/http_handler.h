#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/message_generator.hpp>
#include <boost/beast/http/string_body.hpp>
#include <string>

#include "plyo/base/error.h"

namespace plyo::service {

using HttpRequest = boost::beast::http::request<boost::beast::http::string_body>;
using HttpAnswer = boost::beast::http::message_generator;

/// Of one request, for logs and answers.
struct RequestContext {
  std::string remote;  ///< address of the client
  std::string request_id;
  std::string traceparent;  ///< W3C trace context: the client's, or a new one
};

/// Answers the requests of one listener. On the server's thread alone.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  virtual boost::asio::awaitable<HttpAnswer> Respond(const HttpRequest& request,
                                                     const RequestContext& context) = 0;
  /// Whether the request may become a WebSocket of the live protocol; else the error to answer.
  virtual Result<void> AdmitLive(const HttpRequest& request) = 0;
  /// For what could not be read as a request, too.
  virtual HttpAnswer Refuse(const Error& error, unsigned version, bool keep_alive,
                            const RequestContext& context, int status) = 0;
};

}  // namespace plyo::service
