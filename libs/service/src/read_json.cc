#include "plyo/service/read_json.h"

#include <string>

namespace plyo::service {
namespace {

using Json = nlohmann::ordered_json;

/// Looks at a text before anything is made of it.
class Modest final : public nlohmann::json_sax<Json> {
 public:
  explicit Modest(std::size_t most) : left_(most) {}

  bool null() override { return Value(); }
  bool boolean(bool /*value*/) override { return Value(); }
  bool number_integer(number_integer_t /*value*/) override { return Value(); }
  bool number_unsigned(number_unsigned_t /*value*/) override { return Value(); }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return Value(); }
  bool string(string_t& /*value*/) override { return Value(); }
  bool binary(binary_t& /*value*/) override { return false; }
  bool key(string_t& /*name*/) override { return true; }
  bool start_object(std::size_t /*size*/) override { return Begin(); }
  bool start_array(std::size_t /*size*/) override { return Begin(); }
  bool end_object() override { return End(); }
  bool end_array() override { return End(); }
  bool parse_error(std::size_t /*place*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    return false;
  }

 private:
  static constexpr int kDeepest = 32;

  bool Value() { return left_ > 0 && left_-- > 0; }
  bool Begin() { return ++depth_ <= kDeepest && Value(); }
  bool End() {
    --depth_;
    return true;
  }

  std::size_t left_;
  int depth_ = 0;
};

}  // namespace

std::optional<Json> ReadJson(std::string_view text, std::size_t most_values) {
  Modest modest(most_values);
  if (!Json::sax_parse(text, &modest)) return std::nullopt;
  return Json::parse(text);
}

}  // namespace plyo::service
