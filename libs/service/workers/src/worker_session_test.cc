#include "worker_session.h"

#include <gtest/gtest.h>

#include "plyo/wire/live_json.h"

namespace plyo::service {
namespace {

/// Of a session that sends landmarks, which are looked for nowhere.
class NoEstimator final : public PoseEstimator {
 public:
  const ModelInfo& Model() const override { return model_; }
  Result<std::vector<PersonDetection>> Detect(const Frame&) override {
    return Fail(ErrorCode::kInternal, "not asked");
  }
  Result<LandmarkEstimate> Estimate(const Frame&, const RegionOfInterest&) override {
    return Fail(ErrorCode::kInternal, "not asked");
  }

 private:
  ModelInfo model_;
};

/// Of about a megabyte each.
std::vector<std::string> LongReps(int count) {
  std::vector<std::string> texts;
  for (int i = 1; i <= count; ++i) {
    Rep rep;
    rep.index = i;
    rep.flags.assign(250, std::string(4096, 'x'));
    texts.push_back(live::WriteRep(1, rep));
  }
  return texts;
}

TEST(WorkerSession, RefusesAResultThatIsTooLongToBeSent) {
  std::vector<Sport> sports(1);
  sports[0].id = "jump";
  NoEstimator estimator;
  for (const int reps : {2, 66}) {
    LiveSessionSpec spec;
    spec.id = "test";
    spec.hello_json =
        R"({"type":"hello","sport":"jump","media":{"codec":"landmarks","width":64,"height":64,"fps":30}})";
    spec.stored_reps = LongReps(reps);
    std::vector<LiveOutput> outputs;
    auto session = WorkerSession::Open(spec, sports, estimator, [&outputs](LiveOutput output) {
      outputs.push_back(std::move(output));
    });
    ASSERT_TRUE(session) << session.error().message;
    (*session)->End();
    LoadReport load;
    const auto done = (*session)->Work(false, load);
    EXPECT_EQ((*session)->Finished(), reps == 2);
    if (reps == 2) {
      ASSERT_TRUE(done) << done.error().message;
      EXPECT_EQ(outputs.back().kind, LiveOutputKind::kResult);
    } else {
      ASSERT_FALSE(done);
      EXPECT_EQ(done.error().code, ErrorCode::kResourceLimit);
      EXPECT_TRUE(outputs.empty());
    }
  }
}

}  // namespace
}  // namespace plyo::service
