#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "plyo/base/error.h"

namespace plyo::cli {

/// Where the results of one recording go; what is not set is not written.
struct OutputPaths {
  std::optional<std::filesystem::path> json;
  std::optional<std::filesystem::path> csv;
  std::optional<std::filesystem::path> report;
  std::optional<std::filesystem::path> overlay;
  std::optional<std::filesystem::path> landmarks;
  std::optional<std::filesystem::path> trc;
  std::optional<std::filesystem::path> mot;
  std::optional<std::filesystem::path> c3d;
  std::optional<std::filesystem::path> motion;

  /// Those that are set, in the order above.
  std::vector<std::filesystem::path> All() const;
  bool Any() const { return !All().empty(); }
  bool NeedPoses() const { return report || overlay || landmarks || trc || mot || c3d || motion; }
};

/// What the name of an annotated video ends in, before its extension.
inline constexpr std::string_view kOverlayEnding = "_overlay";

/// NAME.json, NAME.csv, NAME.html and, with pictures, NAME_overlay.mp4 in the folder.
OutputPaths PathsInFolder(const std::filesystem::path& folder, const std::string& name,
                          bool with_pictures);

/// Names for the outputs of many recordings: the file's name without its ending, and "_2", "_3"
/// behind it where another one has the name already. File systems that take upper and lower case
/// for the same are thought of.
class OutputNames {
 public:
  /// `reserved`: a name that is not to be given ("summary").
  explicit OutputNames(std::string reserved = {});
  std::string For(const std::filesystem::path& input);

 private:
  std::set<std::string> taken_;
};

/// Fails with kUsage where two outputs, or an output and an input, are the same file.
Result<void> CheckDistinct(const std::vector<std::filesystem::path>& outputs,
                           const std::vector<std::filesystem::path>& inputs);

/// Makes sure before long work that each output can be written and that there is some space.
Result<void> ProbeOutputs(const OutputPaths& paths);

}  // namespace plyo::cli
