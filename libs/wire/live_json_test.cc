#include "plyo/wire/live_json.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "example_result.h"

namespace plyo {
namespace {

nlohmann::json LoadContract() {
  const std::string command =
      "/usr/bin/python3 -c \"import "
      "json,yaml;print(json.dumps(yaml.safe_load(open('" PLYO_SOURCE_DIR
      "/contract/stream.yaml'))))\"";
  std::string text;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  std::array<char, 4096> part{};
  while (std::fgets(part.data(), part.size(), pipe) != nullptr) text += part.data();
  if (pclose(pipe) != 0) throw std::runtime_error("failed: " + command);
  return nlohmann::json::parse(text);
}

const nlohmann::json& Contract() {
  static const nlohmann::json kContract = LoadContract();
  return kContract;
}

/// Empty, or what the contract has against the message; fields that it does not name count too.
std::string Complaint(const std::string& text) {
  const auto json = nlohmann::json::parse(text);
  const auto& message = Contract()["components"]["messages"].at(json.at("type"));
  nlohmann::json root = message.at("payload");
  root["components"] = Contract()["components"];
  valijson::Schema schema;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(root), schema);
  valijson::ValidationResults results;
  valijson::Validator validator;
  std::ostringstream all;
  if (!validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(json), &results)) {
    for (valijson::ValidationResults::Error error; results.popError(error);) {
      for (const auto& place : error.context) all << place;
      all << ": " << error.description << '\n';
    }
  }
  if (root.contains("properties")) {
    for (const auto& [field, value] : json.items()) {
      if (!root["properties"].contains(field)) all << field << " is not in the contract\n";
    }
  }
  return all.str();
}

PoseFrame ExamplePose() {
  PoseFrame pose;
  pose.track = 2;
  pose.presence = 0.987F;
  pose.image_width = 640;
  pose.image_height = 360;
  for (std::size_t i = 0; i < kLandmarkCount; ++i) {
    pose.image[i] = {100.26F + static_cast<float>(i), 50.F, 0.F, 0.876F};
  }
  return pose;
}

std::vector<Sport> Sports() {
  Sport sport;
  sport.id = "drop";
  sport.parameters.push_back({.id = "box_height_m",
                              .unit = "m",
                              .label = {},
                              .text = {},
                              .default_value = {},
                              .min = 0.1,
                              .max = 1});
  return {sport};
}

TEST(LiveJson, EveryMessageIsOfTheContract) {
  const std::vector<PoseFrame> people{ExamplePose()};
  live::PoseMessage pose{.sequence = 7,
                         .t_us = 1'234'567,
                         .width = 640,
                         .height = 360,
                         .people = people,
                         .sex = Sex::kMale,
                         .phase = {},
                         .timing = {1.5, 0.4, 5.25, 0.1, 7.25}};
  const Rep rep = testing::ExampleResult().athletes[0].reps[0];
  for (const std::string& text :
       {live::WritePose(pose), live::WriteEvent(2, rep.events[0]), live::WriteRep(2, rep),
        live::WriteMetric({2, "com_rise_live", 0.31, "m", 0.02}),
        live::WriteMetric({2, "com_rise_live", 0.31, "m", std::nullopt}),
        live::WriteCue({"best_so_far", CueLevel::kGood, "jump_height", 0.35}),
        live::WriteCue({"deeper_than_usual", CueLevel::kInfo, {}, std::nullopt}),
        live::WriteQuality(std::vector<std::string>{"too_dark", "feet_out_of_picture"}),
        live::WriteQuality({}), live::WriteCapacity({15, 640, 360}),
        live::WriteTiming({30, 20, 8, 2, {1, 2, 3, 4, 5}, {5, 6, 7, 8, 9}}),
        live::WriteResult(testing::ExampleResult())}) {
    EXPECT_EQ(Complaint(text), "") << text;
    EXPECT_EQ(text.find('\n'), std::string::npos);
  }
}

TEST(LiveJson, TheContractRefusesOtherMessages) {
  EXPECT_NE(Complaint(R"({"type":"quality","hints":["looks_odd"]})"), "");
  EXPECT_NE(Complaint(R"({"type":"capacity","fps":15})"), "");
  EXPECT_NE(Complaint(R"({"type":"quality","hints":[],"more":1})"), "");
}

