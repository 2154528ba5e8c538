#pragma once

#include <string>

namespace plyo::ffmpeg {

/// Keeps FFmpeg from writing to the terminal, for the whole process and for good; its error lines
/// are kept instead. Thread safe, cheap after the first call.
void SilenceLog();

/// Forgets the error lines of this thread, so that Explain() speaks of what comes next.
void ForgetLog();

/// FFmpeg's words for an error code, with its last error line on this thread where there is one.
std::string Explain(int averror);

}  // namespace plyo::ffmpeg
