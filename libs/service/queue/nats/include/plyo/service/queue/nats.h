#pragma once

#include <memory>
#include <string>

#include "plyo/base/error.h"
#include "plyo/service/news.h"

namespace plyo::service {

/// News over a NATS server with JetStream. Deliveries and analyses are told to everybody, by
/// plyo.news.*; jobs lie in the stream PLYO_JOBS (plyo.jobs, each message for one of those that
/// wait for it, ten minutes long). A server that is away, now or later, is waited for, and nothing
/// else waits for it. `url`: nats://user:password@host:port, several with commas, or tls://.
/// Errors: kInvalidArgument, without the password.
Result<std::unique_ptr<NewsChannel>> OpenNats(const std::string& url);

}  // namespace plyo::service
