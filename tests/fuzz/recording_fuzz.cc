// A recording of a live session, from its file to its poses or its pictures.

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "fuzz_check.h"
#include "plyo/service/replay.h"
#include "plyo/sports/catalogue.h"

using plyo::fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto kSports = plyo::AllSports();
  static const auto kFile = std::filesystem::temp_directory_path() /
                            ("plyo_recording_fuzz." + std::to_string(getpid()) + ".plyolive");
  std::ofstream(kFile, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  const auto replay = plyo::service::Replay::Open(kFile, kSports);
  if (!replay) {
    Require(!replay.error().message.empty());
    return 0;
  }
  if (!replay->HasPictures()) {
    (void)replay->Landmarks();
    return 0;
  }
  const auto pictures = replay->Pictures();
  if (!pictures) return 0;
  plyo::Timestamp last{-1};
  for (int i = 0; i < 20; ++i) {
    const auto frame = (*pictures)->Next();
    if (!frame || !*frame) break;
    Require((*frame)->t > last);
    last = (*frame)->t;
  }
  return 0;
}
