#include "plyo/service/caller_message.h"

#include <gtest/gtest.h>

namespace plyo::service {
namespace {

TEST(CallerMessage, NamesNothingOfTheServer) {
  for (const auto code : {ErrorCode::kDiskFull, ErrorCode::kStoreFailed, ErrorCode::kDataDamaged,
                          ErrorCode::kOutputNotWritable, ErrorCode::kInternal}) {
    EXPECT_EQ(CallerMessage({code, "/srv/plyo.db: it failed"}).find("/srv"), std::string::npos);
  }
}

TEST(CallerMessage, SaysWhatTheCallerCanMend) {
  EXPECT_EQ(CallerMessage({ErrorCode::kInvalidArgument, "body.bytes: it is missing"}),
            "body.bytes: it is missing");
}

}  // namespace
}  // namespace plyo::service
