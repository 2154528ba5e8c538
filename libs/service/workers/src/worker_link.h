#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "messages.h"

namespace plyo::service {

/// The front's end of the socket to one worker. All but Send() is for the thread that runs the
/// context; handlers are called from it.
class WorkerLink : public std::enable_shared_from_this<WorkerLink> {
 public:
  struct Handlers {
    std::function<void(const MessageHeader&, const Bytes&)> message;
    /// Once, also after Close(); why, for the log.
    std::function<void(const std::string& why)> closed;
  };

  /// `socket` becomes the link's.
  WorkerLink(boost::asio::io_context& context, int socket, Handlers handlers);

  void Start();
  void Close(std::string why);
  /// `waiting`, if given, counts the bytes that were sent with it and not yet taken by the kernel.
  void Send(Bytes message, std::shared_ptr<std::atomic<std::size_t>> waiting = {});

 private:
  struct Outgoing {
    Bytes bytes;
    std::shared_ptr<std::atomic<std::size_t>> waiting;
  };

  void ReadHeader();
  void ReadBody();
  void WriteNext();

  boost::asio::io_context& context_;
  boost::asio::local::stream_protocol::socket socket_;
  Handlers handlers_;
  std::array<std::uint8_t, kMessageHeaderBytes> head_{};
  MessageHeader header_;
  Bytes body_;
  std::vector<Outgoing> queue_;
  std::vector<Outgoing> in_flight_;
  bool closed_ = false;
};

}  // namespace plyo::service
