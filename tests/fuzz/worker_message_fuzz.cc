// What a worker that was taken over could send to the front, and the other way: a header, then its
// body. Who reads must not trust who writes.

#include <cstddef>
#include <cstdint>
#include <span>

#include "fuzz_check.h"
#include "messages.h"

namespace {

using plyo::fuzz::Require;

template <typename T>
void Read(const plyo::Result<T>& read) {
  Require(read.has_value() || !read.error().message.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace service = plyo::service;
  if (size < service::kMessageHeaderBytes) return -1;
  const std::span<const std::uint8_t> bytes(data, size);
  const auto header = service::DecodeHeader(bytes.first(service::kMessageHeaderBytes));
  if (!header) return 0;
  const auto body = bytes.subspan(service::kMessageHeaderBytes);
  switch (header->type) {
    case service::MessageType::kOpen:
      Read(service::DecodeOpen(body));
      break;
    case service::MessageType::kMedia:
      Read(service::DecodeMedia(body));
      break;
    case service::MessageType::kFailed:
    case service::MessageType::kEnded:
      Read(service::DecodeError(body));
      break;
    case service::MessageType::kOutput:
      Read(service::DecodeOutput(body));
      break;
    case service::MessageType::kLoad:
      Read(service::DecodeLoad(body));
      break;
    default:
      break;
  }
  return 0;
}
