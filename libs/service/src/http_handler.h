#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/message_generator.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "plyo/base/error.h"
#include "plyo/service/rest.h"

namespace plyo::service {

using HttpRequest = boost::beast::http::request<boost::beast::http::string_body>;
using HttpAnswer = boost::beast::http::message_generator;

/// Of one request, for logs and answers.
struct RequestContext {
  std::string remote;  ///< address of the client
  std::string request_id;
  std::string traceparent;       ///< W3C trace context: the client's, or a new one
  std::string foreign_origin{};  ///< of a page elsewhere that may read the answer; else empty
};

/// What is answered: all at once, or a head and then pieces until there are no more.
struct HttpReply {
  HttpReply(HttpAnswer whole) : answer(std::move(whole)) {}  // NOLINT(google-explicit-constructor)
  HttpReply(boost::beast::http::response<boost::beast::http::empty_body> begin,
            std::function<boost::asio::awaitable<std::optional<std::string>>()> pieces)
      : head(std::move(begin)), next(std::move(pieces)) {}

  std::optional<HttpAnswer> answer;
  boost::beast::http::response<boost::beast::http::empty_body> head;
  /// The next piece, perhaps empty; nothing at the end.
  std::function<boost::asio::awaitable<std::optional<std::string>>()> next;
};

/// How a body is to be read.
struct BodyPlan {
  std::uint64_t most_bytes = 0;
  std::filesystem::path file{};    ///< where it goes; empty: into memory
  std::optional<Error> refused{};  ///< it is not read at all
  RestHeaders headers{};           ///< of an answer that goes before it was read
};

/// A body that was put into a file, which goes with this.
class BodyFile {
 public:
  BodyFile() = default;
  explicit BodyFile(std::filesystem::path path) : path_(std::move(path)) {}
  ~BodyFile() { Remove(); }
  BodyFile(BodyFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  BodyFile& operator=(BodyFile&&) = delete;
  const std::filesystem::path& path() const { return path_; }
  void Remove() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove(path_, ignored);
  }

 private:
  std::filesystem::path path_;
};

/// Answers the requests of one listener. On the server's thread alone.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  /// Asked before a body is read, with the head of its request.
  virtual boost::asio::awaitable<BodyPlan> PlanBody(const HttpRequest& head,
                                                    const RequestContext& context) = 0;
  /// `body_file`: where the body lies that went into a file; else empty.
  virtual boost::asio::awaitable<HttpReply> Respond(const HttpRequest& request,
                                                    const std::filesystem::path& body_file,
                                                    const RequestContext& context) = 0;
  /// The origin of the page that asks, where it is another one's and may call; else empty.
  virtual std::string ForeignOrigin(const HttpRequest& request) const = 0;
  /// Who opens the WebSocket of the live protocol, where he may; else the error to answer.
  virtual boost::asio::awaitable<Result<LiveCaller>> AdmitLive(const HttpRequest& request) = 0;
  /// For what could not be read as a request, too.
  virtual HttpAnswer Refuse(const Error& error, unsigned version, bool keep_alive,
                            const RequestContext& context, int status,
                            const RestHeaders& headers) = 0;
};

}  // namespace plyo::service
