#include "models.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <future>
#include <openvino/runtime/intel_cpu/properties.hpp>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "plyo/digest/sha256.h"
#include "plyo/pose/blazepose.h"

namespace plyo {
namespace {

namespace fs = std::filesystem;
using blazepose::kAnchorCount;
using blazepose::kDetectorSize;
using blazepose::kDetectorValues;
using blazepose::kHeatmapSize;
using blazepose::kLandmarkSize;
using blazepose::kLandmarkValues;
using blazepose::kModelLandmarks;

constexpr std::string_view kDetectorFile = "pose_detection.tflite";

struct ModelName {
  std::string_view name;
  std::string_view file;
};

ModelName NameOf(PoseModel model) {
  switch (model) {
    case PoseModel::kLite:
      return {"blazepose_lite", "pose_landmark_lite.tflite"};
    case PoseModel::kHeavy:
      return {"blazepose_heavy", "pose_landmark_heavy.tflite"};
    case PoseModel::kFull:
      break;
  }
  return {"blazepose_full", "pose_landmark_full.tflite"};
}

/// Where an installed program has the models, else where the build found them.
fs::path FindModelDir(std::string_view file) {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    const fs::path installed = program.parent_path() / PLYO_RELATIVE_MODEL_DIR;
    if (fs::exists(installed / file, error)) return installed.lexically_normal();
  }
  return PLYO_DEFAULT_MODEL_DIR;
}

/// The model without the outputs that nobody reads: the branches behind them are not computed.
std::shared_ptr<ov::Model> KeepOutputs(const std::shared_ptr<ov::Model>& model,
                                       std::span<const std::size_t> keep) {
  ov::OutputVector outputs;
  for (const std::size_t i : keep)
    outputs.push_back(model->output(i).get_node_shared_ptr()->input_value(0));
  return std::make_shared<ov::Model>(outputs, model->get_parameters(), model->get_friendly_name());
}

/// One network in its file, and the shapes that it must have.
struct Network {
  fs::path path;
  std::string_view what;
  std::size_t input_side = 0;
  std::vector<std::size_t> file_outputs;  ///< the ones that are read, by their place in the file
  std::vector<std::size_t> output_sizes;  ///< values in each of them
};

bool HasShapes(const ov::Model& model, const Network& network) {
  const auto all = model.outputs();
  if (model.inputs().size() != 1 || all.size() <= network.file_outputs.back()) return false;
  const ov::PartialShape input = model.input().get_partial_shape();
  if (input != ov::PartialShape{1, static_cast<std::int64_t>(network.input_side),
                                static_cast<std::int64_t>(network.input_side), 3}) {
    return false;
  }
  for (std::size_t i = 0; i < network.file_outputs.size(); ++i) {
    const ov::Output<const ov::Node>& output = all[network.file_outputs[i]];
    if (output.get_partial_shape().is_dynamic() || output.get_element_type() != ov::element::f32 ||
        ov::shape_size(output.get_shape()) != network.output_sizes[i]) {
      return false;
    }
  }
  return true;
}

/// Raised when what KeepOutputs leaves of the networks changes: former entries are then not found.
constexpr int kCacheVersion = 1;

/// Where the compiled network lies. A network is known by its content, so a file changed in place
/// is another one. OpenVINO's own cache finds a cut network only after reading the whole file and
/// converting it, which is half of the time until the first frame.
fs::path CacheEntry(const fs::path& cache_dir, const Network& network, std::string_view sha256) {
  std::string build = ov::get_openvino_version().buildNumber;
  std::ranges::replace(build, '/', '_');  // it names a branch
  return cache_dir / fmt::format("{}-{}-{}-{}.blob", network.path.stem().string(),
                                 sha256.substr(0, 16), build, kCacheVersion);
}

bool HasSizes(const ov::CompiledModel& model, const Network& network) {
  const auto& outputs = model.outputs();
  if (model.inputs().size() != 1 || outputs.size() != network.output_sizes.size()) return false;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (ov::shape_size(outputs[i].get_shape()) != network.output_sizes[i]) return false;
  }
  return true;
}

std::optional<ov::CompiledModel> FromCache(ov::Core& core, const Network& network,
                                           const ov::AnyMap& properties, const fs::path& entry) {
  std::ifstream blob(entry, std::ios::binary);
  if (!blob) return std::nullopt;
  try {
    ov::CompiledModel model = core.import_model(blob, "CPU", properties);
    if (HasSizes(model, network)) return model;
  } catch (const std::exception&) {
    // A damaged entry: it is made anew.
  }
  return std::nullopt;
}

/// Without the cache the start is slower and nothing else: a full disk is no error here.
void ToCache(ov::CompiledModel& model, const fs::path& entry) {
  const fs::path part = fmt::format("{}.{}.part", entry.string(), getpid());
  std::error_code error;
  try {
    std::ofstream blob(part, std::ios::binary);
    model.export_model(blob);
    blob.close();
    if (blob) fs::rename(part, entry, error);
  } catch (const std::exception&) {
  }
  fs::remove(part, error);
}

