#pragma once

#include <string>

#include "plyo/base/error.h"

namespace plyo::service {

/// What whoever called is told of an error. Where the fault is the server's own, its message is for
/// the operator and may name files, addresses and whatever an exception said: it belongs into the
/// log, and a caller is not told how the server is built.
inline std::string CallerMessage(const Error& error) {
  switch (error.code) {
    case ErrorCode::kDiskFull:
      return "the server's disk is full";
    case ErrorCode::kStoreFailed:
      return "the server's data cannot be read or written";
    case ErrorCode::kDataDamaged:
      return "what the server has stored of this is damaged";
    case ErrorCode::kOutputNotWritable:
      return "the server cannot write a result";
    case ErrorCode::kInternal:
      return "the server failed; its log says how";
    default:
      return error.message;
  }
}

}  // namespace plyo::service
