#include "container_shape.h"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <string_view>

#include "input.h"

namespace plyo::ffmpeg {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

constexpr int kMostBoxes = 100'000;

std::uint64_t BigEndian(const std::uint8_t* bytes, int count) {
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i) value = value << 8U | bytes[i];
  return value;
}

std::string_view Tag(const std::uint8_t* bytes) {
  return {reinterpret_cast<const char*>(bytes), 4};
}

bool IsTopLevelBox(std::string_view tag) {
  constexpr std::array kKnown = {"ftyp", "moov", "mdat", "free", "skip", "wide", "pnot",
                                 "moof", "styp", "sidx", "uuid", "mfra", "meta", "udta"};
  return std::any_of(kKnown.begin(), kKnown.end(), [&](auto known) { return tag == known; });
}

// ISO/IEC 14496-12, 4.2: size and type, the size 1 for a 64-bit size behind the type, 0 for "to the
// end".
ContainerShape InspectIsoMedia(Input& input) {
  ContainerShape shape{.kind = ContainerShape::Kind::kIsoMedia, .index_missing = true};
  std::int64_t position = 0;
  for (int i = 0; i < kMostBoxes && position < input.Size(); ++i) {
    Bytes head{};
    const int got = input.ReadAt(position, head.data(), static_cast<int>(head.size()));
    // A few bytes behind the last box are as often padding as the start of a lost box.
    if (got < 8 || !IsTopLevelBox(Tag(head.data() + 4))) break;
    std::uint64_t size = BigEndian(head.data(), 4);
    if (size == 1) size = BigEndian(head.data() + 8, 8);
    if (Tag(head.data() + 4) == "moov") shape.index_missing = false;
    if (Tag(head.data() + 4) == "moof") shape.fragmented = true;
    const auto left = static_cast<std::uint64_t>(input.Size() - position);
    if (size == 0) break;
    if (size > left) {
      shape.cut_off = true;
      if (Tag(head.data() + 4) == "moov") shape.index_missing = true;
      break;
    }
    if (size < 8) break;
    position += static_cast<std::int64_t>(size);
  }
  return shape;
}

struct VariableInt {
  std::uint64_t value = 0;
  int length = 0;
  bool unknown = false;
};

// RFC 8794, 4: the leading zero bits of the first byte count the bytes; all value bits set mean
// "unknown".
std::optional<VariableInt> ReadVariableInt(const std::uint8_t* bytes, int available) {
  if (available < 1 || bytes[0] == 0) return std::nullopt;
  const int length = std::countl_zero(bytes[0]) + 1;
  if (length > available) return std::nullopt;
  const std::uint64_t mask = (std::uint64_t{1} << (7U * static_cast<unsigned>(length))) - 1;
  const std::uint64_t value = BigEndian(bytes, length) & mask;
  return VariableInt{value, length, value == mask};
}

ContainerShape InspectMatroska(Input& input) {
  constexpr std::uint64_t kSegment = 0x18538067;
  ContainerShape shape{.kind = ContainerShape::Kind::kMatroska};
  std::int64_t position = 0;
  for (int i = 0; i < 16 && position < input.Size(); ++i) {
    Bytes head{};
    const int got = input.ReadAt(position, head.data(), static_cast<int>(head.size()));
    if (got < 1 || head[0] == 0) break;
    const int id_length = std::countl_zero(head[0]) + 1;
    if (id_length > 4 || id_length >= got) break;
    const auto size = ReadVariableInt(head.data() + id_length, got - id_length);
    if (!size || size->unknown) break;
    const auto content = position + id_length + size->length;
    if (content > input.Size() ||
        size->value > static_cast<std::uint64_t>(input.Size() - content)) {
      shape.cut_off = true;
      break;
    }
    if (BigEndian(head.data(), id_length) == kSegment) break;
    position = content + static_cast<std::int64_t>(size->value);
  }
  return shape;
}

// The size of the outermost RIFF chunk; a recording that was never finished has 0 there.
ContainerShape InspectRiff(const Bytes& head, std::int64_t file_size) {
  const std::int64_t size = head[4] | head[5] << 8 | head[6] << 16 | std::int64_t{head[7]} << 24;
  return {.kind = ContainerShape::Kind::kRiff, .cut_off = size + 8 > file_size};
}

}  // namespace

ContainerShape InspectContainer(Input& input) {
  Bytes head{};
  const int got = input.ReadAt(0, head.data(), static_cast<int>(head.size()));
  if (got < 12) return {};
  if (IsTopLevelBox(Tag(head.data() + 4))) return InspectIsoMedia(input);
  if (BigEndian(head.data(), 4) == 0x1A45DFA3) return InspectMatroska(input);
  if (Tag(head.data()) == "RIFF" && Tag(head.data() + 8) == "AVI ") {
    return InspectRiff(head, input.Size());
  }
  return {};
}

}  // namespace plyo::ffmpeg
