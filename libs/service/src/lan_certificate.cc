#include "lan_certificate.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "local_files.h"

namespace plyo::service {
namespace fs = std::filesystem;
namespace {

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Bio = std::unique_ptr<BIO, Deleter<BIO_free_all>>;

constexpr long kDay = 24 * 3600;
// Phones take no certificate of a server that is good for more than 825 days, and may come to take
// less; an authority, which each phone is told to trust by hand, lasts.
constexpr int kDaysValid = 365;
constexpr int kDaysLeft = 30;
constexpr int kAuthorityDaysValid = 5 * 365;

/// A certificate and its key, in memory.
struct Pair {
  Certificate certificate;
  Key key;
};

/// Where a pair is kept, and beside it what it was made for.
struct PairFiles {
  fs::path certificate;
  fs::path key;
  fs::path made_for;
};

std::string HostName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "plyo";
}

std::vector<std::string> MachineNames() {
  const auto host = HostName();
  if (host == "localhost") return {host};
  return {"localhost", host, host + ".local"};
}

std::string AlternativeNames(const std::vector<std::string>& addresses) {
  std::string names = "IP:127.0.0.1";
  for (const auto& name : MachineNames()) names += ",DNS:" + name;
  for (const auto& address : addresses) names += ",IP:" + address;
  return names;
}

struct Network {
  const char* address;
  const char* mask;
};
/// Of no use to anybody elsewhere: an authority for them is none for the addresses of the Internet.
constexpr std::array kPrivateNetworks{
    Network{"127.0.0.0", "255.0.0.0"},     Network{"10.0.0.0", "255.0.0.0"},
    Network{"172.16.0.0", "255.240.0.0"},  Network{"192.168.0.0", "255.255.0.0"},
    Network{"169.254.0.0", "255.255.0.0"}, Network{"100.64.0.0", "255.192.0.0"}};

in_addr_t Parsed(const char* text) {
  in_addr address{};
  return inet_pton(AF_INET, text, &address) == 1 ? address.s_addr : 0;
}

bool IsPrivate(const std::string& address) {
  return std::ranges::any_of(kPrivateNetworks, [&](const Network& network) {
    return (Parsed(address.c_str()) & Parsed(network.mask)) == Parsed(network.address);
  });
}

/// What the authority may vouch for. Private networks as wholes: a phone that trusts it goes on
/// doing so when the machine gets another address.
std::string PermittedNames(const std::vector<std::string>& addresses) {
  std::string permitted = "critical";
  for (const auto& name : MachineNames()) permitted += ",permitted;DNS:" + name;
  for (const auto& [address, mask] : kPrivateNetworks)
    permitted += fmt::format(",permitted;IP:{}/{}", address, mask);
  for (const auto& address : addresses) {
    if (!IsPrivate(address)) permitted += fmt::format(",permitted;IP:{}/255.255.255.255", address);
  }
  return permitted;
}

bool AddExtension(X509& certificate, X509& issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
  return extension && X509_add_ext(&certificate, extension.get(), -1) == 1;
}

using Extensions = std::vector<std::pair<int, std::string>>;

/// Signed by the issuer, or by itself. Both are null where OpenSSL fails.
Pair Make(const std::string& common_name, int days, const Extensions& extensions,
          const Pair* issuer) {
  Pair made{Certificate(X509_new()), Key(EVP_EC_gen("P-256"))};
  auto* certificate = made.certificate.get();
  std::uint64_t serial = 0;
  if (!certificate || !made.key ||
      RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof(serial)) != 1) {
    return {};
  }
  auto& signer = issuer ? *issuer : made;
  auto* name = X509_get_subject_name(certificate);
  const bool filled =
      X509_set_version(certificate, 2) == 1 &&
      ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1U) == 1 &&
      X509_gmtime_adj(X509_getm_notBefore(certificate), -kDay) &&
      X509_gmtime_adj(X509_getm_notAfter(certificate), days * kDay) &&
      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(common_name.c_str()), -1,
                                 -1, 0) == 1 &&
      X509_set_issuer_name(certificate, X509_get_subject_name(signer.certificate.get())) == 1 &&
      X509_set_pubkey(certificate, made.key.get()) == 1;
  const bool extended =
      filled && std::ranges::all_of(extensions, [&](const auto& extension) {
        return AddExtension(*certificate, *signer.certificate, extension.first, extension.second);
      });
  if (!extended || X509_sign(certificate, signer.key.get(), EVP_sha256()) <= 0) return {};
  return made;
}

