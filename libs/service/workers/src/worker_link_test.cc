#include "worker_link.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <vector>

namespace plyo::service {
namespace {

/// The front drops what is too much for a worker: of whom, it has to know.
TEST(WorkerLink, CountsWhatWaitsForEachSenderByItself) {
  std::array<int, 2> ends{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  boost::asio::io_context context{1};
  const auto link = std::make_shared<WorkerLink>(
      context, ends[0],
      WorkerLink::Handlers{[](const MessageHeader&, const Bytes&) {}, [](const std::string&) {}});
  const auto flood = std::make_shared<std::atomic<std::size_t>>(0);
  const auto other = std::make_shared<std::atomic<std::size_t>>(0);
  constexpr std::size_t kMany = 32U << 20;  // more than the kernel takes
  constexpr std::size_t kFew = 100;
  link->Send(Bytes(kMany), flood);
  context.poll();
  EXPECT_EQ(*flood, kMany);
  EXPECT_EQ(*other, 0U);
  link->Send(Bytes(kFew), other);
  context.poll();
  EXPECT_EQ(*other, kFew);
  std::vector<char> read_bytes(1U << 20);
  for (std::size_t left = kMany + kFew; left > 0; context.restart(), context.poll()) {
    const ssize_t got = recv(ends[1], read_bytes.data(), read_bytes.size(), MSG_DONTWAIT);
    if (got > 0) left -= static_cast<std::size_t>(got);
  }
  context.restart();
  context.poll();
  EXPECT_EQ(*flood, 0U);
  EXPECT_EQ(*other, 0U);
  close(ends[1]);
}

}  // namespace
}  // namespace plyo::service
