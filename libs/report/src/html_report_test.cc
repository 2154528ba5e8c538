#include "plyo/report/html_report.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sodium.h>

#include <nlohmann/json.hpp>

#include "testing/fixture.h"
#include "view_model.h"

namespace plyo {
namespace {

using Json = nlohmann::ordered_json;
using report::testing::JumpResult;
using report::testing::JumpSport;

constexpr std::string_view kDataTag = "<script type=\"application/json\" id=\"data\">";

std::string Render(const AnalysisResult& result, std::string_view athlete = "") {
  const Sport sport = JumpSport();
  return RenderHtmlReport({result, sport, {}, athlete, "2026-11-24", {{"FFmpeg", "5.1"}}});
}

/// What a browser takes for the data: from the tag to the first thing that ends a script.
std::string DataOf(const std::string& page) {
  const std::size_t begin = page.find(kDataTag) + kDataTag.size();
  return page.substr(begin, page.find("</script", begin) - begin);
}

std::string Between(const std::string& text, std::string_view from, std::string_view to) {
  const std::size_t begin = text.find(from) + from.size();
  return text.substr(begin, text.find(to, begin) - begin);
}

std::string Sha256InBase64(const std::string& content) {
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(hash, reinterpret_cast<const unsigned char*>(content.data()), content.size());
  char text[64];
  return sodium_bin2base64(text, sizeof text, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
}

TEST(HtmlReport, IsOneDocumentThatAsksForNothing) {
  const std::string page = Render(JumpResult());
  EXPECT_TRUE(page.starts_with("<!doctype html>"));
  EXPECT_EQ(page.find("{{"), page.npos);
  for (const char* reference : {" src=", "<link rel=\"stylesheet\"", "@import", "url(", "//cdn"}) {
    EXPECT_EQ(page.find(reference), page.npos) << reference;
  }
}

TEST(HtmlReport, PolicyAllowsItsOwnScriptAndStyleAlone) {
  const std::string page = Render(JumpResult());
  const std::string policy = Between(page, "Content-Security-Policy\" content=\"", "\"");
  EXPECT_TRUE(policy.starts_with("default-src 'none'; "));
  EXPECT_EQ(policy.find("unsafe"), policy.npos);
  EXPECT_NE(policy.find("style-src 'sha256-" +
                        Sha256InBase64(Between(page, "<style>", "</style>")) + "'"),
            policy.npos);
  EXPECT_NE(policy.find("script-src 'sha256-" +
                        Sha256InBase64(Between(page, "<script>", "</script>")) + "'"),
            policy.npos);
}

TEST(HtmlReport, NamesCannotBreakOutOfTheData) {
  AnalysisResult result = JumpResult();
  const std::string hostile = "</script><script>alert(1)</script><!-- \" ' & {{script}} ]]>";
  result.source.name = hostile;
  result.provenance.options = {{hostile, hostile}};
  const std::string page = Render(result, hostile);
  const Json data = Json::parse(DataOf(page));
  EXPECT_EQ(data["athlete_name"], hostile);
  EXPECT_EQ(data["facts"][0][1], hostile);
  EXPECT_EQ(page.find("alert(1)</script>"), page.npos);
  EXPECT_EQ(page.find("<script>alert"), page.npos);
}

TEST(HtmlReport, BrokenUtf8BecomesTheReplacementCharacter) {
  AnalysisResult result = JumpResult();
  result.source.name = "a\xff\xc3";
  EXPECT_EQ(Json::parse(DataOf(Render(result)))["facts"][0][1], "a\uFFFD\uFFFD");
}

RC_GTEST_PROP(ScriptSafeJson, HoldsNothingThatEndsAScriptAndReadsBackTheSame, ()) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "<", "/", "script", ">", "!--", "&", "\"", "'", "\\", "\u2028", "\n", "\t", "é"));
  std::string text;
  for (const std::string& piece : pieces) text += piece;
  const std::string safe = report::ToScriptSafeJson(Json{{text, text}});
  RC_ASSERT(safe.find('<') == std::string::npos);
  RC_ASSERT(safe.find('&') == std::string::npos);
  RC_ASSERT(Json::parse(safe) == (Json{{text, text}}));
}

TEST(HtmlReport, IsTheSameEveryTime) {
  EXPECT_EQ(Render(JumpResult({.reps = 3})), Render(JumpResult({.reps = 3})));
}

}  // namespace
}  // namespace plyo