std::string TextOf(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

Bio Reading(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// The pair of those files, if it was made for that, belongs together and is good for more days.
std::optional<Pair> Kept(const PairFiles& files, const std::string& made_for, int days_left) {
  const auto known = ReadSmallFile(files.made_for);
  const auto certificate_text = ReadSmallFile(files.certificate);
  const auto key_text = ReadSmallFile(files.key);
  if (!known || *known != made_for || !certificate_text || !key_text) return std::nullopt;
  Pair pair{
      Certificate(PEM_read_bio_X509(Reading(*certificate_text).get(), nullptr, nullptr, nullptr)),
      Key(PEM_read_bio_PrivateKey(Reading(*key_text).get(), nullptr, nullptr, nullptr))};
  int days = 0;
  int seconds = 0;
  if (!pair.certificate || !pair.key ||
      X509_check_private_key(pair.certificate.get(), pair.key.get()) != 1 ||
      ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(pair.certificate.get())) != 1 ||
      days <= days_left) {
    return std::nullopt;
  }
  return pair;
}

/// With the issuer behind it, as a server sends it. What it was made for comes last: a pair that is
/// written in part is made anew.
Result<void> Keep(const PairFiles& files, const Pair& pair, const std::string& made_for,
                  const Pair* issuer) {
  const Bio certificate_text(BIO_new(BIO_s_mem()));
  const Bio key_text(BIO_new(BIO_s_mem()));
  if (!pair.certificate ||
      PEM_write_bio_X509(certificate_text.get(), pair.certificate.get()) != 1 ||
      (issuer && PEM_write_bio_X509(certificate_text.get(), issuer->certificate.get()) != 1) ||
      PEM_write_bio_PrivateKey(key_text.get(), pair.key.get(), nullptr, nullptr, 0, nullptr,
                               nullptr) != 1) {
    return Fail(ErrorCode::kInternal, "OpenSSL made no certificate");
  }
  for (const auto& [file, content] : {std::pair(files.key, TextOf(key_text.get())),
                                      std::pair(files.certificate, TextOf(certificate_text.get())),
                                      std::pair(files.made_for, made_for)}) {
    if (auto written = WritePrivateFile(file, content); !written) return written;
  }
  return {};
}

}  // namespace

std::vector<std::string> LanAddresses() {
  std::vector<std::string> addresses;
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return addresses;
  const std::unique_ptr<ifaddrs, Deleter<freeifaddrs>> owner(first);
  for (const auto* at = first; at; at = at->ifa_next) {
    if (!at->ifa_addr || at->ifa_addr->sa_family != AF_INET || (at->ifa_flags & IFF_LOOPBACK) ||
        !(at->ifa_flags & IFF_UP)) {
      continue;
    }
    std::array<char, INET_ADDRSTRLEN> text{};
    const auto* address = reinterpret_cast<const sockaddr_in*>(at->ifa_addr);
    if (inet_ntop(AF_INET, &address->sin_addr, text.data(), text.size()))
      addresses.emplace_back(text.data());
  }
  return addresses;
}

Result<CertificateFiles> EnsureLanCertificate(const fs::path& folder,
                                              const std::vector<std::string>& addresses) {
  std::error_code error;
  fs::create_directories(folder, error);
  const PairFiles own{folder / "certificate.pem", folder / "key.pem", folder / "names.txt"};
  const PairFiles above{folder / "authority.pem", folder / "authority_key.pem",
                        folder / "authority_names.txt"};
  const CertificateFiles files{own.certificate, own.key, above.certificate};
  const auto names = AlternativeNames(addresses);
  const auto permitted = PermittedNames(addresses);
  auto authority = Kept(above, permitted, kDaysLeft);
  const auto leaf = Kept(own, names, kDaysLeft);
  // Not so the one that earlier versions signed by itself.
  if (authority && leaf &&
      X509_verify(leaf->certificate.get(), X509_get0_pubkey(authority->certificate.get())) == 1) {
    return files;
  }
  // What it signs must not outlive it.
  authority = Kept(above, permitted, kDaysValid);
  if (!authority) {
    authority = Make("Plyo on " + HostName().substr(0, 50), kAuthorityDaysValid,
                     {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                      {NID_key_usage, "critical,keyCertSign"},
                      {NID_name_constraints, permitted},
                      {NID_subject_key_identifier, "hash"}},
                     nullptr);
    if (auto kept = Keep(above, *authority, permitted, nullptr); !kept)
      return tl::unexpected(kept.error());
  }
  const auto made = Make("Plyo on this network", kDaysValid,
                         {{NID_basic_constraints, "critical,CA:FALSE"},
                          {NID_key_usage, "critical,digitalSignature"},
                          {NID_ext_key_usage, "serverAuth"},
                          {NID_subject_key_identifier, "hash"},
                          {NID_authority_key_identifier, "keyid:always"},
                          {NID_subject_alt_name, names}},
                         &*authority);
  if (auto kept = Keep(own, made, names, &*authority); !kept) return tl::unexpected(kept.error());
  return files;
}

}  // namespace plyo::service
