#include "request_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <locale>
#include <stdexcept>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "plyo/service/refused.h"
#include "plyo_embed/openapi.h"

namespace plyo::service {
namespace {

using Plain = nlohmann::json;
using Adapter = valijson::adapters::NlohmannJsonAdapter;

std::string Lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

/// valijson 1.0 refuses every name below a property that is a reference; they are looked at by
/// hand.
void DropPropertyNames(Plain& schema) {
  if (schema.is_object()) schema.erase("propertyNames");
  if (!schema.is_structured()) return;
  for (auto& part : schema) DropPropertyNames(part);
}

void CheckNames(const contract::Json& body) {
  constexpr std::size_t kLongest = 40;
  if (!body.contains("metadata") || !body["metadata"].is_object()) return;
  for (const auto& [name, value] : body["metadata"].items()) {
    if (name.empty() || name.size() > kLongest)
      Refuse(ErrorCode::kInvalidArgument,
             fmt::format("body.metadata: a name has 1 to {} characters", kLongest));
  }
}

void Check(const valijson::Schema& schema, const Plain& value, const std::string& where) {
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  valijson::ValidationResults results;
  std::string place;
  std::string what = "is not what the contract says";
  try {
    if (validator.validate(schema, Adapter(value), &results)) return;
    // The first is the innermost, which says most.
    if (valijson::ValidationResults::Error error; results.popError(error)) {
      for (const auto& step : error.context) place += step == "<root>" ? "" : step;
      what = error.description;
    }
  } catch (const std::runtime_error&) {  // a format or a pattern for texts met something else
    what = "a value is of a type that the contract does not take";
  }
  Refuse(ErrorCode::kInvalidArgument, fmt::format("{}{}: {}", where, place, what));
}

bool IsUtf8(const std::string& text) {
  try {
    (void)Plain(text).dump();
    return true;
  } catch (const Plain::type_error&) {
    return false;
  }
}

/// Patterns are compiled by many threads at a time, and libstdc++ fills a table of the locale at
/// its first uses without a lock (its bug 77704): here it is filled before there are threads.
void FillTablesOfTheLocale() {
  const auto& characters = std::use_facet<std::ctype<char>>(std::locale());
  characters.widen('a');
  for (int c = 0; c < 256; ++c) characters.narrow(static_cast<char>(c), '\0');
}

}  // namespace

struct RequestCheck::Schemas {  // NOLINT(bugprone-exception-escape): a Json may be moved
  Plain contract;
  std::map<std::string, std::unique_ptr<valijson::Schema>, std::less<>> bodies;
  struct Parameter {
    std::unique_ptr<valijson::Schema> schema;
    bool number = false;
  };
  std::map<std::string, Parameter, std::less<>> parameters;  ///< by "operation name"

  std::unique_ptr<valijson::Schema> Make(const Plain& schema) const {
    Plain document = schema;
    document["components"] = {{"schemas", contract["components"]["schemas"]}};
    auto made = std::make_unique<valijson::Schema>();
    valijson::SchemaParser parser;
    parser.populateSchema(Adapter(document), *made);
    return made;
  }
  Plain Resolved(Plain node) const {
    while (node.contains("$ref"))
      node = contract.at(Plain::json_pointer(node["$ref"].get<std::string>().substr(1)));
    return node;
  }
};

RequestCheck::RequestCheck() : schemas_(std::make_unique<Schemas>()) {
  FillTablesOfTheLocale();
  auto& all = *schemas_;
  all.contract = Plain::parse(embedded::openapi::OpenapiJson());
  DropPropertyNames(all.contract);
  for (const auto& operation : contract::kOperations) {
    const std::string body(operation.body);
    if (!body.empty() && !all.bodies.contains(body))
      all.bodies[body] = all.Make({{"$ref", "#/components/schemas/" + body}});
    const auto& item = all.contract["paths"][std::string(operation.path)];
    const auto& own = item[Lower(std::string(operation.method))];
    for (const auto* list : {&item, &own}) {
      for (const auto& entry : list->value("parameters", Plain::array())) {
        const auto parameter = all.Resolved(entry);
        const auto in = parameter["in"].get<std::string>();
        auto name = parameter["name"].get<std::string>();
        if (in == "header") name = "header:" + Lower(name);
        const auto type = all.Resolved(parameter["schema"]).value("type", "string");
        all.parameters[fmt::format("{} {}", operation.name, name)] = {
            all.Make(all.Resolved(parameter["schema"])), type == "integer"};
      }
    }
  }
  // Of the part `analysis` of a form.
  all.bodies["analysis_form"] = all.Make({{"$ref", "#/components/schemas/analysis_form"}});
}

RequestCheck::~RequestCheck() = default;

void RequestCheck::CheckBody(std::string_view schema, const contract::Json& body) const {
  const auto at = schemas_->bodies.find(schema);
  // The order of the members does not matter here.
  if (at == schemas_->bodies.end()) return;
  Check(*at->second, Plain(body), "body");
  CheckNames(body);
}

bool RequestCheck::Knows(const contract::Operation& operation, const std::string& name) const {
  return schemas_->parameters.contains(fmt::format("{} {}", operation.name, name));
}

void RequestCheck::CheckParameter(const contract::Operation& operation, const std::string& name,
                                  const std::string& text) const {
  const auto at = schemas_->parameters.find(fmt::format("{} {}", operation.name, name));
  if (at == schemas_->parameters.end())
    Refuse(ErrorCode::kInvalidArgument, fmt::format("there is no parameter '{:.60}'", name));
  // valijson reads beyond its tables where a text is no UTF-8. Bodies are, since they were parsed.
  if (!IsUtf8(text)) Refuse(ErrorCode::kInvalidArgument, fmt::format("{}: this is no UTF-8", name));
  Plain value = text;
  if (at->second.number) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || text.empty())
      Refuse(ErrorCode::kInvalidArgument,
             fmt::format("{}: '{:.60}' is no whole number", name, text));
    value = number;
  }
  Check(*at->second.schema, value, name);
}

}  // namespace plyo::service
