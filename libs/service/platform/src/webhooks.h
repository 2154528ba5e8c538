#pragma once

#include "context.h"

namespace plyo::service {

/// An event as it is sent and answered.
contract::Event ReadEvent(Context& context, SqlConnection& sql, const std::string& id);

/// Of one instance.
inline constexpr int kWebhookThreads = 4;

/// Sends one delivery that is due; false where there is none that may be sent now. Several threads
/// and instances do so at a time. Throws Refused.
bool SendNextWebhook(Context& context);

}  // namespace plyo::service
