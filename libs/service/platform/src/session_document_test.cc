#include "session_document.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace plyo::service {
namespace {

StoredSession Example() {
  StoredSession session{.id = "s1", .sport = "cmj", .created_us = 1'700'000'000'000'001};
  session.hello_json = R"({"athlete": {"name": "=Ada, \"A\""}})";
  session.reps = {
      {1, R"({"type":"rep","track_id":1,"rep":{"index":1,"metrics":[)"
          R"({"id":"jump_height","value":0.31,"unit":"m","u":0.01,"flags":["a","b"]},)"
          R"({"id":"peak_power","value":null,"unit":"W","reason":"no_mass","flags":[]}]}})"}};
  return session;
}

TEST(SessionJson, IsADocumentOfWhatIsStored) {
  auto session = Example();
  auto json = nlohmann::json::parse(SessionJson(session));
  EXPECT_EQ(json["session"], "s1");
  EXPECT_EQ(json["created"], "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(json["reps"][0]["rep"]["metrics"][0]["value"], 0.31);
  EXPECT_EQ(json["ended"], false);
  EXPECT_TRUE(json["result"].is_null());
  session.result_json = R"({"type":"result","result":{"schema":"plyo.analysis/1"}})";
  json = nlohmann::json::parse(SessionJson(session));
  EXPECT_EQ(json["ended"], true);
  EXPECT_EQ(json["result"]["schema"], "plyo.analysis/1");
}

TEST(SessionCsv, HasARowForEveryMetric) {
  EXPECT_EQ(SessionCsv(Example()),
            "session,athlete,track_id,rep,metric,value,unit,u,flags,reason\r\n"
            "s1,\"'=Ada, \"\"A\"\"\",1,1,jump_height,0.31,m,0.01,a b,\r\n"
            "s1,\"'=Ada, \"\"A\"\"\",1,1,peak_power,,W,,,no_mass\r\n");
}

}  // namespace
}  // namespace plyo::service
