#pragma once

#include <exception>
#include <string>
#include <utility>

#include "plyo/base/error.h"

namespace plyo::service {

/// How an expected failure leaves a transaction or the handling of a request: it has to undo what
/// was begun on its way out. At the border of both it becomes a `Result` or an answer again.
class Refused : public std::exception {
 public:
  explicit Refused(Error error) : error_(std::move(error)) {}
  const Error& error() const { return error_; }
  const char* what() const noexcept override { return error_.message.c_str(); }

 private:
  Error error_;
};

[[noreturn]] inline void Refuse(ErrorCode code, std::string message) {
  throw Refused({code, std::move(message)});
}

/// The value of a result, or its error thrown.
template <typename Value>
Value Need(Result<Value> result) {
  if (!result) throw Refused(std::move(result.error()));
  if constexpr (!std::is_void_v<Value>) return std::move(*result);
}

}  // namespace plyo::service
