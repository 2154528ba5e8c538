#include "plyo/service/media_header.h"

#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <string>
#include <vector>

#include "media_bytes.h"

namespace plyo::service {
namespace {

ErrorCode CodeOf(const std::vector<std::uint8_t>& bytes) {
  const auto message = ParseMedia(bytes);
  EXPECT_FALSE(message.has_value());
  return message ? ErrorCode::kInternal : message.error().code;
}

TEST(ParseMedia, ReadsEveryField) {
  const auto message = ParseMedia(MediaBytes({.kind = 1,
                                              .flags = 1,
                                              .sequence = 0x01020304,
                                              .capture_us = 0x0001020304050607,
                                              .width = 640,
                                              .height = 480,
                                              .payload = "\x01\x02\x03"}));
  ASSERT_TRUE(message.has_value()) << message.error().message;
  EXPECT_EQ(message->kind, MediaKind::kH264);
  EXPECT_TRUE(message->key);
  EXPECT_EQ(message->sequence, 0x01020304U);
  EXPECT_EQ(message->capture_us, 0x0001020304050607);
  EXPECT_EQ(message->width, 640);
  EXPECT_EQ(message->height, 480);
  EXPECT_EQ(message->payload, (std::vector<std::uint8_t>{1, 2, 3}));
}

TEST(ParseMedia, RefusesEveryWrongField) {
  EXPECT_EQ(CodeOf({}), ErrorCode::kProtocolError);
  EXPECT_EQ(CodeOf(std::vector<std::uint8_t>(23, 1)), ErrorCode::kProtocolError);
  EXPECT_EQ(CodeOf(MediaBytes({.version = 2})), ErrorCode::kProtocolError);
  EXPECT_EQ(CodeOf(MediaBytes({.kind = 0})), ErrorCode::kUnsupportedCodec);
  EXPECT_EQ(CodeOf(MediaBytes({.kind = 4})), ErrorCode::kUnsupportedCodec);
  EXPECT_EQ(CodeOf(MediaBytes({.flags = 2})), ErrorCode::kProtocolError);
  EXPECT_EQ(CodeOf(MediaBytes({.capture_us = (std::uint64_t{1} << 53) + 1})),
            ErrorCode::kProtocolError);
  EXPECT_EQ(CodeOf(MediaBytes({.width = 63})), ErrorCode::kUnsupportedCodec);
  EXPECT_EQ(CodeOf(MediaBytes({.width = 7680, .height = 4320})), ErrorCode::kUnsupportedCodec);
  EXPECT_EQ(CodeOf(MediaBytes({.payload = ""})), ErrorCode::kProtocolError);
}

TEST(ParseMedia, RefusesALengthThatIsNotThatOfThePayload) {
  auto bytes = MediaBytes({});
  bytes.pop_back();
  EXPECT_EQ(CodeOf(bytes), ErrorCode::kProtocolError);
  bytes = MediaBytes({});
  bytes.push_back(0);
  EXPECT_EQ(CodeOf(bytes), ErrorCode::kProtocolError);
}

TEST(ParseMedia, RefusesAMessageOverTheLimit) {
  EXPECT_EQ(CodeOf(MediaBytes({.payload = std::string(kMediaMessageBytes, 'x')})),
            ErrorCode::kMessageTooLarge);
}

TEST(ParseMedia, TakesLandmarksOfNobodyToSixPeople) {
  for (const std::size_t people : {0, 1, 6}) {
    const std::string payload(people * kLandmarkPersonBytes, '\0');
    EXPECT_TRUE(ParseMedia(MediaBytes({.kind = 3, .payload = payload})).has_value()) << people;
  }
  for (const std::size_t bytes : {std::size_t{931}, 7 * kLandmarkPersonBytes}) {
    EXPECT_EQ(CodeOf(MediaBytes({.kind = 3, .payload = std::string(bytes, '\0')})),
              ErrorCode::kProtocolError);
  }
}

TEST(ParseMedia, RefusesLandmarksThatAreNoNumbers) {
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    std::string payload(kLandmarkPersonBytes, '\0');
    const auto bits = std::bit_cast<std::uint32_t>(bad);
    for (std::size_t i = 0; i < 4; ++i)
      payload[payload.size() - 4 + i] = static_cast<char>((bits >> (8 * i)) & 0xFFU);
    EXPECT_EQ(CodeOf(MediaBytes({.kind = 3, .payload = payload})), ErrorCode::kProtocolError);
  }
}

}  // namespace
}  // namespace plyo::service
