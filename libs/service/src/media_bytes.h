#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace plyo::service {

/// A media message of tests, its length field that of the payload.
struct MediaFields {
  std::uint8_t version = 1;
  std::uint8_t kind = 2;
  std::uint8_t flags = 0;
  std::uint32_t sequence = 0;
  std::uint64_t capture_us = 0;
  std::uint16_t width = 640;
  std::uint16_t height = 480;
  std::string payload = "picture";
};

inline std::vector<std::uint8_t> MediaBytes(const MediaFields& fields) {
  std::vector<std::uint8_t> bytes{fields.version, fields.kind, fields.flags, 0};
  const auto put = [&bytes](std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  };
  put(fields.sequence, 4);
  put(fields.capture_us, 8);
  put(fields.width, 2);
  put(fields.height, 2);
  put(fields.payload.size(), 4);
  bytes.insert(bytes.end(), fields.payload.begin(), fields.payload.end());
  return bytes;
}

}  // namespace plyo::service
