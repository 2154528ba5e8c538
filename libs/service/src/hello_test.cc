#include "hello.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace plyo::service {
namespace {

SportList Sports() {
  return *SportList::FromCatalogue(
      R"({"sports": [{"id": "cmj", "parameters": []},
                     {"id": "drop_jump", "parameters": [{"id": "box_height_m", "min": 0.1, "max": 1.5}]}]})");
}

nlohmann::json Good() {
  return nlohmann::json::parse(
      R"({"type": "hello", "sport": "cmj", "media": {"codec": "h264", "width": 640, "height": 480, "fps": 30}})");
}

TEST(ReadHello, ReadsANewSession) {
  auto json = Good();
  json["sport"] = "drop_jump";
  json["parameters"] = {{"box_height_m", 0.4}};
  json["athlete"] = {{"name", "Ada"}, {"height_m", 1.7}, {"mass_kg", 60}, {"sex", "female"}};
  json["of_a_later_version"] = true;
  const auto hello = ReadHello(json.dump(), Sports());
  ASSERT_TRUE(hello.has_value()) << hello.error().message;
  EXPECT_EQ(hello->kind, Hello::Kind::kNew);
  EXPECT_EQ(hello->sport, "drop_jump");
  EXPECT_EQ(hello->codec, MediaKind::kH264);
  EXPECT_EQ(std::pair(hello->width, hello->height), std::pair(640, 480));
  EXPECT_EQ(nlohmann::json::parse(hello->json), json);
}

TEST(ReadHello, CountsCharactersAndCutsBetweenThem) {
  std::string long_name;
  for (int i = 0; i < 100; ++i) long_name += "ö";
  auto json = Good();
  json["athlete"] = {{"name", long_name}};
  EXPECT_TRUE(ReadHello(json.dump(), Sports()).has_value());
  json["athlete"]["name"] = long_name + "ö";
  const auto refused = ReadHello(json.dump(), Sports());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message, "hello.athlete: name is longer than 100 characters");
  json = Good();
  json["parameters"] = {{std::string(99, 'a') + "€", 1}};
  const auto unknown = ReadHello(json.dump(), Sports());
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().message,
            "hello.parameters: " + std::string(99, 'a') + " is no parameter of the sport");
}

TEST(ReadHello, KeepsNoToken) {
  auto json = Good();
  json.erase("sport");
  json["resume"] = {{"session", "s1"}, {"token", "secret"}, {"last_rep", 3}};
  const auto hello = ReadHello(json.dump(), Sports());
  ASSERT_TRUE(hello.has_value()) << hello.error().message;
  EXPECT_EQ(hello->kind, Hello::Kind::kResume);
  EXPECT_EQ(hello->session, "s1");
  EXPECT_EQ(hello->token, "secret");
  EXPECT_EQ(hello->last_rep, 3);
  EXPECT_EQ(hello->json.find("secret"), std::string::npos);
}

TEST(ReadHello, AWatcherNeedsNoMedia) {
  const auto hello = ReadHello(R"({"type": "hello", "watch": "s1"})", Sports());
  ASSERT_TRUE(hello.has_value());
  EXPECT_EQ(hello->kind, Hello::Kind::kWatch);
  EXPECT_EQ(hello->session, "s1");
}

TEST(ReadHello, NamesWhatIsWrong) {
  using Pointer = nlohmann::json::json_pointer;
  const std::vector<std::tuple<std::string, nlohmann::json, std::string, ErrorCode>> cases = {
      {"/type", "end", "type is not hello", ErrorCode::kProtocolError},
      {"/type", 3, "type is no text", ErrorCode::kInvalidArgument},
      {"/sport", "golf", "sport is not one of the catalogue", ErrorCode::kInvalidArgument},
      {"/sport", nullptr, "sport is no text", ErrorCode::kInvalidArgument},
      {"/media", 1, "hello.media is no object", ErrorCode::kInvalidArgument},
      {"/media/codec", "vp9", "codec is not one of", ErrorCode::kUnsupportedCodec},
      {"/media/width", 7680, "width 7680 is outside of 64 to 1920", ErrorCode::kInvalidArgument},
      {"/media/width", 640.5, "width is no whole number", ErrorCode::kInvalidArgument},
      {"/media/fps", 1e9, "fps 1e+09 is outside", ErrorCode::kInvalidArgument},
      {"/media/pose_model", "a,b", "pose_model is no name of letters", ErrorCode::kInvalidArgument},
      {"/athlete", "Ada", "hello.athlete is no object", ErrorCode::kInvalidArgument},
      {"/athlete/height_m", 180, "height_m 180 is outside", ErrorCode::kInvalidArgument},
      {"/athlete/name", std::string(401, 'x'), "name is longer", ErrorCode::kInvalidArgument},
      {"/parameters/box_height_m", 0.4, "box_height_m is no parameter",
       ErrorCode::kInvalidArgument},
      {"/resume/session", "s1", "token is missing", ErrorCode::kProtocolError},
      {"/watch", 7, "watch is no text", ErrorCode::kInvalidArgument},
  };
  for (const auto& [place, value, message, code] : cases) {
    auto json = Good();
    json[Pointer(place)] = value;
    const auto hello = ReadHello(json.dump(), Sports());
    ASSERT_FALSE(hello.has_value()) << place;
    EXPECT_EQ(hello.error().code, code) << place;
    EXPECT_NE(hello.error().message.find(message), std::string::npos) << hello.error().message;
  }
}

TEST(ReadHello, RefusesGarbage) {
  for (const std::string text : {"", "{", "[]", "null", "\xff\xfe", "{\"type\": \"hello\"}"})
    EXPECT_FALSE(ReadHello(text, Sports()).has_value()) << text;
  EXPECT_FALSE(ReadHello(std::string(60'000, '['), Sports()).has_value());
}

TEST(HelloOf, IsFilledWithWhatIsKnownOfTheAthlete) {
  auto hello = Good();
  hello["athlete"] = {{"name", "Ada"}, {"height_m", 1.7}};
  const auto filled =
      nlohmann::json::parse(HelloOf(hello.dump(), R"({"height_m": 1.8, "mass_kg": 60})"));
  EXPECT_EQ(filled["athlete"]["height_m"], 1.7);
  EXPECT_EQ(filled["athlete"]["mass_kg"], 60);
  EXPECT_EQ(HelloOf(hello.dump(), ""), hello.dump());
}

TEST(MergedHello, TakesTheNewMediaAlone) {
  auto now = Good();
  now["sport"] = "other";
  now["media"]["codec"] = "jpeg";
  const auto merged = nlohmann::json::parse(MergedHello(Good().dump(), now.dump()));
  EXPECT_EQ(merged["sport"], "cmj");
  EXPECT_EQ(merged["media"]["codec"], "jpeg");
}

}  // namespace
}  // namespace plyo::service
