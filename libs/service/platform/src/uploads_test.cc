#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>

#include "api.h"
#include "plyo/digest/sha256.h"
#include "plyo/service/blobs.h"
#include "testing/context_test_base.h"

namespace plyo::service {
namespace {
namespace fs = std::filesystem;

constexpr std::int64_t kPart = 1 << 20;

/// Lets something happen while a file is read for a check.
class SlowBlobs final : public Blobs {
 public:
  explicit SlowBlobs(std::unique_ptr<Blobs> files) : files_(std::move(files)) {}
  Result<void> Put(const std::string& name, const fs::path& file) override {
    ++puts;
    return files_->Put(name, file);
  }
  Result<fs::path> Get(const std::string& name, const fs::path& spare) override {
    ++gets;
    if (const auto once = std::exchange(meanwhile, {})) once();
    return files_->Get(name, spare);
  }
  Result<void> Delete(const std::string& name) override { return files_->Delete(name); }

  std::function<void()> meanwhile;
  int gets = 0, puts = 0;

 private:
  std::unique_ptr<Blobs> files_;
};

class UploadTest : public testing::ContextTest {
 protected:
  UploadTest() : ContextTest("uploads") {
    auto blobs = std::make_unique<SlowBlobs>(Need(OpenFileBlobs(folder_ / "files")));
    blobs_ = blobs.get();
    context_.blobs = std::move(blobs);
    AddUploadHandlers(handlers_);
    caller_.project = kDefaultProject;
    Sql("INSERT INTO upload (id, project, test, status, bytes, part_bytes, sha256, created_us,"
        " expires_us) VALUES ('upl_1', $1, 0, 'open', $2, $3, $4, 1, $5)",
        kDefaultProject, 2 * kPart, kPart,
        Sha256(std::string(kPart, '1') + std::string(kPart, '2')), NowUs() + 1'000'000'000);
  }

  /// As Api brings it through its operation.
  Json Run(contract::OperationId id, const RestRequest& request,
           std::map<std::string, std::string, std::less<>> path, Json body = nullptr) {
    const auto* operation = std::ranges::find(contract::kOperations, id, &contract::Operation::id);
    Call call{.operation = *operation, .request = request, .caller = caller_, .plan = plan_};
    call.path = std::move(path);
    call.body = std::move(body);
    call.now_us = NowUs();
    const auto& handler = handlers_.at(operation->id);
    if (handler.prepare) handler.prepare(context_, call);
    auto answer = Need(context_.records->Write(
        [&](SqlConnection& sql) { return handler.run(context_, call, sql); }));
    for (const auto& then : call.afterwards) then(answer);
    return Json::parse(answer.body);
  }

  /// A part full of one letter.
  Json Put(int number, char letter) {
    RestRequest request;
    request.body_file = context_.SparePath();
    std::ofstream(request.body_file, std::ios::binary) << std::string(kPart, letter);
    return Run(contract::OperationId::kPutUploadPart, request,
               {{"upload_id", "upl_1"}, {"part_number", std::to_string(number)}});
  }

  /// Why an upload of so many bytes cannot begin; empty where it can.
  std::string Refusal(std::int64_t bytes) {
    try {
      Run(contract::OperationId::kCreateUpload, {}, {}, {{"bytes", bytes}});
      return "";
    } catch (const Refused& refused) {
      EXPECT_EQ(refused.error().code, ErrorCode::kQuotaExceeded);
      return refused.error().message;
    }
  }

  std::pair<std::string, std::int64_t> StatusAndParts() {
    return Need(context_.records->Read([](SqlConnection& sql) {
      return std::pair(sql("SELECT status FROM upload").rows.at(0).Text(0),
                       sql("SELECT count(*) FROM upload_part").rows.at(0).Number(0));
    }));
  }

  SlowBlobs* blobs_ = nullptr;
  Handlers handlers_;
  Caller caller_;
  Plan plan_;
};

TEST_F(UploadTest, SaysWhenEnoughWillHaveExpired) {
  const auto hour_us = std::int64_t{3'600'000'000};
  const auto now = NowUs();
  for (const int hours : {3, 1, 2}) {
    Sql("INSERT INTO upload (id, project, test, status, bytes, part_bytes, created_us, expires_us)"
        " VALUES ($1, $2, 0, 'open', $3, $3, 1, $4)",
        "upl_of_" + std::to_string(hours), kDefaultProject, kPart, now + hours * hour_us);
  }
  Sql("DELETE FROM upload WHERE id = 'upl_1'");
  plan_.upload_bytes = 3 * kPart;
  EXPECT_TRUE(Refusal(1).ends_with("wait until " + Rfc3339(now + hour_us)));
  EXPECT_TRUE(Refusal(kPart).ends_with("wait until " + Rfc3339(now + hour_us)));
  EXPECT_TRUE(Refusal(kPart + 1).ends_with("wait until " + Rfc3339(now + 2 * hour_us)));
  EXPECT_TRUE(Refusal(3 * kPart).ends_with("wait until " + Rfc3339(now + 3 * hour_us)));
  EXPECT_EQ(Refusal(3 * kPart + 1).find("wait"), std::string::npos) << "it never fits";
  caller_.test = true;
  EXPECT_EQ(Refusal(3 * kPart), "") << "each mode has its own";
  EXPECT_NE(Refusal(1), "");
}

TEST_F(UploadTest, ALateMismatchLeavesWhatIsCompleteOrUsed) {
  Put(1, '1');
  blobs_->meanwhile = [&] { Sql("UPDATE upload SET status = 'complete'"); };
  EXPECT_EQ(Put(2, '?')["status"], "complete");
  EXPECT_EQ(StatusAndParts(), std::pair(std::string("complete"), std::int64_t{2}));
}

TEST_F(UploadTest, AMismatchDropsAllParts) {
  Put(1, '1');
  EXPECT_THROW(Put(2, '?'), Refused);
  EXPECT_EQ(StatusAndParts(), std::pair(std::string("open"), std::int64_t{0}));
}

TEST_F(UploadTest, IsCheckedByOneRequestAtATime) {
  Put(1, '1');
  Json meanwhile;
  blobs_->meanwhile = [&] { meanwhile = Put(2, '2'); };
  EXPECT_EQ(Put(2, '2')["status"], "complete");
  EXPECT_EQ(meanwhile["status"], "open");
  EXPECT_EQ(meanwhile["parts"], Json({1, 2}));
  EXPECT_EQ(blobs_->gets, 2);
}

TEST_F(UploadTest, WhatIsBeingCheckedIsNotReplaced) {
  Put(1, '1');
  blobs_->meanwhile = [&] { Put(2, '?'); };
  EXPECT_EQ(Put(2, '2')["status"], "complete");
  EXPECT_EQ(blobs_->puts, 2);
}

TEST_F(UploadTest, ACheckThatBrokeOffIsDoneAgainByAnyPart) {
  Put(1, '1');
  blobs_->meanwhile = [] { Refuse(ErrorCode::kDiskFull, "full"); };
  EXPECT_THROW(Put(2, '2'), Refused);
  EXPECT_EQ(StatusAndParts(), std::pair(std::string("open"), std::int64_t{2}));
  EXPECT_EQ(Put(2, '2')["status"], "complete");
  EXPECT_EQ(blobs_->puts, 2);
}

}  // namespace
}  // namespace plyo::service
