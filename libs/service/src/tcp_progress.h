#pragma once

#include <cstdint>

namespace plyo::service {

/// How many bytes the other end of a TCP socket has acknowledged: while they become more, it reads.
/// 0 where that is not known.
std::uint64_t AcknowledgedBytes(int socket);

}  // namespace plyo::service
