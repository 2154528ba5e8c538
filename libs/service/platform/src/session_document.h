#pragma once

#include <string>

#include "plyo/service/store.h"

namespace plyo::service {

/// A stored session as `plyo.session/1`: session, sport, created (RFC 3339), ended, reps (as in the
/// messages `rep`), result (plyo.analysis/1, or null before the end). Thread safe.
std::string SessionJson(const StoredSession& session);

/// The document plyo.analysis/1 of a session that has ended; "null" before. Thread safe.
std::string ResultJson(const StoredSession& session);

/// Every metric of every confirmed repetition, RFC 4180, as the command line writes them:
/// session,athlete,track_id,rep,metric,value,unit,u,flags,reason. Thread safe.
std::string SessionCsv(const StoredSession& session);

}  // namespace plyo::service
