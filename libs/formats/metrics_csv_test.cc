#include "plyo/formats/metrics_csv.h"

#include <gtest/gtest.h>

namespace plyo {
namespace {

TEST(MetricsCsv, HasARowForEachRepAndMetric) {
  AnalysisResult result;
  result.source.name = "a, b.mp4";
  result.provenance.options = {{"model", "full"}, {"athlete", "Ann \"A\""}};
  Rep rep;
  rep.index = 1;
  Metric height;
  height.id = "jump_height";
  height.value = 0.1 + 0.2;
  height.unit = "m";
  height.u = 0.008;
  height.flags = {"landing_posture", "low_frame_rate"};
  Metric power;
  power.id = "peak_power";
  power.unit = "W";
  power.reason = "mass_not_given";
  rep.metrics = {height, power};
  AthleteResult athlete;
  athlete.track_id = 2;
  athlete.reps = {rep};
  result.athletes = {athlete};
  EXPECT_EQ(MetricsCsv(result),
            "file,athlete,track_id,rep,metric,value,unit,u,flags,reason,excluded\r\n"
            "\"a, b.mp4\",\"Ann \"\"A\"\"\",2,1,jump_height,0.3,m,0.008,landing_posture "
            "low_frame_rate,,\r\n"
            "\"a, b.mp4\",\"Ann \"\"A\"\"\",2,1,peak_power,,W,,,mass_not_given,\r\n");
}

TEST(MetricsCsv, ARepetitionsFlagsHoldForEachOfItsMetrics) {
  AnalysisResult result;
  Rep& rep = result.athletes.emplace_back().reps.emplace_back();
  rep.index = 1;
  rep.flags = {"low_frame_rate", "scale_conflict"};
  rep.metrics.emplace_back().id = "com_rise";
  rep.metrics.emplace_back().id = "flight_time";
  rep.metrics.back().flags = {"landmarks_only", "low_frame_rate"};
  EXPECT_EQ(MetricsCsv(result),
            "file,athlete,track_id,rep,metric,value,unit,u,flags,reason,excluded\r\n"
            ",,0,1,com_rise,,,,low_frame_rate scale_conflict,,\r\n"
            ",,0,1,flight_time,,,,landmarks_only low_frame_rate scale_conflict,,\r\n");
}

TEST(MetricsCsv, TellsWhichRepetitionsDoNotCount) {
  AnalysisResult result;
  AthleteResult& athlete = result.athletes.emplace_back();
  for (const char* excluded : {"", "stumbled, twice"}) {
    Rep& rep = athlete.reps.emplace_back();
    rep.index = static_cast<int>(athlete.reps.size());
    rep.excluded = excluded;
    rep.metrics.emplace_back().id = "flight_time";
  }
  EXPECT_EQ(MetricsCsv(result),
            "file,athlete,track_id,rep,metric,value,unit,u,flags,reason,excluded\r\n"
            ",,0,1,flight_time,,,,,,\r\n"
            ",,0,2,flight_time,,,,,,\"stumbled, twice\"\r\n");
}

TEST(MetricsCsv, NothingFoundIsAHeaderAlone) {
  EXPECT_EQ(MetricsCsv({}),
            "file,athlete,track_id,rep,metric,value,unit,u,flags,reason,excluded\r\n");
}

}  // namespace
}  // namespace plyo
