#include "plyo/report/norms.h"

#include <map>
#include <nlohmann/json.hpp>

#include "plyo_embed/norms.h"

namespace plyo {
namespace {

using Json = nlohmann::json;

struct Norms {
  std::vector<Norm> rows;
  std::vector<WithoutNorm> without;
};

std::optional<double> Number(const Json& row, const char* key) {
  const auto at = row.find(key);
  return at == row.end() ? std::nullopt : std::optional(at->get<double>());
}

Sex SexOf(const std::string& text) {
  return text == "male" ? Sex::kMale : text == "female" ? Sex::kFemale : Sex::kUnknown;
}

// The file is the program's own, and its form is checked by tools/gen_norms.py.
Norms Read() {
  const Json file = Json::parse(embedded::norms::NormsJson());
  std::map<std::string, const Json*> sources;
  for (const Json& source : file["sources"]) sources[source["id"]] = &source;
  Norms norms;
  for (const Json& row : file["norms"]) {
    const Json& source = *sources.at(row["source"]);
    norms.rows.push_back({.sport = row["sport"],
                          .metric = row["metric"],
                          .unit = row["unit"],
                          .population = row["population"],
                          .sex = SexOf(row["sex"]),
                          .n = row["n"],
                          .mean = Number(row, "mean"),
                          .sd = Number(row, "sd"),
                          .low = Number(row, "low"),
                          .high = Number(row, "high"),
                          .measured = row["measured"],
                          .citation = source["citation"],
                          .doi = source["doi"]});
  }
  for (const Json& row : file["without"])
    norms.without.push_back({row["sport"], row["metrics"], row["why"]});
  return norms;
}

const Norms& All() {
  static const Norms kNorms = Read();
  return kNorms;
}

}  // namespace

std::span<const Norm> AllNorms() { return All().rows; }
std::span<const WithoutNorm> AllWithoutNorm() { return All().without; }

std::vector<const Norm*> NormsFor(std::string_view sport, Sex sex) {
  std::vector<const Norm*> found;
  for (const Norm& norm : AllNorms()) {
    const bool of_his_kind = sex == Sex::kUnknown || norm.sex == Sex::kUnknown || norm.sex == sex;
    if (norm.sport == sport && of_his_kind) found.push_back(&norm);
  }
  return found;
}

}  // namespace plyo
