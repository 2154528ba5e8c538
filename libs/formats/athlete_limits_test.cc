#include "plyo/formats/athlete_limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace plyo {
namespace {

using ::testing::HasSubstr;

TEST(CheckHeight, TakesPeople) {
  EXPECT_EQ(*CheckHeight(0.5, "--height"), 0.5);
  EXPECT_EQ(*CheckHeight(1.8, "--height"), 1.8);
  EXPECT_EQ(*CheckHeight(2.6, "--height"), 2.6);
}

TEST(CheckHeight, GuessesTheUnitThatWasMeant) {
  EXPECT_EQ(CheckHeight(180, "--height").error().message,
            "--height 180 is outside of 0.5 to 2.6 m: it is in metres; did you mean 1.80?");
  EXPECT_THAT(CheckHeight(1795, "height_m").error().message, HasSubstr("did you mean 1.79?"));
  EXPECT_THAT(CheckHeight(6, "--height").error().message, HasSubstr("6 feet are 1.83"));
}

TEST(CheckHeight, RefusesTheRest) {
  for (const double metres :
       {0.49, 2.61, 0.0, -1.8, 1e9, std::nan(""), std::numeric_limits<double>::infinity()}) {
    const auto checked = CheckHeight(metres, "--height");
    ASSERT_FALSE(checked) << metres;
    EXPECT_EQ(checked.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(CheckMass, KnowsGrams) {
  EXPECT_EQ(*CheckMass(72.5, "--mass"), 72.5);
  EXPECT_THAT(CheckMass(72500, "--mass").error().message, HasSubstr("did you mean 72.5?"));
  EXPECT_FALSE(CheckMass(9.9, "--mass"));
  EXPECT_FALSE(CheckMass(401, "--mass"));
}

TEST(CheckCaptureFps, IsARateOfACamera) {
  EXPECT_EQ(*CheckCaptureFps(240, "--capture-fps"), 240);
  EXPECT_THAT(CheckCaptureFps(0, "--capture-fps").error().message, HasSubstr("1 to 2000 frames/s"));
  EXPECT_FALSE(CheckCaptureFps(2001, "--capture-fps"));
}

TEST(CheckParameter, KeepsToTheDescriptor) {
  const ParameterDescriptor box{.id = "box_height_m",
                                .unit = "m",
                                .label = {},
                                .text = {},
                                .default_value = {},
                                .min = 0.05,
                                .max = 1.5};
  EXPECT_EQ(*CheckParameter(0.3, box, "--box-height"), 0.3);
  EXPECT_THAT(CheckParameter(30, box, "--box-height").error().message,
              HasSubstr("did you mean 0.30?"));
  const ParameterDescriptor belt{.id = "belt_speed_m_s",
                                 .unit = "m/s",
                                 .label = {},
                                 .text = {},
                                 .default_value = {},
                                 .min = 0.5,
                                 .max = 8};
  EXPECT_THAT(CheckParameter(14.4, belt, "--belt-speed").error().message,
              HasSubstr("14.4 km/h are 4.00"));
}

TEST(ParseSex, TakesLettersAndWords) {
  EXPECT_EQ(*ParseSex("F", "--sex"), Sex::kFemale);
  EXPECT_EQ(*ParseSex("male", "--sex"), Sex::kMale);
  EXPECT_EQ(ParseSex("x", "--sex").error().message, "--sex 'x' is not one of F, M");
  EXPECT_EQ(SexName(Sex::kFemale), "F");
  EXPECT_EQ(SexName(Sex::kUnknown), "");
}

}  // namespace
}  // namespace plyo
