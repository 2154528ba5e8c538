#include "jobs.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "api.h"
#include "api_keys.h"
#include "plyo/service/blobs.h"
#include "testing/context_test_base.h"

namespace plyo::service {
namespace {
namespace fs = std::filesystem;

/// A store of files that is away for a while.
class AwayBlobs final : public Blobs {
 public:
  explicit AwayBlobs(std::unique_ptr<Blobs> files) : files_(std::move(files)) {}
  Result<void> Put(const std::string& name, const fs::path& file) override {
    if (away) return Fail(*away, "the bucket is away");
    return files_->Put(name, file);
  }
  Result<fs::path> Get(const std::string& name, const fs::path& spare) override {
    return files_->Get(name, spare);
  }
  Result<void> Delete(const std::string& name) override { return files_->Delete(name); }

  std::optional<ErrorCode> away;

 private:
  std::unique_ptr<Blobs> files_;
};

/// The queue without threads, and a key of test mode.
class JobsTest : public testing::ContextTest {
 protected:
  JobsTest() : ContextTest("jobs") {
    context_.sports["cmj"];
    auto blobs = std::make_unique<AwayBlobs>(Need(OpenFileBlobs(folder_ / "files")));
    blobs_ = blobs.get();
    context_.blobs = std::move(blobs);
    key_ = Need(context_.records->Write([](SqlConnection& sql) {
      return MakeApiKey(sql, std::string(kDefaultProject), "test",
                        {"analyses:write", "analyses:read"}, true, std::nullopt, NowUs())
          .key;
    }));
  }

  Json Call(const std::string& method, const std::string& target, const Json& body = nullptr) {
    RestRequest request{
        .method = method, .target = target, .body = body.is_null() ? "" : body.dump()};
    request.headers = {{"authorization", "Bearer " + key_}, {"content-type", "application/json"}};
    const auto answer = api_.Handle(request);
    EXPECT_FALSE(answer.error) << answer.error->message;
    return Json::parse(answer.body);
  }
  std::string Post() {
    return Call("POST", "/v1/analyses",
                {{"sport", "cmj"}, {"source", {{"type", "fixture"}, {"name", "jump"}}}})["id"];
  }
  /// Seconds until the job is tried again; then lets that be now.
  double WaitOver() {
    const auto at = Sql("SELECT run_after_us FROM job").rows.at(0).Number(0);
    Sql("UPDATE job SET run_after_us = 0");
    return static_cast<double>(at - NowUs()) * 1e-6;
  }

  AwayBlobs* blobs_ = nullptr;
  Api api_{context_};
  std::string key_;
};

TEST_F(JobsTest, WaitForAStoreThatIsAway) {
  const auto id = Post();
  for (const auto code : {ErrorCode::kStoreFailed, ErrorCode::kDiskFull}) {
    blobs_->away = code;
    double before = 0;
    for (int i = 0; i < 6; ++i) {
      ASSERT_TRUE(RunNextJob(context_, "me"));
      EXPECT_EQ(Call("GET", "/v1/analyses/" + id)["status"], "queued");
      EXPECT_FALSE(RunNextJob(context_, "me")) << "it waits";
      const auto wait = WaitOver();
      EXPECT_GE(wait, before - 1);
      EXPECT_LE(wait, 300);
      before = wait;
    }
    EXPECT_GT(before, 290);
  }
  blobs_->away.reset();
  ASSERT_TRUE(RunNextJob(context_, "me"));
  EXPECT_EQ(Call("GET", "/v1/analyses/" + id)["status"], "completed");
}

TEST_F(JobsTest, EndWhereAStoreIsAwayForHours) {
  const auto id = Post();
  blobs_->away = ErrorCode::kStoreFailed;
  Sql("UPDATE job SET attempts = 99");
  ASSERT_TRUE(RunNextJob(context_, "me"));
  EXPECT_EQ(Call("GET", "/v1/analyses/" + id)["error"]["code"], "store_failed");
  EXPECT_EQ(Sql("SELECT state FROM job").rows.at(0).Text(0), "dead");
}

TEST_F(JobsTest, EndWhereTheirSourceIsDamaged) {
  std::ofstream(folder_ / "plain") << "a video";
  const auto sealed = folder_ / "sealed";
  context_.vault->SealFile("ana_0", folder_ / "plain", sealed);
  fs::resize_file(sealed, fs::file_size(sealed) - 1);
  Need(blobs_->Put("analysis/ana_0/source.bin", sealed));
  Sql("INSERT INTO analysis (id, project, test, subject, sport, status, source_type, keep_source,"
      " sealed, created_us) VALUES ('ana_0', $1, 0, 'ana_0', 'cmj', 'queued', 'file', 0, $2, 1)",
      kDefaultProject, context_.vault->Seal("ana_0", "analysis:ana_0", "{}"));
  Sql("INSERT INTO source_part (analysis, place, blob, subject) VALUES ('ana_0', 1,"
      " 'analysis/ana_0/source.bin', 'ana_0')");
  Sql("INSERT INTO job (id, kind, project, priority, state, run_after_us) VALUES ('ana_0',"
      " 'analysis', $1, 1, 'queued', 1)",
      kDefaultProject);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(RunNextJob(context_, "me"));
    WaitOver();
  }
  const auto ended = Sql("SELECT status, error_code FROM analysis").rows.at(0);
  EXPECT_EQ(ended.Text(0), "failed");
  EXPECT_EQ(ended.MaybeText(1), "data_damaged");
  EXPECT_EQ(Sql("SELECT state FROM job").rows.at(0).Text(0), "dead");
}

TEST_F(JobsTest, EndWhereTheirRecordIsDamaged) {
  const auto id = Post();
  Sql("UPDATE analysis SET sealed = $1", SqlBytes{"damaged"});
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(RunNextJob(context_, "me"));
    WaitOver();
  }
  EXPECT_EQ(Sql("SELECT state FROM job").rows.at(0).Text(0), "dead");
  const auto told = Call("GET", "/v1/analyses")["data"].at(0);
  EXPECT_EQ(told["id"], id);
  EXPECT_EQ(told["status"], "failed");
  EXPECT_EQ(told["error"]["code"], "data_damaged");
}

