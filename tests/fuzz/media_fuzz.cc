// A binary message of a live connection: its header, and where it carries landmarks, those.

#include <cstddef>
#include <cstdint>

#include "fuzz_check.h"
#include "landmark_payload.h"
#include "plyo/service/media_header.h"

using plyo::fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto message = plyo::service::ParseMedia({data, size});
  if (!message) {
    Require(!message.error().message.empty());
    return 0;
  }
  Require(message->payload.size() + plyo::service::kMediaHeaderBytes == size);
  if (message->kind != plyo::service::MediaKind::kLandmarks) return 0;
  const auto poses = plyo::service::ReadLandmarks(*message, plyo::Timestamp{message->capture_us});
  if (!poses) {
    Require(!poses.error().message.empty());
    return 0;
  }
  Require(poses->size() <= plyo::service::kMaxLandmarkPeople);
  for (const auto& pose : *poses) Require(pose.presence >= 0 && pose.presence <= 1);
  return 0;
}
