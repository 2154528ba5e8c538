#include "plyo/wire/result_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "example_result.h"

namespace plyo {
namespace {

using ::testing::AllOf;
using testing::ExampleResult;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::ordered_json;

TEST(ResultJson, ComesBackAsItWas) {
  const auto read = ResultFromDocument(ResultDocument(ExampleResult()));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, ExampleResult());
}

TEST(ResultJson, OneLineHoldsTheSame) {
  const auto text = ResultDocument(ExampleResult(), JsonLayout::kOneLine);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_EQ(ResultFromDocument(text), ResultFromDocument(ResultDocument(ExampleResult())));
}

TEST(ResultJson, KeepsTheOrderOfTheDefinition) {
  std::vector<std::string> fields;
  const auto json = ToJson(ExampleResult());
  for (const auto& [field, value] : json.items()) fields.push_back(field);
  EXPECT_THAT(fields, ::testing::ElementsAre("schema", "sport", "source", "athletes", "quality",
                                             "provenance"));
}

TEST(ResultJson, AnAbsentMetricIsNullWithAReasonAndWithoutUncertainty) {
  const auto metric = ToJson(ExampleResult())["athletes"][0]["reps"][0]["metrics"][2];
  EXPECT_EQ(metric.dump(),
            R"({"id":"peak_power","value":null,"unit":"W","reason":"mass_not_given","flags":[]})");
}

TEST(ResultJson, APresentMetricCarriesItsTimeRangeAndClass) {
  const auto metric = ToJson(ExampleResult())["athletes"][0]["reps"][0]["metrics"][1];
  EXPECT_EQ(
      metric.dump(),
      R"({"id":"foot_strike","value":7.25,"class":"heel","unit":"deg","u":null,"begin_s":1.0,"end_s":1.5,"flags":[]})");
}

TEST(ResultJson, NumbersHaveNoNoise) {
  auto result = ExampleResult();
  auto& rep = result.athletes[0].reps[0];
  rep.metrics[0].value = 0.1 + 0.2;
  rep.events[0].t_s = 1.9312000000001;
  rep.events[0].u_s = -0.0;
  const auto json = ToJson(result)["athletes"][0]["reps"][0];
  EXPECT_EQ(json["metrics"][0]["value"].dump(), "0.3");
  EXPECT_EQ(json["events"][0]["t_s"].dump(), "1.9312");
  EXPECT_EQ(json["events"][0]["u_s"].dump(), "0.0");
}

TEST(ResultJson, WhatIsNotFiniteIsAbsent) {
  auto result = ExampleResult();
  result.athletes[0].reps[0].metrics[0].value = std::nan("");
  const auto metric = ToJson(result)["athletes"][0]["reps"][0]["metrics"][0];
  EXPECT_TRUE(metric["value"].is_null());
  EXPECT_EQ(metric["reason"], "not_finite");
  EXPECT_TRUE(ResultFromDocument(ResultDocument(result)));
}

TEST(ResultJson, HostileNamesStayText) {
  auto result = ExampleResult();
  result.source.name = "a \"b\" </script><script>alert(1)</script> \n.mp4";
  EXPECT_EQ(ResultFromDocument(ResultDocument(result))->source.name, result.source.name);
}

TEST(ResultJson, BytesThatAreNotUtf8AreReplaced) {
  auto result = ExampleResult();
  result.source.name = "caf\xE9.mp4";
  const auto read = ResultFromDocument(ResultDocument(result));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->source.name, "caf\xEF\xBF\xBD.mp4");
}

TEST(ResultJson, PassesOverUnknownFields) {
  auto json = ToJson(ExampleResult());
  json["later"] = {{"any", "thing"}};
  json["athletes"][0]["later"] = 1;
  EXPECT_EQ(*ResultFromDocument(json.dump()), ExampleResult());
}

std::string FailureOf(std::string_view text, const ResultDocumentLimits& limits = {}) {
  const auto read = ResultFromDocument(text, limits);
  if (read) return "no failure";
  EXPECT_EQ(read.error().code, ErrorCode::kInvalidDocument);
  return read.error().message;
}

struct Damage {
  const char* pointer;  // what is replaced
  Json by;              // discarded: removed
  const char* message;
};

class DamagedDocument : public ::testing::TestWithParam<Damage> {};

