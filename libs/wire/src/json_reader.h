#pragma once

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/wire/result_json.h"

namespace plyo::wire {

/// Parses text within the limits; the failure says where the text stops being JSON.
Result<nlohmann::ordered_json> ParseJson(std::string_view text, const ResultDocumentLimits& limits);

/// Walks a document and keeps the first thing that is wrong with the place of it; what is read
/// afterwards is empty.
class JsonReader {
 public:
  explicit JsonReader(const nlohmann::ordered_json& root) : at_(&root), failure_(&own_failure_) {}
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  std::string Text(const char* field) const;
  /// As Text, but empty where the field is missing.
  std::string OptionalText(const char* field) const;
  bool Truth(const char* field) const;
  double Number(const char* field) const;
  /// Null or missing: nullopt.
  std::optional<double> OptionalNumber(const char* field) const;
  std::int64_t Integer(const char* field, std::int64_t low = 0,
                       std::int64_t high = std::numeric_limits<std::int64_t>::max()) const;
  std::vector<std::string> Texts(const char* field) const;
  /// As Texts, but empty where the field is missing.
  std::vector<std::string> OptionalTexts(const char* field) const;

  /// Calls `read(JsonReader)` for the object in the field.
  template <typename Read>
  void Object(const char* field, const Read& read) const {
    const auto* json = Find(field);
    if (!json) return;
    const JsonReader child(*json, Place(field), failure_);
    if (child.RequireObject()) read(child);
  }

  /// Calls `read(JsonReader)` for each object of the array in the field and collects what it
  /// returns.
  template <typename Item, typename Read>
  std::vector<Item> Objects(const char* field, const Read& read) const {
    std::vector<Item> items;
    const auto* json = FindArray(field);
    if (!json) return items;
    items.reserve(json->size());
    for (std::size_t i = 0; i < json->size() && !Failed(); ++i) {
      const JsonReader child((*json)[i], Place(field) + "[" + std::to_string(i) + "]", failure_);
      if (child.RequireObject()) items.push_back(read(child));
    }
    return items;
  }

  /// Calls `read(name, text)` for each member of the object in the field; all must be strings.
  template <typename Read>
  void Members(const char* field, const Read& read) const {
    Object(field, [&](const JsonReader& object) {
      for (const auto& [name, value] : object.at_->items()) {
        if (!value.is_string()) return object.Refuse(name, "expected a string");
        read(name, value.template get_ref<const std::string&>());
      }
    });
  }

  void Refuse(std::string_view field, std::string_view what) const;
  bool RequireObject() const;
  bool Failed() const { return !failure_->empty(); }
  const std::string& Failure() const { return *failure_; }

 private:
  JsonReader(const nlohmann::ordered_json& at, std::string place, std::string* failure)
      : at_(&at), place_(std::move(place)), failure_(failure) {}

  std::string Place(std::string_view field) const;
  const nlohmann::ordered_json* Find(const char* field) const;  ///< missing: refused
  const nlohmann::ordered_json* FindArray(const char* field) const;

  const nlohmann::ordered_json* at_;
  std::string place_;
  mutable std::string own_failure_;
  std::string* failure_;
};

}  // namespace plyo::wire
