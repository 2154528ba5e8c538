#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "example_result.h"
#include "plyo/wire/result_json.h"

namespace plyo {
namespace {

/// contract/result.schema.json keeps to what drafts 7 and 2020-12 read alike, so that a validator
/// of either will do.
class ResultSchema : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ifstream in(PLYO_SOURCE_DIR "/contract/result.schema.json");
    ASSERT_TRUE(in);
    const auto json = nlohmann::json::parse(in);
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(json), schema_);
  }

  /// Empty, or what the schema has against the document.
  std::string Complaint(const std::string& document) {
    const auto json = nlohmann::json::parse(document);
    valijson::ValidationResults results;
    valijson::Validator validator;
    if (validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter(json), &results))
      return {};
    std::ostringstream all;
    for (valijson::ValidationResults::Error error; results.popError(error);) {
      for (const auto& place : error.context) all << place;
      all << ": " << error.description << '\n';
    }
    return all.str();
  }

  valijson::Schema schema_;
};

TEST_F(ResultSchema, HoldsForAFullDocument) {
  EXPECT_EQ(Complaint(ResultDocument(testing::ExampleResult())), "");
}

TEST_F(ResultSchema, HoldsForNothingFound) {
  AnalysisResult result = testing::ExampleResult();
  result.athletes.clear();
  result.source.sha256.clear();
  EXPECT_EQ(Complaint(ResultDocument(result)), "");
}

TEST_F(ResultSchema, HoldsForAForcePlate) {
  AnalysisResult result = testing::ExampleResult();
  result.source.kind = SourceKind::kForcePlate;
  for (auto& rep : result.athletes.front().reps) rep.scale = {"body_weight", {}, {}};
  const auto document = ResultDocument(result);
  EXPECT_EQ(Complaint(document), "");
  EXPECT_EQ(ResultFromDocument(document)->source.kind, SourceKind::kForcePlate);
}

TEST_F(ResultSchema, RefusesWhatTheReaderRefuses) {
  auto json = ToJson(testing::ExampleResult());
  for (const char* pointer :
       {"/schema", "/source/frames", "/athletes/0/reps/0/metrics/2/reason",
        "/athletes/0/reps/0/metrics/0/u", "/athletes/0/reps/0/events/0/u_s", "/quality/flags",
        "/provenance/model/name", "/athletes/0/summary/0/n"}) {
    auto damaged = json;
    const nlohmann::ordered_json::json_pointer place(pointer);
    damaged.at(place.parent_pointer()).erase(place.back());
    EXPECT_NE(Complaint(damaged.dump()), "") << pointer;
  }
}

/// Every field that is written is described, and every field that is described is written.
void CompareFields(const nlohmann::json& root, const nlohmann::json& schema,
                   const nlohmann::json& value, const std::string& place) {
  if (schema.contains("$ref")) {
    const auto pointer = schema.at("$ref").get<std::string>().substr(1);
    return CompareFields(root, root.at(nlohmann::json::json_pointer(pointer)), value, place);
  }
  if (schema.contains("oneOf")) {
    return CompareFields(root, schema.at("oneOf").at(value.at("value").is_null() ? 1 : 0), value,
                         place);
  }
  if (value.is_array() && schema.contains("items")) {
    for (const auto& item : value) CompareFields(root, schema.at("items"), item, place + "[]");
  }
  if (!value.is_object() || !schema.contains("properties")) return;
  for (const auto& [field, child] : value.items()) {
    ASSERT_TRUE(schema.at("properties").contains(field))
        << place << "." << field << " is not in the schema";
    auto inner = place;
    inner.append(".").append(field);
    CompareFields(root, schema.at("properties").at(field), child, inner);
  }
  for (const auto& field : schema.at("required")) {
    EXPECT_TRUE(value.contains(field)) << place << "." << field << " is not written";
  }
}

TEST_F(ResultSchema, DescribesEveryFieldThatIsWritten) {
  std::ifstream in(PLYO_SOURCE_DIR "/contract/result.schema.json");
  const auto root = nlohmann::json::parse(in);
  CompareFields(root, root, nlohmann::json::parse(ResultDocument(testing::ExampleResult())), "");
}

}  // namespace
}  // namespace plyo
