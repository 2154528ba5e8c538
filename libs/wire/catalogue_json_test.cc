#include "plyo/wire/catalogue_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace plyo {
namespace {

TEST(CatalogueJson, HoldsEveryDescriptor) {
  Sport sport;
  sport.id = "cmj";
  sport.label = "Countermovement jump";
  sport.text = "A jump from standing.";
  sport.latency_s = 1.5;
  sport.metrics = {{.id = "jump_height",
                    .unit = "m",
                    .label = "Jump height",
                    .text = "Rise.",
                    .decimals = 3,
                    .headline = true,
                    .min = 0.02,
                    .max = std::nullopt,
                    .better = Better::kMore}};
  sport.events = {
      {.id = "takeoff", .label = "Take-off", .text = "Last contact.", .key_frame = true}};
  sport.phases = {{.id = "flight", .label = "Flight", .text = "In the air."}};
  sport.parameters = {{.id = "box_height_m",
                       .unit = "m",
                       .label = "Box height",
                       .text = "Nominal.",
                       .default_value = std::nullopt,
                       .min = 0.05,
                       .max = 1.5}};
  sport.cues = {{.id = "low",
                 .metric = "jump_height",
                 .side = CueSide::kBelow,
                 .threshold = 0.1,
                 .level = CueLevel::kAttention,
                 .text = "Low.",
                 .reason = "So it is."}};
  const std::vector<Sport> sports = {sport};
  EXPECT_EQ(
      ToJson(sports).dump(),
      R"({"schema":"plyo.catalogue/1","sports":[{"id":"cmj","label":"Countermovement jump","text":"A jump from standing.",)"
      R"("latency_s":1.5,"repeats_steps":false,"metrics":[{"id":"jump_height","unit":"m","label":"Jump height","text":"Rise.","decimals":3,)"
      R"("headline":true,"better":"more","of_summary":false,"min":0.02,"max":null}],"events":[{"id":"takeoff","label":"Take-off","text":"Last contact.",)"
      R"("key_frame":true}],"phases":[{"id":"flight","label":"Flight","text":"In the air."}],"parameters":[)"
      R"({"id":"box_height_m","unit":"m","label":"Box height","text":"Nominal.","default":null,"min":0.05,"max":1.5}],)"
      R"("cues":[{"id":"low","metric":"jump_height","below":0.1,"level":"attention","text":"Low.","reason":"So it is."}]}]})");
}

}  // namespace
}  // namespace plyo
