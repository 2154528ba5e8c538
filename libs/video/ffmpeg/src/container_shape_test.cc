#include "container_shape.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "input.h"

namespace plyo::ffmpeg {
namespace {

using Kind = ContainerShape::Kind;

ContainerShape Inspect(const std::string& content) {
  std::vector<std::byte> bytes(content.size());
  std::memcpy(bytes.data(), content.data(), content.size());
  auto input = Input::FromMemory(bytes, "clip");
  return InspectContainer(**input);
}

std::string BigEndian(std::uint64_t value, int count) {
  std::string text;
  for (int i = count - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i) & 0xFF);
  return text;
}

std::string Box(const std::string& type, std::size_t content) {
  return BigEndian(content + 8, 4) + type + std::string(content, 'x');
}

TEST(ContainerShape, WholeIsoMedia) {
  for (const auto& content :
       {Box("ftyp", 16) + Box("moov", 50) + Box("mdat", 100),
        Box("ftyp", 16) + Box("mdat", 100) + Box("moov", 50),
        Box("ftyp", 16) + BigEndian(1, 4) + "mdat" + BigEndian(20, 8) + "abcd" + Box("moov", 9),
        Box("ftyp", 16) + Box("moov", 50) + BigEndian(0, 4) + "mdat" + "to the end"}) {
    const ContainerShape shape = Inspect(content);
    EXPECT_EQ(shape.kind, Kind::kIsoMedia);
    EXPECT_FALSE(shape.cut_off);
    EXPECT_FALSE(shape.index_missing);
  }
}

TEST(ContainerShape, EveryCutOfIsoMediaIsSeen) {
  const std::string whole = Box("ftyp", 16) + Box("moov", 50) + Box("mdat", 100);
  const std::size_t index_end = 24 + 58;
  for (std::size_t length = 32; length < whole.size(); ++length) {
    const ContainerShape shape = Inspect(whole.substr(0, length));
    // A cut between two boxes, or in the head of one, looks like a shorter file.
    const bool in_head = length >= index_end && length < index_end + 8;
    EXPECT_EQ(shape.cut_off, !in_head) << length;
    EXPECT_EQ(shape.index_missing, length < index_end) << length;
  }
}

TEST(ContainerShape, FragmentsAreNoMissingIndex) {
  const ContainerShape shape = Inspect(Box("styp", 16) + Box("moof", 20) + Box("mdat", 5));
  EXPECT_TRUE(shape.fragmented);
  EXPECT_TRUE(shape.index_missing);
}

TEST(ContainerShape, NoiseBehindTheLastBoxIsNoCut) {
  EXPECT_FALSE(
      Inspect(Box("ftyp", 16) + Box("moov", 50) + Box("mdat", 9) + std::string(64, '\0')).cut_off);
  EXPECT_FALSE(Inspect(Box("ftyp", 16) + Box("moov", 50) + BigEndian(4, 4) + "mdat").cut_off);
}

std::string Matroska(const std::string& segment_size, std::size_t content) {
  return BigEndian(0x1A45DFA3, 4) + "\x84" + "head" + BigEndian(0x18538067, 4) + segment_size +
         std::string(content, 'x');
}

TEST(ContainerShape, Matroska) {
  const std::string size_20 = "\x40\x14";
  EXPECT_EQ(Inspect(Matroska(size_20, 20)).kind, Kind::kMatroska);
  EXPECT_FALSE(Inspect(Matroska(size_20, 20)).cut_off);
  EXPECT_FALSE(Inspect(Matroska(size_20, 25)).cut_off);
  EXPECT_TRUE(Inspect(Matroska(size_20, 19)).cut_off);
  const std::string unknown = "\x01" + std::string(7, '\xFF');
  EXPECT_FALSE(Inspect(Matroska(unknown, 5)).cut_off);
}

TEST(ContainerShape, Riff) {
  const std::string head = std::string("RIFF") + '\x18' + std::string(3, '\0') + "AVI ";
  EXPECT_EQ(Inspect(head + std::string(20, 'x')).kind, Kind::kRiff);
  EXPECT_FALSE(Inspect(head + std::string(20, 'x')).cut_off);
  EXPECT_TRUE(Inspect(head + std::string(19, 'x')).cut_off);
}

TEST(ContainerShape, AnythingElse) {
  EXPECT_EQ(Inspect("just a line of text").kind, Kind::kOther);
  EXPECT_EQ(Inspect("short").kind, Kind::kOther);
  EXPECT_FALSE(Inspect("just a line of text").cut_off);
}

}  // namespace
}  // namespace plyo::ffmpeg
