#include "plyo/pose_openvino/estimator.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace plyo {
namespace {

namespace fs = std::filesystem;

class EstimatorErrorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(dir_);
    fs::create_directories(dir_);
  }

  void Write(const std::string& name, const std::string& content) {
    std::ofstream(dir_ / name, std::ios::binary) << content;
  }

  void Copy(const std::string& from, const std::string& to) {
    fs::copy_file(fs::path(PLYO_DEFAULT_MODEL_DIR) / from, dir_ / to);
  }

  Error Failure(PoseModel model = PoseModel::kLite) {
    OpenVinoOptions options;
    options.model = model;
    options.model_dir = dir_;
    auto made = MakeOpenVinoEstimator(options);
    return made ? Error{ErrorCode::kInternal, "it was made"} : made.error();
  }

  // One folder a test: ctest runs each in a process of its own.
  fs::path dir_ =
      fs::path(PLYO_TEST_TMP) / ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(EstimatorErrorTest, AMissingModelIsNamed) {
  const Error error = Failure();
  EXPECT_EQ(error.code, ErrorCode::kModelNotFound);
  EXPECT_NE(error.message.find((dir_ / "pose_detection.tflite").string()), std::string::npos)
      << error.message;
}

TEST_F(EstimatorErrorTest, AMissingLandmarkModelIsNamed) {
  Copy("pose_detection.tflite", "pose_detection.tflite");
  const Error error = Failure(PoseModel::kHeavy);
  EXPECT_EQ(error.code, ErrorCode::kModelNotFound);
  EXPECT_NE(error.message.find("pose_landmark_heavy.tflite"), std::string::npos) << error.message;
}

TEST_F(EstimatorErrorTest, AFileThatIsNoModelIsNamed) {
  Copy("pose_detection.tflite", "pose_detection.tflite");
  Write("pose_landmark_lite.tflite", "<html>not found</html>");
  const Error error = Failure();
  EXPECT_EQ(error.code, ErrorCode::kModelInvalid);
  EXPECT_NE(error.message.find("pose_landmark_lite.tflite"), std::string::npos) << error.message;
}

TEST_F(EstimatorErrorTest, AnEmptyFileIsNoModel) {
  Write("pose_detection.tflite", "");
  EXPECT_EQ(Failure().code, ErrorCode::kModelInvalid);
}

TEST_F(EstimatorErrorTest, ATruncatedModelIsNoModel) {
  Copy("pose_detection.tflite", "pose_detection.tflite");
  Copy("pose_landmark_lite.tflite", "pose_landmark_lite.tflite");
  fs::resize_file(dir_ / "pose_landmark_lite.tflite", 1500000);
  EXPECT_EQ(Failure().code, ErrorCode::kModelInvalid);
}

TEST_F(EstimatorErrorTest, AnotherModelInItsPlaceIsNoticed) {
  Copy("pose_detection.tflite", "pose_detection.tflite");
  Copy("pose_detection.tflite", "pose_landmark_lite.tflite");
  const Error error = Failure();
  EXPECT_EQ(error.code, ErrorCode::kModelInvalid);
  EXPECT_NE(error.message.find("other sizes"), std::string::npos) << error.message;
}

TEST(EstimatorCacheTest, TheCacheFollowsTheEnvironment) {
  setenv("XDG_CACHE_HOME", "/somewhere/cache", 1);
  EXPECT_EQ(DefaultPoseCacheDir(), "/somewhere/cache/plyo/openvino");
  setenv("XDG_CACHE_HOME", "relative", 1);
  setenv("HOME", "/home/somebody", 1);
  EXPECT_EQ(DefaultPoseCacheDir(), "/home/somebody/.cache/plyo/openvino");
  unsetenv("XDG_CACHE_HOME");
  unsetenv("HOME");
  EXPECT_EQ(DefaultPoseCacheDir(), "");
}

}  // namespace
}  // namespace plyo
