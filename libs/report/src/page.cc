#include "page.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "plyo_embed/report_template.h"
#include "view_model.h"

namespace plyo::report {
namespace {

namespace resource = embedded::report_template;

/// As a content security policy names an inline script or style: 'sha256-…'.
std::string PolicyHash(std::string_view content) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(content.data()),
                     content.size());
  std::array<char,
             sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL)>
      text{};
  sodium_bin2base64(text.data(), text.size(), hash.data(), hash.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  return fmt::format("'sha256-{}'", text.data());
}

/// Puts each {{name}} of the template in its place, in one pass: what was put in is not looked at
/// again.
std::string Fill(std::string_view form,
                 std::initializer_list<std::pair<std::string_view, std::string_view>> parts) {
  std::string filled;
  while (true) {
    const std::size_t begin = form.find("{{");
    const std::size_t end = begin == std::string_view::npos ? begin : form.find("}}", begin);
    if (end == std::string_view::npos) break;
    filled += form.substr(0, begin);
    const std::string_view name = form.substr(begin + 2, end - begin - 2);
    for (const auto& [part, content] : parts) {
      if (part == name) filled += content;
    }
    form.remove_prefix(end + 2);
  }
  filled += form;
  return filled;
}

}  // namespace

std::string RenderPage(std::string_view script_of_page, const nlohmann::ordered_json& view) {
  const std::string style =
      std::string(resource::UPlotMinCss()) + "\n" + std::string(resource::ReportCss());
  const std::string script =
      fmt::format("{}\n{}\n{}\n{}\n{}", resource::PreludeJs(), resource::UPlotIifeMinJs(),
                  resource::PageJs(), resource::ChartsJs(), script_of_page);
  const std::string policy = fmt::format(
      "default-src 'none'; img-src data:; style-src {}; script-src {}; base-uri 'none'; "
      "form-action 'none'",
      PolicyHash(style), PolicyHash(script));
  const std::string data = ToScriptSafeJson(view);
  return Fill(resource::ReportHtml(),
              {{"policy", policy}, {"style", style}, {"data", data}, {"script", script}});
}

}  // namespace plyo::report
