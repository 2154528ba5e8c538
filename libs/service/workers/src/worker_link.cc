#include "worker_link.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace plyo::service {

namespace asio = boost::asio;
using boost::system::error_code;

WorkerLink::WorkerLink(asio::io_context& context, int socket, Handlers handlers)
    : context_(context),
      socket_(context, asio::local::stream_protocol(), socket),
      handlers_(std::move(handlers)) {}

void WorkerLink::Start() {
  asio::post(context_, [self = shared_from_this()] { self->ReadHeader(); });
}

void WorkerLink::Close(std::string why) {
  if (closed_) return;
  closed_ = true;
  error_code ignored;
  socket_.close(ignored);
  asio::post(context_,
             [self = shared_from_this(), why = std::move(why)] { self->handlers_.closed(why); });
}

void WorkerLink::ReadHeader() {
  asio::async_read(socket_, asio::buffer(head_),
                   [self = shared_from_this()](error_code error, std::size_t) {
                     if (self->closed_) return;
                     const auto header = DecodeHeader(self->head_);
                     if (error) return self->Close(error.message());
                     if (!header) return self->Close(header.error().message);
                     self->header_ = *header;
                     self->ReadBody();
                   });
}

void WorkerLink::ReadBody() {
  body_.resize(header_.body_bytes);
  asio::async_read(socket_, asio::buffer(body_),
                   [self = shared_from_this()](error_code error, std::size_t) {
                     if (self->closed_) return;
                     if (error) return self->Close(error.message());
                     self->handlers_.message(self->header_, self->body_);
                     if (!self->closed_) self->ReadHeader();
                   });
}

void WorkerLink::Send(Bytes message, std::shared_ptr<std::atomic<std::size_t>> waiting) {
  if (waiting) *waiting += message.size();
  asio::post(context_, [self = shared_from_this(),
                        out = Outgoing{std::move(message), std::move(waiting)}]() mutable {
    if (self->closed_) return;
    self->queue_.push_back(std::move(out));
    if (self->in_flight_.empty()) self->WriteNext();
  });
}

void WorkerLink::WriteNext() {
  in_flight_ = std::exchange(queue_, {});
  if (in_flight_.empty()) return;
  std::vector<asio::const_buffer> buffers;
  buffers.reserve(in_flight_.size());
  for (const Outgoing& out : in_flight_) buffers.push_back(asio::buffer(out.bytes));
  asio::async_write(socket_, buffers, [self = shared_from_this()](error_code error, std::size_t) {
    if (self->closed_) return;
    if (error) return self->Close(error.message());
    for (const Outgoing& out : self->in_flight_) {
      if (out.waiting) *out.waiting -= out.bytes.size();
    }
    self->WriteNext();
  });
}

}  // namespace plyo::service
