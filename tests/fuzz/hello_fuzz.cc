// The first message of a live connection: the front's check, then the worker's reading of what the
// front lets through, which must not find fault with it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz_check.h"
#include "hello.h"
#include "plyo/sports/catalogue.h"
#include "plyo/wire/catalogue_json.h"
#include "plyo/wire/live_json.h"

using plyo::fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto kSports = plyo::AllSports();
  static const auto kList =
      plyo::service::SportList::FromCatalogue(plyo::CatalogueDocument(kSports));
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto hello = plyo::service::ReadHello(text, *kList);
  if (!hello) {
    Require(!hello.error().message.empty());
    (void)plyo::live::ReadHello(text, kSports);
    return 0;
  }
  using Kind = plyo::service::Hello::Kind;
  if (hello->kind == Kind::kNew) Require(plyo::live::ReadHello(hello->json, kSports).has_value());
  if (hello->kind == Kind::kResume) {
    Require(hello->json.find(hello->token) == std::string::npos || hello->token.size() < 8);
    const std::string stored =
        R"({"type":"hello","sport":"cmj","media":{"codec":"jpeg","width":640,"height":480,"fps":30}})";
    Require(plyo::live::ReadHello(plyo::service::MergedHello(stored, hello->json), kSports)
                .has_value());
  }
  return 0;
}
