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

/// ", 1 to 100 characters" of the limits that a schema has, empty where it has none.
std::string Limits(const Plain& schema, const char* low, const char* high, std::string_view unit) {
  const bool has_low = schema.contains(low);
  if (!has_low && !schema.contains(high)) return {};
  if (!schema.contains(high)) return fmt::format(", {} or more{}", schema[low].dump(), unit);
  const auto most = schema[high].dump();
  return has_low ? fmt::format(", {} to {}{}", schema[low].dump(), most, unit)
                 : fmt::format(", at most {}{}", most, unit);
}

std::string Listed(const Plain& texts) {
  std::string list;
  for (const auto& text : texts)
    list += (list.empty() ? "" : ", ") + (text.is_string() ? text.get<std::string>() : text.dump());
  return list;
}

/// The keys of an object or a map.
template <typename Map>
std::string NamesOf(const Map& map) {
  Plain names = Plain::array();
  for (auto at = map.begin(); at != map.end(); ++at) {
    if constexpr (std::is_same_v<Map, Plain>)
      names.push_back(at.key());
    else
      names.push_back(at->first);
  }
  return Listed(names);
}

/// In words, what a value may be.
std::string Allowed(const Plain& schema) {
  if (schema.contains("enum")) return "one of " + Listed(schema["enum"]);
  if (schema.contains("const")) return Listed(Plain::array({schema["const"]}));
  auto type = schema.value("type", Plain("value of another kind"));
  const bool or_null = type.is_array();
  if (or_null) type = type[0];
  std::string text;
  if (type == "number") {
    text = "a number" + Limits(schema, "minimum", "maximum", "");
  } else if (type == "integer") {
    text = "a whole number" + Limits(schema, "minimum", "maximum", "");
  } else if (type == "boolean") {
    text = "true or false";
  } else if (type == "array") {
    text = "an array" + Limits(schema, "minItems", "maxItems", " entries");
    if (schema.value("uniqueItems", false)) text += ", each once";
  } else if (type == "object") {
    text = "an object" + Limits(schema, "minProperties", "maxProperties", " members");
  } else {
    const auto format = schema.value("format", "");
    text = format == "date" ? "a date as in 1999-12-31"
           : format == "date-time"
               ? "a time as in 2026-11-29T12:00:00Z"
               : "a text" + Limits(schema, "minLength", "maxLength", " characters");
    if (schema.contains("pattern"))
      text += fmt::format(", of the form {}", schema["pattern"].get<std::string>());
    if (schema.contains("examples"))
      text += fmt::format(", as {}", schema["examples"][0].get<std::string>());
  }
  return or_null ? text + ", or null" : text;
}

/// A schema as the contract has it, and made for comparing.
struct Compiled {
  Plain text;
  std::unique_ptr<valijson::Schema> schema;
};

/// What is wrong with a value that its schema does not take.
std::string WhatIsWrong(const Plain& schema, const Plain& value) {
  if (value.is_object() && schema.value("type", Plain()) == "object") {
    for (const auto& name : schema.value("required", Plain::array())) {
      if (!value.contains(name.get<std::string>()))
        return fmt::format("'{}' is missing", name.get<std::string>());
    }
    if (schema.value("additionalProperties", Plain()) == Plain(false)) {
      const auto known = schema.value("properties", Plain::object());
      for (const auto& [name, member] : value.items()) {
        if (!known.contains(name))
          return fmt::format("there is no '{:.60}'; known are {}", name, NamesOf(known));
      }
    }
  }
  return "it has to be " + Allowed(schema);
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
  using Named = std::map<std::string, Compiled, std::less<>>;
  struct Body {
    Compiled whole;
    std::map<std::string, Named> kinds;  ///< of a member that has several, which its `type` tells
  };
  std::map<std::string, Body, std::less<>> bodies;
  Named parameters;  ///< by "operation name"

  Compiled Make(const Plain& schema) const {
    Plain document = schema;
    document["components"] = {{"schemas", contract["components"]["schemas"]}};
    Compiled made{Resolved(schema), std::make_unique<valijson::Schema>()};
    valijson::SchemaParser parser;
    parser.populateSchema(Adapter(document), *made.schema);
    return made;
  }
  void AddBody(const std::string& name) {
    if (name.empty() || bodies.contains(name)) return;
    auto& body = bodies[name];
    body.whole = Make({{"$ref", "#/components/schemas/" + name}});
    const auto members = body.whole.text.value("properties", Plain::object());
    for (const auto& [member, schema] : members.items()) {
      for (const auto& kind : Resolved(schema).value("oneOf", Plain::array())) {
        const auto type = Plain::json_pointer("/properties/type/const");
        if (kind.contains(type)) body.kinds[member][kind[type].get<std::string>()] = Make(kind);
      }
    }
  }
  Plain Resolved(Plain node) const {
    while (node.contains("$ref"))
      node = contract.at(Plain::json_pointer(node["$ref"].get<std::string>().substr(1)));
    return node;
  }
  /// Of a member or entry of what the schema describes.
  Plain Within(const Plain& schema, const std::string& name, bool entry) const {
    if (entry) return Resolved(schema.value("items", Plain::object()));
    const auto properties = schema.value("properties", Plain::object());
    auto found =
        Resolved(properties.contains(name) ? properties[name]
                                           : schema.value("additionalProperties", Plain::object()));
    // What may be null, too.
    if (found.contains("oneOf")) found = Resolved(found["oneOf"][0]);
    return found;
  }
  void Check(const Compiled& compiled, const Plain& value, const std::string& where) const;
};

