#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "plyo/base/error.h"

namespace plyo::service {

struct HttpCall {
  std::string url{};
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  std::chrono::milliseconds time{10'000};  ///< for all of it
  std::uint64_t most_bytes = 64 << 10;     ///< of the answer
  std::filesystem::path to_file{};         ///< where the answer goes; empty: into the reply
  bool private_addresses = false;          ///< may be called, and without TLS
  std::function<bool()> cancelled{};       ///< asked now and then
};

struct CallReply {
  int status = 0;
  std::string body{};
};

/// Calls somebody else's server. The address is checked when the connection is made, so that a name
/// that points elsewhere by then is of no use; redirections are not followed. Thread safe. Errors:
/// kAddressRefused for an address of this machine or a private network, kFetchFailed.
Result<CallReply> CallHttp(const HttpCall& call);

/// Whether the text is an https address that does not name a private host by its number. Errors:
/// kAddressRefused.
Result<void> CheckAddress(const std::string& url, bool private_addresses);
/// The host of an address, in lower case; empty where it has none.
std::string HostOfAddress(const std::string& url);

/// To be called once before threads are started.
void StartHttpClient();

}  // namespace plyo::service
