#pragma once

#include <chrono>
#include <cstddef>

namespace plyo::service {

/// What a client may use of the server.
struct Limits {
  std::size_t header_bytes = std::size_t{16} << 10;
  std::size_t body_bytes = std::size_t{64} << 10;
  std::chrono::milliseconds header_time{10'000};  ///< TLS handshake, then headers and body
  std::chrono::milliseconds keep_alive{30'000};   ///< between two requests of a client
  /// The same of a proxy: longer than those keep a connection that they do not use (Amazon's
  /// balancer 60 s unless told otherwise, Google's 600 s), or a request would meet its end.
  std::chrono::milliseconds proxy_keep_alive{620'000};
  std::chrono::milliseconds answer_time{120'000};  ///< to send one answer
  std::chrono::milliseconds linger_time{1'000};    ///< to read away what comes after the last one
  std::chrono::milliseconds hello_time{10'000};    ///< until the first message of a WebSocket
  std::chrono::milliseconds idle_time{30'000};     ///< between two messages of it
  std::chrono::milliseconds write_time{10'000};    ///< that a client may read next to nothing
  std::chrono::milliseconds close_time{5'000};     ///< the same at the end, and to agree to it
  std::size_t outbox_bytes = std::size_t{4}
                             << 20;  ///< that wait for one client, and are not stored
  int connections = 2000;
  int connections_per_address = 500;
};

}  // namespace plyo::service
