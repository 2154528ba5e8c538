// The reader of result documents. What it takes must come back the same from its own writing, and
// be writable as text whatever it holds.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "plyo/wire/result_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto result = plyo::ResultFromDocument(text);
  if (!result) {
    if (result.error().message.empty()) std::abort();
    return 0;
  }
  // The first writing rounds; from then on nothing may change.
  const auto written = plyo::ResultDocument(*result);
  const auto again = plyo::ResultFromDocument(written);
  if (!again || plyo::ResultDocument(*again) != written) std::abort();
  return 0;
}
