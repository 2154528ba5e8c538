#include "context.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "analyses.h"
#include "ids.h"
#include "plyo/service/store/sqlite.h"
#include "schema.h"

namespace plyo::service {
namespace {
namespace fs = std::filesystem;

constexpr std::int64_t kNow = 1'796'000'000'000'000;

class AnalysisUse : public testing::Test {
 protected:
  AnalysisUse() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    const auto folder = fs::path(PLYO_TEST_TMP) / "use" / test->name();
    fs::remove_all(folder);
    fs::create_directories(folder);
    context_.records = Need(OpenSqlite(folder / "plyo.db"));
    Need(Migrate(*context_.records, kRecordSteps, "test"));
    context_.vault = Need(Vault::Open(Need(OpenSqlite(folder / "keys.db")), std::string(32, 'k')));
    Within([](SqlConnection& sql) {
      sql("INSERT INTO organization (id, name, plan, created_us) VALUES ('org_1', 'o', 'free', 1)");
      sql("INSERT INTO project (id, organization, name, created_us) VALUES ('prj_1', 'org_1', 'p',"
          " 1)");
    });
  }

  void Within(const std::function<void(SqlConnection&)>& work) {
    Need(context_.records->Write(work));
  }

  /// One that was counted, as its request leaves it.
  void Accept(const std::string& id, bool begun) {
    Within([&](SqlConnection& sql) {
      CountUse(sql, "prj_1", "analyses", std::nullopt, kNow);
      sql("INSERT INTO analysis (id, project, test, subject, sport, status, source_type,"
          " keep_source, sealed, created_us, started_us) VALUES ($1, 'prj_1', 0, $1, 'cmj', $2,"
          " 'file', 0, $3, $4, $5)",
          id, begun ? "running" : "queued",
          context_.vault->Seal(id, "analysis:" + id, R"({"outputs":["metrics"]})"), kNow,
          begun ? std::optional(kNow) : std::nullopt);
    });
  }

  void End(const std::string& id, std::string_view status,
           const std::optional<Error>& error = std::nullopt) {
    Within([&](SqlConnection& sql) { EndAnalysis(context_, sql, id, status, error); });
  }

  std::int64_t Used() {
    return Need(context_.records->Read(
        [](SqlConnection& sql) { return sql("SELECT used FROM usage").rows.at(0).Number(0); }));
  }

  Context context_;
};

TEST_F(AnalysisUse, IsThatOfWhatWasBegun) {
  Accept("ana_1", true);
  End("ana_1", "cancelled");
  EXPECT_EQ(Used(), 1);
  Accept("ana_2", false);
  EXPECT_EQ(Used(), 2);
  End("ana_2", "cancelled");
  EXPECT_EQ(Used(), 1);
  Accept("ana_3", false);
  Within([](SqlConnection& sql) { DeleteAnalysisRows(sql, "ana_3"); });
  EXPECT_EQ(Used(), 1);
  Within([](SqlConnection& sql) { DeleteAnalysisRows(sql, "ana_2"); });
  EXPECT_EQ(Used(), 1) << "taken back once";
}

TEST_F(AnalysisUse, IsNotThatOfOurFaults) {
  for (const auto code : {ErrorCode::kStoreFailed, ErrorCode::kDiskFull, ErrorCode::kInternal,
                          ErrorCode::kInferenceFailed}) {
    Accept(std::string(ErrorId(code)), true);
    End(std::string(ErrorId(code)), "failed", Error{code, "ours"});
    EXPECT_EQ(Used(), 0) << ErrorId(code);
  }
  Accept("ana_1", true);
  End("ana_1", "failed", Error{ErrorCode::kNotAVideo, "theirs"});
  Accept("ana_2", true);
  End("ana_2", "completed");
  EXPECT_EQ(Used(), 2);
}

TEST(Age, IsThatOfTheCalendar) {
  const auto is_minor = [](std::string_view born, const std::string& today) {
    return std::pair(IsMinor(born, ParseRfc3339(today + "T00:00:00Z")),
                     IsMinor(born, ParseRfc3339(today + "T23:59:59Z")));
  };
  const std::pair minor(true, true);
  const std::pair grown(false, false);
  for (int year = 1990; year < 2010; ++year) {
    const auto born = fmt::format("{}-03-01", year);
    const bool leap = (year + 18) % 4 == 0;
    EXPECT_EQ(is_minor(born, fmt::format("{}-02-{}", year + 18, leap ? 29 : 28)), minor) << born;
    EXPECT_EQ(is_minor(born, fmt::format("{}-03-01", year + 18)), grown) << born;
  }
  EXPECT_EQ(is_minor("2008-02-29", "2026-02-28"), minor);
  EXPECT_EQ(is_minor("2008-02-29", "2026-03-01"), grown);
}

}  // namespace
}  // namespace plyo::service
