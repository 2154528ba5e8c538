#pragma once

#include "context.h"

namespace plyo::service {

/// An event as it is sent and answered.
contract::Event ReadEvent(Context& context, SqlConnection& sql, const std::string& id);

/// Sends what is due, and returns how many deliveries that were. Several threads and instances may
/// do so at a time. Throws Refused.
int SendDueWebhooks(Context& context);

}  // namespace plyo::service