Result<ov::CompiledModel> Load(ov::Core& core, const Network& network, std::string_view sha256,
                               const ov::AnyMap& properties, const fs::path& cache_dir) {
  const fs::path entry = cache_dir.empty() ? fs::path() : CacheEntry(cache_dir, network, sha256);
  if (!entry.empty()) {
    if (auto cached = FromCache(core, network, properties, entry)) return std::move(*cached);
  }
  const auto invalid = [&](std::string_view why) {
    return Fail(
        ErrorCode::kModelInvalid,
        fmt::format(
            "{}: this is not the {} of MediaPipe's pose 0.5 ({}); fetch it again with ./dev setup",
            network.path.string(), network.what, why));
  };
  std::shared_ptr<ov::Model> model;
  try {
    model = core.read_model(network.path.string());
  } catch (const std::exception&) {
    return invalid("it cannot be read as a TensorFlow Lite model");
  }
  try {
    if (!HasShapes(*model, network)) return invalid("its inputs or outputs have other sizes");
    ov::CompiledModel compiled =
        core.compile_model(KeepOutputs(model, network.file_outputs), "CPU", properties);
    if (!entry.empty()) ToCache(compiled, entry);
    return compiled;
  } catch (const std::exception& e) {
    return Fail(ErrorCode::kModelInvalid,
                fmt::format("{}: the {} cannot be prepared for this processor: {}",
                            network.path.string(), network.what, e.what()));
  }
}

/// The compiled network and the hash of its file.
struct Loaded {
  ov::CompiledModel model;
  std::string sha256;
};

Result<Loaded> Load(ov::Core& core, const Network& network, const ov::AnyMap& properties,
                    const fs::path& cache_dir) {
  std::error_code error;
  if (!fs::exists(network.path, error)) {
    return Fail(ErrorCode::kModelNotFound,
                fmt::format("{}: the {} is not there; run ./dev setup, or say where the models are",
                            network.path.string(), network.what));
  }
  auto sha256 = Sha256OfFile(network.path);
  if (!sha256) return Fail(ErrorCode::kModelNotFound, sha256.error().message);
  auto model = Load(core, network, *sha256, properties, cache_dir);
  if (!model) return tl::unexpected(model.error());
  return Loaded{std::move(*model), std::move(*sha256)};
}

/// The folder if it can be written, made where it is missing; else empty.
fs::path WritableOrNone(const fs::path& dir) {
  if (dir.empty()) return {};
  std::error_code error;
  fs::create_directories(dir, error);
  return !error && access(dir.c_str(), W_OK | X_OK) == 0 ? dir : fs::path();
}

}  // namespace

Result<CompiledModels> LoadModels(const OpenVinoOptions& options) {
  const ModelName name = NameOf(options.model);
  const fs::path dir = options.model_dir.empty() ? FindModelDir(name.file) : options.model_dir;
  const Network detector{dir / kDetectorFile,
                         "person detector",
                         kDetectorSize,
                         {0, 1},
                         {kAnchorCount * kDetectorValues, kAnchorCount}};
  // Output 2 is the segmentation: half of the time of the smaller models, and nobody's here.
  const Network landmarks{dir / name.file,
                          "landmark model",
                          kLandmarkSize,
                          {0, 1, 3, 4},
                          {kModelLandmarks * kLandmarkValues, 1,
                           kHeatmapSize * kHeatmapSize * kModelLandmarks, kModelLandmarks * 3}};
  const ov::AnyMap properties{
      ov::hint::inference_precision(ov::element::f32),
      ov::hint::performance_mode(ov::hint::PerformanceMode::LATENCY),
      ov::num_streams(1),
      ov::inference_num_threads(options.threads),
      // Pinned threads of two processes would share a core while another one idles.
      ov::hint::enable_cpu_pinning(false),
      // The pool also decodes and analyzes: whoever is free takes the next part of a layer.
      ov::intel_cpu::tbb_partitioner(ov::intel_cpu::TbbPartitioner::AUTO),
  };
  const fs::path cache_dir = WritableOrNone(options.cache_dir);
  try {
    ov::Core core;
    // Beside each other: this is most of the time until the first frame.
    auto loading =
        std::async(std::launch::async, [&] { return Load(core, detector, properties, cache_dir); });
    auto second = Load(core, landmarks, properties, cache_dir);
    auto first = loading.get();
    if (!first) return tl::unexpected(first.error());
    if (!second) return tl::unexpected(second.error());
    return CompiledModels{first->model, second->model, {std::string(name.name), second->sha256}};
  } catch (const std::exception& e) {
    return Fail(ErrorCode::kInferenceFailed, fmt::format("OpenVINO does not start: {}", e.what()));
  }
}

}  // namespace plyo
