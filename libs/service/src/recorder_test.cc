#include "recorder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "media_bytes.h"
#include "plyo/service/recording.h"

namespace plyo::service {
namespace {
namespace fs = std::filesystem;

fs::path Recorded(const std::vector<std::vector<std::uint8_t>>& messages) {
  const auto folder =
      fs::path(PLYO_TEST_TMP) / testing::UnitTest::GetInstance()->current_test_info()->name();
  fs::remove_all(folder);
  fs::create_directories(folder);
  Recorder recorder(folder);
  const auto track = recorder.Begin("s1", 2, "cmj", "lite", R"({"type":"hello"})", 70);
  for (const auto& message : messages) recorder.Add(track, message);
  return folder / "s1.2.plyolive";
}

TEST(Recorder, WritesWhatCameAsItCame) {
  const auto first = MediaBytes({.sequence = 1, .payload = "one"});
  const auto second = MediaBytes({.sequence = 2, .payload = "two"});
  auto reader = RecordingReader::Open(Recorded({first, second}));
  ASSERT_TRUE(reader.has_value()) << reader.error().message;
  const auto header = nlohmann::json::parse(reader->header_json());
  EXPECT_EQ(header["sport"], "cmj");
  EXPECT_EQ(header["model"], "lite");
  EXPECT_EQ(header["hello"]["type"], "hello");
  auto message = reader->Next();
  ASSERT_TRUE(message.has_value() && *message);
  EXPECT_EQ((*message)->bytes, first);
  const auto at = (*message)->received_us;
  message = reader->Next();
  ASSERT_TRUE(message.has_value() && *message);
  EXPECT_EQ((*message)->bytes, second);
  EXPECT_GE((*message)->received_us, at);
  message = reader->Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_FALSE(message->has_value());
}

TEST(Recorder, AHalfWrittenMessageIsTheEnd) {
  const auto file = Recorded({MediaBytes({})});
  fs::resize_file(file, fs::file_size(file) - 1);
  auto reader = RecordingReader::Open(file);
  ASSERT_TRUE(reader.has_value());
  const auto message = reader->Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_FALSE(message->has_value());
}

TEST(RecordingReader, RefusesWhatIsNoRecording) {
  const auto file = Recorded({});
  std::ofstream(file) << "{}\n";
  EXPECT_EQ(RecordingReader::Open(file).error().code, ErrorCode::kInvalidDocument);
  EXPECT_EQ(RecordingReader::Open("/nowhere").error().code, ErrorCode::kFileNotFound);
  std::ofstream(file) << R"({"schema": "plyo.recording/1"})" << '\n' << std::string(12, '\xff');
  EXPECT_EQ(RecordingReader::Open(file)->Next().error().code, ErrorCode::kInvalidDocument);
}

}  // namespace
}  // namespace plyo::service
