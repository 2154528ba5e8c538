#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "plyo/service/blobs/s3.h"

namespace plyo::service {

struct LentKeys {
  S3Keys keys;
  std::chrono::system_clock::time_point until{};
};

/// What a lender answers: {"AccessKeyId", "SecretAccessKey", "Token", "Expiration"}. Errors:
/// kStoreFailed, without anything of the answer.
Result<LentKeys> ReadLentKeys(std::string_view answer);

/// Whether keys may come from there: by HTTPS, or from this machine or what stands for it to a
/// container of ECS or EKS, as the SDKs of AWS have it. Errors: kInvalidArgument.
Result<void> CheckLender(const std::string& url);

/// The keys to sign with, asked for anew some minutes before they end. Thread safe.
class S3KeySource {
 public:
  /// `lender.url` empty: always `keys`.
  S3KeySource(S3Keys keys, S3KeyLender lender);

  /// Errors: kStoreFailed where there are none that are still good.
  Result<S3Keys> Now();

 private:
  Result<LentKeys> Ask() const;

  const S3KeyLender lender_;
  std::mutex mutex_;  ///< of what follows
  LentKeys lent_;
  std::chrono::steady_clock::time_point not_before_{};  ///< is asked again after a failure
};

}  // namespace plyo::service
