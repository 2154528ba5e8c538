#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "plyo/base/error.h"

namespace plyo::service {

struct CertificateFiles {
  std::filesystem::path certificate;
  std::filesystem::path key;
};

/// IPv4 addresses of the machine that others of its network can call.
std::vector<std::string> LanAddresses();

/// A self-signed certificate for these addresses, the machine's name and localhost, kept in the
/// folder; made anew where the addresses changed or a month or less of its year is left. Errors:
/// kOutputNotWritable, kInternal.
Result<CertificateFiles> EnsureLanCertificate(const std::filesystem::path& folder,
                                              const std::vector<std::string>& addresses);

}  // namespace plyo::service
