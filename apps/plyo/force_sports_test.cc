#include <gtest/gtest.h>

#include <algorithm>

#include "plyo/force/force_analysis.h"
#include "plyo/sports/catalogue.h"

namespace plyo::cli {
namespace {

/// One name, one meaning: what a plate measures is called as in the sport's own catalogue.
TEST(ForceSports, NamesAreThoseOfTheCatalogue) {
  const auto sports = AllSports();
  for (const Sport& plate : ForceSports()) {
    EXPECT_EQ(FindForceSport(plate.id)->id, plate.id);
    const auto sport = std::ranges::find(sports, plate.id, &Sport::id);
    if (sport == sports.end()) continue;
    EXPECT_EQ(plate.label, sport->label);
    for (const auto& metric : plate.metrics) {
      const auto same = std::ranges::find(sport->metrics, metric.id, &MetricDescriptor::id);
      if (same == sport->metrics.end()) continue;
      SCOPED_TRACE(plate.id);
      EXPECT_EQ(metric.unit, same->unit) << metric.id;
      EXPECT_EQ(metric.better, same->better) << metric.id;
      EXPECT_EQ(metric.headline, same->headline) << metric.id;
      EXPECT_EQ(metric.label, same->label) << metric.id;
      EXPECT_EQ(metric.decimals, same->decimals) << metric.id;
    }
    for (const auto& event : plate.events) {
      const auto same = std::ranges::find(sport->events, event.id, &EventDescriptor::id);
      if (same != sport->events.end()) {
        EXPECT_EQ(event.label, same->label) << event.id;
      }
    }
  }
  EXPECT_EQ(FindForceSport("golf"), nullptr);
}

}  // namespace
}  // namespace plyo::cli
