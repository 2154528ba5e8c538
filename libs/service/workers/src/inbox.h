#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "messages.h"

namespace plyo::service {

struct Incoming {
  MessageHeader header;
  Bytes body;
};

/// Reads a worker's socket in a thread of its own, so that nothing waits in the kernel while a
/// picture is looked at. Take() is for one other thread.
class Inbox {
 public:
  explicit Inbox(int socket);
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;
  ~Inbox();  ///< the socket must have been shut down

  /// All that has come; waits for something up to `wait_us`.
  std::deque<Incoming> Take(std::int64_t wait_us);
  /// The front has hung up, or sent what no front sends.
  bool Closed();

 private:
  void Read();
  bool ReadAll(std::uint8_t* target, std::size_t size);

  int socket_;
  std::mutex mutex_;
  std::condition_variable came_;
  std::condition_variable room_;
  std::deque<Incoming> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool closed_ = false;
  bool leaving_ = false;
  std::thread thread_;
};

/// Writes all of it, waiting for room. False where the front has hung up.
bool WriteAll(int socket, const Bytes& bytes);

}  // namespace plyo::service
