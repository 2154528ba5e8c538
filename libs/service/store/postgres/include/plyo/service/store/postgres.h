#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "plyo/service/sql.h"

namespace plyo::service {

/// The tables of one schema of a PostgreSQL database, which is made where there is none.
/// Transactions that write are SERIALIZABLE and done again where the server asks for it, so that
/// each sees what it would see alone; Take() is READ COMMITTED, and skips rows that another one has
/// locked. A lost connection is made again: what was not yet being committed is done again, for a
/// quarter of a minute; a transaction that was lost in its commit is kStoreFailed, since nobody
/// knows how it ended. `url`: postgres://user:password@host:port/database?parameters, or what else
/// libpq takes as one; `schema`: lower-case letters and _. Errors: kInvalidArgument, kStoreFailed;
/// no message holds the password.
Result<std::unique_ptr<SqlDatabase>> OpenPostgres(const std::string& url, std::string_view schema);

/// The address with *** for a password in it.
std::string WithoutPassword(std::string_view url);

}  // namespace plyo::service