TEST_F(JobsTest, EndWhereTheyFailByThemselves) {
  const auto id = Post();
  blobs_->away = ErrorCode::kInternal;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(RunNextJob(context_, "me"));
    WaitOver();
  }
  EXPECT_EQ(Call("GET", "/v1/analyses/" + id)["error"]["code"], "internal");
}

TEST_F(JobsTest, ClaimFixturesAlone) {
  const auto id = Post();
  Sql("INSERT INTO project (id, organization, name, created_us) VALUES ('prj_0', 'org_1', 'p', 1)");
  Sql("INSERT INTO analysis (id, project, test, subject, sport, status, source_type, keep_source,"
      " sealed, created_us) VALUES ('ana_0', 'prj_0', 0, 'ana_0', 'cmj', 'queued', 'file', 0, $1, "
      "1)",
      SqlBytes{"x"});
  Sql("INSERT INTO job (id, kind, project, priority, state, run_after_us) VALUES ('ana_0',"
      " 'analysis', 'prj_0', 1, 'queued', 1)");
  EXPECT_TRUE(RunNextJob(context_, "me", Claims::kFixtures));
  EXPECT_EQ(Call("GET", "/v1/analyses/" + id)["status"], "completed");
  EXPECT_FALSE(RunNextJob(context_, "me", Claims::kFixtures));
  EXPECT_EQ(Sql("SELECT state FROM job").rows.at(0).Text(0), "queued");
}

TEST_F(JobsTest, AFixtureWaitsForNoVideo) {
  const auto program = folder_ / "program";
  std::ofstream(program) << "#!/bin/sh\nexec sleep 600\n";
  fs::permissions(program, fs::perms::owner_all);
  PlatformOptions options;
  options.work_dir = folder_ / "work";
  options.catalogue_json = R"({"sports": [{"id": "cmj"}]})";
  options.program = program.string();
  const auto platform =
      Need(Platform::Open(std::move(options), Need(OpenSqlite(folder_ / "plyo.db")),
                          Need(OpenSqlite(folder_ / "keys.db")),
                          Need(OpenFileBlobs(folder_ / "files")), std::string(32, 'k')));
  const auto call = [&](const std::string& key, const std::string& method,
                        const std::string& target, const std::string& body) {
    RestRequest request{.method = method, .target = target, .body = body};
    request.headers = {{"authorization", "Bearer " + key}, {"content-type", "application/json"}};
    return Json::parse(platform->rest().Handle(request).body);
  };
  const auto until = [&](const std::string& key, const std::string& id, std::string_view status) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (call(key, "GET", "/v1/analyses/" + id, "")["status"] != status &&
           std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    return call(key, "GET", "/v1/analyses/" + id, "")["status"];
  };
  const auto live = Need(platform->CreateKey("", "live", {}, false, 0));
  const std::string video =
      call(live, "POST", "/v1/analyses",
           R"({"sport": "cmj", "source": {"type": "landmarks", "csv": "t_s,frame"}})")["id"];
  platform->Start();
  ASSERT_EQ(until(live, video, "running"), "running");
  const std::string fixture =
      call(key_, "POST", "/v1/analyses",
           R"({"sport": "cmj", "source": {"type": "fixture", "name": "jump"}})")["id"];
  EXPECT_EQ(until(key_, fixture, "completed"), "completed");
  EXPECT_EQ(call(live, "GET", "/v1/analyses/" + video, "")["status"], "running");
}

}  // namespace
}  // namespace plyo::service