TEST_P(DamagedDocument, IsRefusedWithItsPlace) {
  auto json = ToJson(ExampleResult());
  const Json::json_pointer pointer(GetParam().pointer);
  if (GetParam().by.is_discarded()) {
    json.at(pointer.parent_pointer()).erase(pointer.back());
  } else {
    json.at(pointer) = GetParam().by;
  }
  EXPECT_THAT(FailureOf(json.dump()), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Places, DamagedDocument,
    ::testing::Values(
        Damage{"/schema", "plyo.analysis/2", "schema: 'plyo.analysis/2' and not plyo.analysis/1"},
        Damage{"/sport", Json(Json::value_t::discarded), "sport: is missing"},
        Damage{"/source", 1, "source: expected an object"},
        Damage{"/source/frames", -1, "source.frames: expected a whole number from 0"},
        Damage{"/source/frames", 1.5, "source.frames: expected a whole number"},
        Damage{"/source/frames", 18446744073709551615U, "source.frames: expected a whole number"},
        Damage{"/source/width", 1e3, "source.width: expected a whole number"},
        Damage{"/source/rotation_deg", 360,
               "source.rotation_deg: expected a whole number from 0 to 359"},
        Damage{"/source/variable_frame_rate", 0,
               "source.variable_frame_rate: expected true or false"},
        Damage{"/athletes", Json::object(), "athletes: expected an array"},
        Damage{"/athletes/0", "me", "athletes[0]: expected an object"},
        Damage{"/athletes/0/track_id", 0, "athletes[0].track_id: expected a whole number from 1"},
        Damage{"/athletes/0/reps/0/status", "maybe",
               "athletes[0].reps[0].status: expected confirmed or provisional"},
        Damage{"/athletes/0/reps/0/events/0/t_s", "1.9",
               "athletes[0].reps[0].events[0].t_s: expected a number"},
        Damage{"/athletes/0/reps/0/metrics/0/flags", Json::array({1}),
               "athletes[0].reps[0].metrics[0].flags: expected strings"},
        Damage{"/athletes/0/reps/0/metrics/2/reason", "",
               "athletes[0].reps[0].metrics[2].reason: an absent value needs a reason"},
        Damage{"/provenance/options/model", 1, "provenance.options.model: expected a string"}));

TEST(ResultDocumentLimits, AreKept) {
  const auto text = ResultDocument(ExampleResult());
  EXPECT_THAT(FailureOf(text, {.bytes = text.size() - 1}), HasSubstr("bytes"));
  EXPECT_THAT(FailureOf(text, {.text_bytes = 63}), HasSubstr("a string of more than 63 bytes"));
  EXPECT_THAT(FailureOf(text, {.elements = 1}), HasSubstr("more than 1 elements"));
  EXPECT_THAT(FailureOf(text, {.depth = 5}), HasSubstr("nested deeper than 5"));
  EXPECT_THAT(FailureOf(std::string(1'000'000, '[')), HasSubstr("nested deeper"));
}

TEST(ResultDocument, TextThatIsNotJsonIsRefused) {
  EXPECT_THAT(FailureOf(""), HasSubstr("not a result document"));
  const std::string cut = FailureOf("{\"schema\": \"plyo.analysis/1\"");
  EXPECT_THAT(cut, AllOf(HasSubstr("parse error at line 1"), Not(HasSubstr("exception"))));
  EXPECT_THAT(FailureOf("[]"), HasSubstr("expected an object"));
  EXPECT_THAT(FailureOf("{\"schema\":\"\xff\"}"), HasSubstr("UTF-8"));
}

RC_GTEST_PROP(ResultDocument, CutAnywhereIsRefusedWithoutHarm, ()) {
  static const std::string kText = ResultDocument(ExampleResult());
  const auto size = *rc::gen::inRange<std::size_t>(0, kText.size());
  RC_ASSERT(!ResultFromDocument(std::string_view(kText).substr(0, size)));
}

RC_GTEST_PROP(ResultDocument, FiguresKeepSevenDigits, (double value)) {
  RC_PRE(std::isfinite(value));
  auto result = ExampleResult();
  result.athletes[0].reps[0].metrics[0].value = value;
  const auto read = ResultFromDocument(ResultDocument(result));
  RC_ASSERT(static_cast<bool>(read));
  const double back = *read->athletes[0].reps[0].metrics[0].value;
  RC_ASSERT(std::abs(back - value) <= 1e-6 * std::abs(value));
}

}  // namespace
}  // namespace plyo