TEST(LiveJson, ASkeletonIsShort) {
  const std::vector<PoseFrame> people{ExamplePose()};
  live::PoseMessage message;
  message.people = people;
  message.timing = {1.234567, 0.4, 5.25, 0.1, 6.984567};
  const auto json = nlohmann::json::parse(live::WritePose(message));
  EXPECT_EQ(json["people"][0]["landmarks"].size(), 99U);
  EXPECT_EQ(json["people"][0]["landmarks"][0], 100.3);
  EXPECT_EQ(json["people"][0]["landmarks"][2], 0.88);
  EXPECT_EQ(json["timing"]["queue"], 1.23);
  EXPECT_EQ(json["timing"]["total"], 6.98);
  EXPECT_LT(live::WritePose(message).size(), 1200U);
}

TEST(LiveJson, ARepetitionIsReadAsItWasWritten) {
  const Rep rep = testing::ExampleResult().athletes[0].reps[0];
  const auto read = live::ReadRepMessage(live::WriteRep(5, rep));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->track, 5);
  EXPECT_EQ(read->rep, rep);
  EXPECT_FALSE(live::ReadRepMessage(R"({"type":"rep","track_id":1})"));
}

TEST(ReadHello, TakesWhatTheContractNames) {
  const auto sports = Sports();
  const auto hello = live::ReadHello(
      R"({"type":"hello","sport":"drop","athlete":{"name":"A","height_m":1.8,"mass_kg":78,"sex":"male"},
          "parameters":{"box_height_m":0.3},
          "media":{"codec":"h264","width":640,"height":480,"fps":30,"pose_model":"x"},"new":{}})",
      sports);
  ASSERT_TRUE(hello) << hello.error().message;
  EXPECT_EQ(hello->sport, &sports[0]);
  EXPECT_EQ(hello->athlete.height_m, 1.8);
  EXPECT_EQ(hello->athlete.sex, Sex::kMale);
  EXPECT_EQ(hello->athlete.parameters.at("box_height_m"), 0.3);
  EXPECT_EQ(hello->athlete.pose_model, "");
  EXPECT_EQ(hello->codec, live::Codec::kH264);
  EXPECT_EQ(hello->width, 640);
  EXPECT_EQ(hello->fps, 30);
}

TEST(ReadHello, TakesTheAthletesThatTheFrontLetsThrough) {
  for (const std::string athlete :
       {R"({"height_m":0.5,"mass_kg":10})", R"({"height_m":2.6,"mass_kg":400})"}) {
    const std::string media = R"("media":{"codec":"jpeg","width":640,"height":480,"fps":30})";
    EXPECT_TRUE(
        live::ReadHello(R"({"sport":"drop","athlete":)" + athlete + "," + media + "}", Sports()))
        << athlete;
  }
}

TEST(ReadHello, NamesWhatIsWrong) {
  const auto sports = Sports();
  const std::string media = R"("media":{"codec":"jpeg","width":640,"height":480,"fps":30})";
  const auto code = [&](const std::string& text) {
    const auto hello = live::ReadHello(text, sports);
    EXPECT_FALSE(hello) << text;
    return hello ? ErrorCode::kInternal : hello.error().code;
  };
  EXPECT_EQ(code("{"), ErrorCode::kProtocolError);
  EXPECT_EQ(code("[]"), ErrorCode::kProtocolError);
  EXPECT_EQ(code(R"({"sport":"drop"})"), ErrorCode::kProtocolError);
  EXPECT_EQ(code(R"({"sport":"chess",)" + media + "}"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(R"({"sport":"drop","athlete":{"height_m":18},)" + media + "}"),
            ErrorCode::kProtocolError);
  EXPECT_EQ(code(R"({"sport":"drop","parameters":{"box_height_m":3},)" + media + "}"),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(R"({"sport":"drop","parameters":{"other":3},)" + media + "}"),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(R"({"sport":"drop","media":{"codec":"hevc","width":640,"height":480,"fps":30}})"),
            ErrorCode::kUnsupportedCodec);
  EXPECT_EQ(code(R"({"sport":"drop","media":{"codec":"h264","width":7680,"height":480,"fps":30}})"),
            ErrorCode::kProtocolError);
  EXPECT_EQ(code(R"({"sport":"drop","media":{"codec":"h264","width":640,"height":480,"fps":-1}})"),
            ErrorCode::kProtocolError);
}

}  // namespace
}  // namespace plyo
