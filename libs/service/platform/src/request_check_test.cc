#include "request_check.h"

#include <gtest/gtest.h>

#include <algorithm>

#include <set>

#include "api.h"

namespace plyo::service {
namespace {

using contract::Json;

TEST(RequestCheck, NamesThePlace) {
  const RequestCheck check;
  const auto why = [&](const char* schema, const Json& body) -> std::string {
    try {
      check.CheckBody(schema, body);
    } catch (const Refused& refused) {
      return refused.error().message;
    }
    return {};
  };
  EXPECT_EQ(why("athlete_input", {{"height_m", 1.8}, {"metadata", {{"team", "A"}}}}), "");
  EXPECT_NE(why("athlete_input", {{"height_m", 9}}).find("height_m"), std::string::npos);
  EXPECT_NE(why("athlete_input", {{"metadata", {{"", "A"}}}}), "");
  EXPECT_NE(why("athlete_input", {{"metadata", {{std::string(41, 'x'), "A"}}}}), "");
  EXPECT_NE(why("analysis_input", {{"sport", "cmj"}}), "");
  EXPECT_NE(why("analysis_input", {{"sport", "cmj"}, {"source", {{"type", "tape"}}}}), "");
  EXPECT_EQ(
      why("analysis_input", {{"sport", "cmj"}, {"source", {{"type", "landmarks"}, {"csv", "x"}}}}),
      "");
}

TEST(RequestCheck, SaysWhatIsExpected) {
  const RequestCheck check;
  const struct {
    const char* schema;
    Json body;
    std::string message;
  } cases[] = {
      {"athlete_input", {{"height_m", 9}}, "body.height_m: it has to be a number, 0.5 to 2.6"},
      {"athlete_input", {{"height_m", "1.8"}}, "body.height_m: it has to be a number, 0.5 to 2.6"},
      {"athlete_input", {{"sex", "F"}}, "body.sex: it has to be one of female, male"},
      {"athlete_input", {{"name", ""}}, "body.name: it has to be a text, 1 to 100 characters"},
      {"athlete_input", {{"name", 5}}, "body.name: it has to be a text, 1 to 100 characters"},
      {"athlete_input",
       {{"birth_date", "1999-13-01"}},
       "body.birth_date: it has to be a date as in 1999-12-31"},
      {"athlete_input",
       {{"birth_date", 5}},
       "body.birth_date: it has to be a date as in 1999-12-31"},
      {"athlete_input",
       {{"nam", "A"}},
       "body: there is no 'nam'; known are birth_date, external_id,"
       " height_m, mass_kg, metadata, name, sex"},
      {"athlete_input",
       {{"metadata", {{"a", 1}}}},
       "body.metadata.a: it has to be a text, at most 500 characters"},
      {"athlete_patch", Json::object(), "body: it has to be an object, 1 or more members"},
      {"athlete_patch", {{"sex", "F"}}, "body.sex: it has to be one of female, male"},
      {"athlete_patch",
       {{"height_m", 9}},
       "body.height_m: it has to be a number, 0.5 to 2.6, or null"},
      {"analysis_form", Json::object(), "body: 'sport' is missing"},
      {"analysis_form",
       {{"sport", "cmj"}, {"model", "huge"}},
       "body.model: it has to be one of lite, full, heavy"},
      {"analysis_form",
       {{"sport", "cmj"}, {"outputs", {"report", "film"}}},
       "body.outputs[1]: it has to be one of report, overlay, metrics, landmarks, motion"},
      {"analysis_form",
       {{"sport", "cmj"}, {"outputs", {"report", "report"}}},
       "body.outputs: it has to be an array, at most 5 entries, each once"},
      {"analysis_form",
       {{"sport", "cmj"}, {"athlete_id", "ath_1"}},
       "body.athlete_id: it has to be a text, of the form ^ath_[0-9a-z]{26}$, as "
       "ath_01jdv2m3n4p5q6r7s8t9v0w1x2"},
      {"analysis_form",
       {{"sport", "cmj"}, {"blur_faces", 1}},
       "body.blur_faces: it has to be true or false"},
      {"analysis_input",
       {{"sport", "cmj"}, {"source", "x"}},
       "body.source: it has to be an object"},
      {"analysis_input",
       {{"sport", "cmj"}, {"source", {{"type", "tape"}}}},
       "body.source.type: it has to be one of fixture, landmarks, upload, url"},
      {"analysis_input",
       {{"sport", "cmj"}, {"source", Json::object()}},
       "body.source.type: it has to be one of fixture, landmarks, upload, url"},
      {"analysis_input",
       {{"sport", "cmj"}, {"source", {{"type", "url"}}}},
       "body.source: 'url' is missing"},
      {"analysis_input",
       {{"sport", "cmj"}, {"source", {{"type", "fixture"}, {"name", "run"}}}},
       "body.source.name: it has to be one of jump, failure"},
      {"analysis_input",
       {{"sport", "cmj"}, {"source", {{"type", "fixture"}, {"name", "jump"}, {"url", "x"}}}},
       "body.source: there is no 'url'; known are name, type"},
  };
  for (const auto& [schema, body, message] : cases) {
    try {
      check.CheckBody(schema, body);
      ADD_FAILURE() << body << " is taken";
    } catch (const Refused& refused) {
      EXPECT_EQ(refused.error().message, message);
    }
  }
  const auto* operation = std::ranges::find(
      contract::kOperations, std::string_view("list_athletes"), &contract::Operation::name);
  for (const char* text : {"0", "101", "many"}) {
    try {
      check.CheckParameter(*operation, "limit", text);
      ADD_FAILURE() << text << " is taken";
    } catch (const Refused& refused) {
      EXPECT_EQ(refused.error().message, "limit: it has to be a whole number, 1 to 100");
    }
  }
}

TEST(RequestCheck, RefusesParametersThatAreNoUtf8) {
  const RequestCheck check;
  const auto* operation = std::ranges::find(
      contract::kOperations, std::string_view("list_athletes"), &contract::Operation::name);
  ASSERT_NE(operation, contract::kOperations.end());
  EXPECT_NO_THROW(check.CheckParameter(*operation, "external_id", "Ä"));
  for (const char* text : {"\x8f\x8f\x8f", "a\xff", "\xc3"})
    EXPECT_THROW(check.CheckParameter(*operation, "external_id", text), Refused);
}

TEST(RequestCheck, KnowsEveryOperationAndItsHandler) {
  Handlers handlers;
  AddAthleteHandlers(handlers);
  AddAnalysisHandlers(handlers);
  AddUploadHandlers(handlers);
  AddSessionHandlers(handlers);
  AddWebhookHandlers(handlers);
  AddProjectHandlers(handlers);
  std::set<std::string_view> names;
  for (const auto& operation : contract::kOperations) {
    EXPECT_TRUE(handlers.contains(operation.id)) << operation.name;
    EXPECT_TRUE(names.insert(operation.name).second);
  }
  EXPECT_EQ(handlers.size(), contract::kOperations.size());
}

}  // namespace
}  // namespace plyo::service
