#pragma once

#include <memory>
#include <string>

#include "context.h"
#include "plyo/service/store.h"

namespace plyo::service {

/// Live sessions in the records. Repetitions and ends are events, too.
std::unique_ptr<Store> MakeSessionStore(Context& context);

/// Throws Refused with kSessionNotFound.
StoredSession ReadStoredSession(Context& context, SqlConnection& sql, const std::string& id);
/// The document plyo.session/1 of a session. Throws Refused with kSessionNotFound.
std::string SessionText(Context& context, SqlConnection& sql, const std::string& id);

}  // namespace plyo::service
