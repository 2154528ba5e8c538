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
