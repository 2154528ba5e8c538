#include "models.h"

#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <future>
#include <span>
#include <vector>

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

Result<std::string> Sha256Of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in)
    return Fail(
        ErrorCode::kModelNotFound,
        fmt::format("{}: the pose model cannot be read; check its permissions", path.string()));
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  std::vector<char> block(1 << 16);
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
    crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(block.data()),
                              static_cast<unsigned long long>(in.gcount()));
  }
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256_final(&state, digest.data());
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
  return std::string(hex.data());
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

Result<ov::CompiledModel> Load(ov::Core& core, const Network& network, const ov::AnyMap& properties,
                               const fs::path& cache_dir) {
  std::error_code error;
  if (!fs::exists(network.path, error)) {
    return Fail(ErrorCode::kModelNotFound,
                fmt::format("{}: the {} is not there; run ./dev setup, or say where the models are",
                            network.path.string(), network.what));
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
    model = KeepOutputs(model, network.file_outputs);
    if (!cache_dir.empty()) {
      try {
        ov::AnyMap cached = properties;
        cached.emplace(ov::cache_dir(cache_dir.string()));
        return core.compile_model(model, "CPU", cached);
      } catch (const std::exception&) {
        // A full disk or a damaged entry: without the cache the start is slower and nothing else.
      }
    }
    return core.compile_model(model, "CPU", properties);
  } catch (const std::exception& e) {
    return Fail(ErrorCode::kModelInvalid,
                fmt::format("{}: the {} cannot be prepared for this processor: {}",
                            network.path.string(), network.what, e.what()));
  }
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
  };
  const fs::path cache_dir = WritableOrNone(options.cache_dir);
  try {
    ov::Core core;
    CompiledModels models;
    // Beside each other: this is most of the time until the first frame.
    auto loading =
        std::async(std::launch::async, [&] { return Load(core, detector, properties, cache_dir); });
    auto compiled = Load(core, landmarks, properties, cache_dir);
    auto sha256 = Sha256Of(landmarks.path);
    const auto other = loading.get();
    if (!other) return tl::unexpected(other.error());
    if (!compiled) return tl::unexpected(compiled.error());
    if (!sha256) return tl::unexpected(sha256.error());
    models.detector = *other;
    models.landmarks = *compiled;
    models.info = {std::string(name.name), *sha256};
    return models;
  } catch (const std::exception& e) {
    return Fail(ErrorCode::kInferenceFailed, fmt::format("OpenVINO does not start: {}", e.what()));
  }
}

}  // namespace plyo
