#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace plyo::service {

/// Now, µs since 1970.
std::int64_t NowUs();

/// `ath_01jdv2m3n4p5q6r7s8t9v0w1x2`: 48 bits of time in ms and 80 random ones (ULID), so that ids
/// sort by when they were made. Thread safe.
std::string NewId(std::string_view prefix);
/// Whether a text has the form of such an id.
bool IsId(std::string_view prefix, std::string_view text);
/// Less than every id of that prefix that was made at that time or later, greater than those
/// before.
std::string FirstId(std::string_view prefix, std::int64_t us);

/// `2026-11-29T12:00:00.000Z`.
std::string Rfc3339(std::int64_t us);
/// Throws Refused with kInvalidArgument where the text is no RFC 3339 time of the years 1970-2200.
std::int64_t ParseRfc3339(std::string_view text);

}  // namespace plyo::service
