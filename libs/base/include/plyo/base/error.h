#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "plyo/base/error_code.h"

namespace plyo {

/// An expected failure: what is wrong, where, and what to do, in one sentence for a person.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;

  friend bool operator==(const Error&, const Error&) = default;
};

/// What a function returns that can fail for reasons outside the program.
template <typename T>
using Result = tl::expected<T, Error>;

/// Shorthand for a failed Result.
inline tl::unexpected<Error> Fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

}  // namespace plyo
