#include "inbox.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

namespace plyo::service {
namespace {

// More than that waits in the socket, where the front sees it.
constexpr std::size_t kMostBytes = 64U << 20;
constexpr std::chrono::seconds kLastPicture{10};

}  // namespace

Inbox::Inbox(int socket) : socket_(socket), thread_([this] { Read(); }) {}

Inbox::~Inbox() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = leaving_ = true;
  }
  room_.notify_all();
  thread_.join();
}

std::deque<Incoming> Inbox::Take(std::int64_t wait_us) {
  std::unique_lock lock(mutex_);
  if (waiting_.empty() && !closed_ && wait_us > 0) {
    came_.wait_for(lock, std::chrono::microseconds(wait_us));
  }
  waiting_bytes_ = 0;
  std::deque<Incoming> all = std::exchange(waiting_, {});
  lock.unlock();
  room_.notify_all();
  return all;
}

bool Inbox::Closed() {
  const std::lock_guard lock(mutex_);
  return closed_ && waiting_.empty();
}

bool Inbox::ReadAll(std::uint8_t* target, std::size_t size) {
  while (size > 0) {
    const ssize_t got = recv(socket_, target, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    target += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

void Inbox::Read() {
  while (true) {
    Bytes head(kMessageHeaderBytes);
    if (!ReadAll(head.data(), head.size())) break;
    const auto header = DecodeHeader(head);
    if (!header) break;
    Incoming incoming{*header, Bytes(header->body_bytes)};
    if (!ReadAll(incoming.body.data(), incoming.body.size())) break;
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return closed_ || waiting_bytes_ < kMostBytes; });
    if (closed_) return;
    waiting_bytes_ += incoming.body.size();
    waiting_.push_back(std::move(incoming));
    lock.unlock();
    came_.notify_one();
  }
  std::unique_lock lock(mutex_);
  closed_ = true;
  came_.notify_one();
  // A worker that hangs in a picture does not outlive the front.
  if (!room_.wait_for(lock, kLastPicture, [&] { return leaving_; })) _exit(1);
}

bool WriteAll(int socket, const Bytes& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t now = send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (now < 0 && errno == EINTR) continue;
    if (now <= 0) return false;
    sent += static_cast<std::size_t>(now);
  }
  return true;
}

}  // namespace plyo::service
