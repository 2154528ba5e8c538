#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "access.h"
#include "plyo/service/server.h"

namespace plyo::service {

/// The options, checked and complete.
struct ServerPlan {
  ServerOptions options;
  AccessOptions access;  ///< without the port
  KeyRing keys;
  std::unique_ptr<boost::asio::ssl::context> tls;
  double certificate_expires_s = 0;  ///< of tls, since 1970; 0: there is none
  std::string shown_host;            ///< for the printed address
  std::string authority_pem;         ///< what a phone is to trust (--lan); empty: there is none
};

/// Reads what the options name, and makes nothing: neither folders nor the certificate of --lan.
/// Errors: as Server::Make().
Result<ServerPlan> CheckOptions(ServerOptions options);

/// Errors: as Server::Make().
Result<ServerPlan> PlanServer(ServerOptions options);

}  // namespace plyo::service
