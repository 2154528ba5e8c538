#pragma once

#include "context.h"

namespace plyo::service {

/// Deletes what is over: sources whose time has come, uploads that nobody used, events of more than
/// thirty days, tickets, and the blobs that no row names. Several instances may do so at a time.
/// Throws Refused.
void KeepHouse(Context& context);

}  // namespace plyo::service
