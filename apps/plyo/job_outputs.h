#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "analyze_plan.h"
#include "plyo/base/error.h"
#include "plyo/pipeline/analyze.h"

namespace plyo::cli {

/// What is told while a job runs. Called from its worker's threads.
struct JobHooks {
  const std::atomic<bool>* cancel = nullptr;
  std::function<void(const std::string& stage)> stage;
  std::function<void(std::int64_t done, std::int64_t estimate)> frames;
};

/// The option of a document beside whose pictures no faces are to be recognised.
inline constexpr const char* kBlurOption = "blur_faces";

/// Writes the files that the job asks for; they appear together at the end, or not at all when
/// interrupted. Where one fails, those that are complete are kept and the first failure is
/// returned. Where pictures were to be without faces and one of the files failed, an older one
/// may be in its place: then the document does not say that faces are covered.
Result<void> WriteOutputs(const AnalyzeJob& job, const AnalysisRun& run, const JobHooks& hooks);

}  // namespace plyo::cli