void RequestCheck::Schemas::Check(const Compiled& compiled, const Plain& value,
                                  const std::string& where) const {
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  valijson::ValidationResults results;
  try {
    if (validator.validate(*compiled.schema, Adapter(value), &results)) return;
  } catch (const std::runtime_error&) {
    // A format or a pattern for texts met something else, which was noticed before.
  }
  // The first is the innermost, which says most.
  valijson::ValidationResults::Error error;
  results.popError(error);
  auto place = where;
  auto schema = compiled.text;
  const auto* at = &value;
  for (const auto& step : error.context) {
    if (step == "<root>") continue;
    const auto name = step.substr(1, step.size() - 2);  // of [name]
    const bool entry = at->is_array();
    schema = Within(schema, name, entry);
    at = entry ? &at->at(std::stoul(name)) : &at->at(name);
    place += entry ? step : "." + name;
  }
  Refuse(ErrorCode::kInvalidArgument, fmt::format("{}: {}", place, WhatIsWrong(schema, *at)));
}

RequestCheck::RequestCheck() : schemas_(std::make_unique<Schemas>()) {
  FillTablesOfTheLocale();
  auto& all = *schemas_;
  all.contract = Plain::parse(embedded::openapi::OpenapiJson());
  DropPropertyNames(all.contract);
  for (const auto& operation : contract::kOperations) {
    all.AddBody(std::string(operation.body));
    const auto& item = all.contract["paths"][std::string(operation.path)];
    const auto& own = item[Lower(std::string(operation.method))];
    for (const auto* list : {&item, &own}) {
      for (const auto& entry : list->value("parameters", Plain::array())) {
        const auto parameter = all.Resolved(entry);
        const auto in = parameter["in"].get<std::string>();
        auto name = parameter["name"].get<std::string>();
        if (in == "header") name = "header:" + Lower(name);
        all.parameters[fmt::format("{} {}", operation.name, name)] = all.Make(parameter["schema"]);
      }
    }
  }
  // Of the part `analysis` of a form.
  all.AddBody("analysis_form");
}

RequestCheck::~RequestCheck() = default;

void RequestCheck::CheckBody(std::string_view schema, const contract::Json& body) const {
  const auto at = schemas_->bodies.find(schema);
  if (at == schemas_->bodies.end()) return;
  const Plain value(body);  // the order of the members does not matter here
  for (const auto& [member, kinds] : at->second.kinds) {
    // What is wrong is said of the kind that was meant, not of the first.
    if (!value.contains(member) || !value[member].is_object()) continue;
    const auto type = value[member].value("type", Plain());
    const auto kind = type.is_string() ? kinds.find(type.get<std::string>()) : kinds.end();
    if (kind == kinds.end()) {
      Refuse(ErrorCode::kInvalidArgument,
             fmt::format("body.{}.type: it has to be one of {}", member, NamesOf(kinds)));
    }
    schemas_->Check(kind->second, value[member], "body." + member);
  }
  schemas_->Check(at->second.whole, value, "body");
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
  if (at->second.text.value("type", "string") == "integer") {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || text.empty())
      Refuse(ErrorCode::kInvalidArgument,
             fmt::format("{}: it has to be {}", name, Allowed(at->second.text)));
    value = number;
  }
  schemas_->Check(at->second, value, name);
}

}  // namespace plyo::service
