#pragma once

#include <string>

#include "plyo/service/blobs/s3.h"

namespace plyo::service {

/// Where the objects lie: their names follow upon it. Errors: kInvalidArgument.
Result<std::string> S3BaseUrl(const S3Options& options);

}  // namespace plyo::service
