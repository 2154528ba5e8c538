#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "plyo/service/blobs.h"

namespace plyo::service {

struct S3Keys {
  std::string access_key;
  std::string secret_key;
  std::string session_token;  ///< of temporary keys; empty: none
};

/// Where a container of AWS gets the keys of its role, which end after hours and are lent anew.
struct S3KeyLender {
  std::string url{};         ///< empty: there is none
  std::string token{};       ///< header Authorization; empty: none
  std::string token_file{};  ///< the same as a file, that may change
};

struct S3Options {
  std::string place;     ///< s3://bucket or s3://bucket/prefix
  std::string endpoint;  ///< http(s)://host:port, which has the bucket in its path; empty: Amazon's
  std::string region = "us-east-1";
  S3Keys keys{};
  S3KeyLender lender{};                        ///< where there are no keys
  std::chrono::milliseconds patience{20'000};  ///< until what may pass has failed
};

/// Objects of a bucket, each by one PUT, so of 5 GiB at most; what was sent is checked by its
/// SHA-256, on the way and by the store. Answers of 5xx and 429 and lost connections are tried
/// again. Opening it stores a small object and deletes it, so that wrong keys show at once. To tell
/// a file that is not there from one that it may not see it needs s3:ListBucket. Errors:
/// kInvalidArgument for an address or keys that are none, kStoreFailed.
Result<std::unique_ptr<Blobs>> OpenS3Blobs(S3Options options);

}  // namespace plyo::service
