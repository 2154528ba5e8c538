#include "worker_session.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

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

/// A session of landmarks, 30 a second.
class WorkerSessionOfLandmarks : public ::testing::Test {
 protected:
  WorkerSessionOfLandmarks() : sports_(1) {
    sports_[0].id = "jump";
    LiveSessionSpec spec;
    spec.id = "test";
    spec.hello_json =
        R"({"type":"hello","sport":"jump","media":{"codec":"landmarks","width":64,"height":64,"fps":30}})";
    auto session = WorkerSession::Open(
        spec, sports_, estimator_, [this](LiveOutput output) { outputs_.push_back(output.json); });
    EXPECT_TRUE(session);
    session_ = std::move(*session);
  }

  /// So many pictures of so many bytes, so many a second.
  void Receive(int count, std::size_t bytes, int fps, bool work) {
    for (int i = 0; i < count; ++i, ++sequence_) {
      t_us_ += 1'000'000 / fps;
      TimedMedia timed;
      timed.media.kind = MediaKind::kLandmarks;
      timed.media.sequence = sequence_;
      timed.media.capture_us = t_us_;
      timed.media.width = timed.media.height = 64;
      timed.media.payload.resize(bytes);
      timed.received_us = t_us_;
      ASSERT_TRUE(session_->Receive(std::move(timed)));
      LoadReport load;
      if (work) {
        ASSERT_TRUE(session_->Work(false, load));
      }
    }
  }

  /// The newest message of a type.
  nlohmann::json Newest(std::string_view type) const {
    nlohmann::json newest;
    for (const std::string& text : outputs_) {
      auto json = nlohmann::json::parse(text);
      if (json.at("type") == type) newest = std::move(json);
    }
    return newest;
  }

  std::vector<Sport> sports_;
  NoEstimator estimator_;
  std::vector<std::string> outputs_;
  std::unique_ptr<WorkerSession> session_;
  std::uint32_t sequence_ = 0;
  std::int64_t t_us_ = 0;
};

TEST_F(WorkerSessionOfLandmarks, OfTooManyBytesASecondSomeAreDroppedAndFewerPicturesWanted) {
  Receive(60, 6000, 30, false);
  session_->Second(0.5);
  EXPECT_EQ(Newest("timing").at("dropped"), 0);
  for (int second = 0; second < 2; ++second) {
    Receive(30, 240'000, 30, false);
    session_->Second(1);
    EXPECT_GT(Newest("timing").at("dropped"), 2);
    EXPECT_EQ(Newest("capacity").is_null(), second == 0) << "one bad second is chance";
  }
  EXPECT_EQ(Newest("capacity"),
            (nlohmann::json{{"type", "capacity"}, {"fps", 20.0}, {"width", 64}, {"height", 64}}));
}

TEST_F(WorkerSessionOfLandmarks, ASlowCameraIsTold) {
  const auto slow = [this] {
    const auto quality = Newest("quality");
    return !quality.is_null() &&
           quality.at("hints").dump().find("low_frame_rate") != std::string::npos;
  };
  Receive(90, 0, 30, true);
  EXPECT_FALSE(slow());
  Receive(60, 0, 12, true);
  EXPECT_TRUE(slow());
  Receive(150, 0, 30, true);
  EXPECT_FALSE(slow());
  for (int i = 0; i < 30; ++i) {  // of which only every second one is sent
    sequence_ += 1;
    Receive(1, 0, 15, true);
  }
  EXPECT_FALSE(slow()) << "that is the network, not the camera";
}

}  // namespace
}  // namespace plyo::service
