#include "multipart.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "plyo/digest/sha256.h"
#include "plyo/service/refused.h"
#include "plyo/service/secrets.h"

namespace plyo::service {
namespace {
namespace fs = std::filesystem;

constexpr const char* kType = "multipart/form-data; boundary=\"cut here\"";

std::string Part(const std::string& name, const std::string& content) {
  return "--cut here\r\nContent-Disposition: form-data; name=\"" + name +
         "\"; filename=\"a\"\r\n\r\n" + content + "\r\n";
}

struct Read {
  AnalysisForm form;
  std::string video;
};
Read ReadBody(const std::string& body, const std::string& type = kType) {
  const fs::path folder = PLYO_TEST_TMP;
  fs::create_directories(folder);
  const auto name = RandomHex(8);
  std::ofstream(folder / (name + ".body"), std::ios::binary) << body;
  Read read;
  read.form = ReadForm(folder / (name + ".body"), type, folder / (name + ".video"));
  std::ostringstream text;
  text << std::ifstream(folder / (name + ".video"), std::ios::binary).rdbuf();
  read.video = text.str();
  return read;
}

TEST(ReadForm, GivesTheVideoByteForByte) {
  // Line ends and what looks like a boundary belong to the video.
  std::string video = "\r\n--cut\r\n--cut her\r\n\r\n-";
  for (int i = 0; i < 300'000; ++i) video += static_cast<char>(i * 7 % 256);
  const auto read = ReadBody(Part("analysis", "{\"sport\": \"cmj\"}") + Part("video", video) +
                             "--cut here--\r\n");
  EXPECT_EQ(read.form.analysis_json, "{\"sport\": \"cmj\"}");
  EXPECT_EQ(read.video, video);
  EXPECT_EQ(read.form.video_bytes, video.size());
  EXPECT_EQ(read.form.video_sha256, Sha256(video));
}

TEST(ReadForm, RefusesWhatIsNoSuchForm) {
  const auto end = std::string("--cut here--\r\n");
  for (const auto& body : {std::string(), std::string("nothing"), end, Part("analysis", "{}") + end,
                           Part("video", "x") + end,
                           Part("analysis", "{}") + Part("video", "x") + Part("video", "x") + end,
                           Part("analysis", "{}") + Part("video", "x") + Part("more", "x") + end,
                           Part("analysis", std::string(70'000, ' ')) + Part("video", "x") + end,
                           Part("analysis", "{}") + Part("video", "") + end}) {
    EXPECT_THROW(ReadBody(body), Refused) << body.substr(0, 60);
  }
  EXPECT_THROW(ReadBody("x", "multipart/form-data"), Refused);
  EXPECT_THROW(ReadBody("x", "multipart/form-data; boundary="), Refused);
}

}  // namespace
}  // namespace plyo::service
