#include "fixtures.h"

#include "plyo_embed/fixtures.h"

namespace plyo::service {

Fixture FixtureOf(const std::string& name) {
  if (name == "failure") {
    return {.files = {},
            .error = Error{ErrorCode::kNotAVideo, "input: the fixture 'failure' is no video"}};
  }
  return {.files = {{"result.json", std::string(embedded::fixtures::FixtureJumpJson())},
                    {"metrics.csv", std::string(embedded::fixtures::FixtureJumpCsv())}},
          .error = {}};
}

}  // namespace plyo::service
