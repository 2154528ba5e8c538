#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "plyo/base/error.h"

namespace plyo::service {

struct CertificateFiles {
  std::filesystem::path certificate;
  std::filesystem::path key;
  std::filesystem::path authority;  ///< the certificate of who signed; its key is nobody else's
};

/// IPv4 addresses of the machine that others of its network can call.
std::vector<std::string> LanAddresses();

/// A certificate for these addresses, the machine's name and localhost, signed by an authority of
/// the machine's own that a phone can be told to trust; both kept in the folder. The certificate is
/// made anew where the addresses changed or a month or less of its year is left. The authority may
/// vouch for the machine's names and private addresses alone, and stays as long as these do and a
/// new certificate ends before it. Errors: kOutputNotWritable, kInternal.
Result<CertificateFiles> EnsureLanCertificate(const std::filesystem::path& folder,
                                              const std::vector<std::string>& addresses);

}  // namespace plyo::service
