#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "http_handler.h"
#include "plyo/base/error.h"

namespace plyo::service {

using TextAnswer = boost::beast::http::response<boost::beast::http::string_body>;

/// Headers that every answer has: who may load, frame and sniff it (CSP, nosniff, ...), and the
/// ids by which a log finds it.
void AddCommonHeaders(boost::beast::http::fields& fields, const RequestContext& context);

/// A whole answer with its length; without its body for HEAD.
TextAnswer MakeAnswer(const HttpRequest& request, const RequestContext& context, int status,
                      std::string_view content_type, std::string body);

/// RFC 9457 `application/problem+json`; `status` 0 is that of the error's code.
TextAnswer MakeProblem(const Error& error, unsigned version, bool keep_alive,
                       const RequestContext& context, int status = 0);

/// The context of a request: its traceparent where that is well-formed.
RequestContext MakeContext(std::string remote, std::string_view traceparent,
                           std::string foreign_origin = {});

/// To the question of a browser whether a page elsewhere may make a request (Fetch standard, CORS).
TextAnswer MakePreflight(const HttpRequest& request, const RequestContext& context);

}  // namespace plyo::service
