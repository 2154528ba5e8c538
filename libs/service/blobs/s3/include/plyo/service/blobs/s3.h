#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "plyo/service/blobs.h"

namespace plyo::service {

struct S3Options {
  std::string place;     ///< s3://bucket or s3://bucket/prefix
  std::string endpoint;  ///< http(s)://host:port, which has the bucket in its path; empty: Amazon's
  std::string region = "us-east-1";
  std::string access_key;
  std::string secret_key;
  std::string session_token;                   ///< of temporary keys; empty: none
  std::chrono::milliseconds patience{20'000};  ///< until what may pass has failed
};

/// Objects of a bucket, each by one PUT, so of 5 GiB at most; what was sent is checked by its
/// SHA-256, on the way and by the store. Answers of 5xx and 429 and lost connections are tried
/// again. Opening it stores a small object and deletes it, so that wrong keys show at once. To tell
/// a file that is not there from one that it may not see it needs s3:ListBucket. Errors:
/// kInvalidArgument for an address or keys that are none, kStoreFailed.
Result<std::unique_ptr<Blobs>> OpenS3Blobs(S3Options options);

}  // namespace plyo::service
