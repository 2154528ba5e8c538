#pragma once

#include <cstdint>

namespace plyo::ffmpeg {

class Input;

/// How the outermost boxes of a file lie: what FFmpeg does not tell, and what a cut-off recording
/// or copy shows.
struct ContainerShape {
  enum class Kind : std::uint8_t { kOther, kIsoMedia, kMatroska, kRiff };
  Kind kind = Kind::kOther;
  bool cut_off = false;        ///< a box says that it goes on beyond the end of the file
  bool index_missing = false;  ///< ISO media without moov: nothing can be found in it
  bool fragmented = false;     ///< ISO media with moof: the index is spread over the file
};

/// Reads a few bytes a box, never the content. Matroska with an unknown length (a live recording)
/// is never cut off.
ContainerShape InspectContainer(Input& input);

}  // namespace plyo::ffmpeg
