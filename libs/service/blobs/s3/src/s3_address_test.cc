#include "s3_address.h"

#include <gtest/gtest.h>

namespace plyo::service {
namespace {

std::string Base(std::string place, std::string endpoint = "", std::string region = "eu-west-1") {
  S3Options options;
  options.place = std::move(place);
  options.endpoint = std::move(endpoint);
  options.region = std::move(region);
  const auto base = S3BaseUrl(options);
  return base ? *base : std::string(ErrorId(base.error().code));
}

TEST(S3Address, IsOfTheBucketOrBelowAnEndpoint) {
  EXPECT_EQ(Base("s3://files"), "https://files.s3.eu-west-1.amazonaws.com/");
  EXPECT_EQ(Base("s3://files/plyo/a/"), "https://files.s3.eu-west-1.amazonaws.com/plyo/a/");
  EXPECT_EQ(Base("s3://files.example"), "https://s3.eu-west-1.amazonaws.com/files.example/");
  EXPECT_EQ(Base("s3://files", "http://127.0.0.1:7070/"), "http://127.0.0.1:7070/files/");
  EXPECT_EQ(Base("s3://files/x", "https://s3.example"), "https://s3.example/files/x/");
}

TEST(S3Address, RefusesWhatIsNone) {
  for (const char* place :
       {"files", "s3://", "s3://Files", "s3://a", "s3://files/a b", "s3://files/a//b"})
    EXPECT_EQ(Base(place), "invalid_argument") << place;
  EXPECT_EQ(Base("s3://files", "127.0.0.1:7070"), "invalid_argument");
  EXPECT_EQ(Base("s3://files", "http://me:secret@host"), "invalid_argument");
  EXPECT_EQ(Base("s3://files", "", "Europe/Berlin"), "invalid_argument");
}

}  // namespace
}  // namespace plyo::service
