#include "landmark_payload.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "plyo/service/media_header.h"

namespace plyo::service {
namespace {

MediaMessage People(const std::vector<std::uint32_t>& tracks) {
  MediaMessage media;
  media.kind = MediaKind::kLandmarks;
  media.sequence = 12;
  media.width = 640;
  media.height = 480;
  for (const std::uint32_t track : tracks) {
    std::vector<float> values(kLandmarkPersonBytes / 4 - 1, 0.5F);
    values[1] = 320.25F;
    values[1 + 4 * kLandmarkCount] = -0.75F;
    const auto at = media.payload.size();
    media.payload.resize(at + kLandmarkPersonBytes);
    std::memcpy(media.payload.data() + at, &track, 4);
    std::memcpy(media.payload.data() + at + 4, values.data(), kLandmarkPersonBytes - 4);
  }
  return media;
}

ErrorCode CodeOf(const MediaMessage& media) {
  const auto read = ReadLandmarks(media, {});
  EXPECT_FALSE(read);
  return read ? ErrorCode::kInternal : read.error().code;
}

TEST(LandmarkPayload, IsReadFieldByField) {
  const auto poses = ReadLandmarks(People({3, 8}), Timestamp{99});
  ASSERT_TRUE(poses) << poses.error().message;
  ASSERT_EQ(poses->size(), 2U);
  const PoseFrame& pose = poses->at(1);
  EXPECT_EQ(pose.track, 8);
  EXPECT_EQ(pose.t, Timestamp{99});
  EXPECT_EQ(pose.frame, 12);
  EXPECT_EQ(pose.image_width, 640);
  EXPECT_EQ(pose.image[0].x, 320.25F);
  EXPECT_EQ(pose.image[0].visibility, 0.5F);
  EXPECT_EQ(pose.world[0].x, -0.75F);
}

TEST(LandmarkPayload, NobodyIsNoError) {
  const auto poses = ReadLandmarks(People({}), {});
  ASSERT_TRUE(poses);
  EXPECT_TRUE(poses->empty());
}

TEST(LandmarkPayload, RefusesWhatNobodyCanHave) {
  MediaMessage cut = People({1});
  cut.payload.pop_back();
  EXPECT_EQ(CodeOf(cut), ErrorCode::kInvalidLandmarks);
  EXPECT_EQ(CodeOf(People({1, 1})), ErrorCode::kInvalidLandmarks);
  EXPECT_EQ(CodeOf(People({0})), ErrorCode::kInvalidLandmarks);
  EXPECT_EQ(CodeOf(People({1, 2, 3, 4, 5, 6, 7})), ErrorCode::kInvalidLandmarks);
  for (const float odd :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 1e9F}) {
    for (const std::size_t at : {4U, 8U, 20U, 536U, 928U}) {
      MediaMessage media = People({1});
      std::memcpy(media.payload.data() + at, &odd, 4);
      EXPECT_EQ(CodeOf(media), ErrorCode::kInvalidLandmarks) << odd << " at " << at;
    }
  }
}

}  // namespace
}  // namespace plyo::service
