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

#include <array>
#include <memory>

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
constexpr long kDaysValid = 365;
constexpr long kDaysLeft = 30;

std::string HostName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "plyo";
}

std::string AlternativeNames(const std::vector<std::string>& addresses) {
  std::string names = "DNS:localhost,IP:127.0.0.1";
  const auto host = HostName();
  if (host != "localhost") names += fmt::format(",DNS:{0},DNS:{0}.local", host);
  for (const auto& address : addresses) names += ",IP:" + address;
  return names;
}

bool AddExtension(X509& certificate, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &certificate, &certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
  return extension && X509_add_ext(&certificate, extension.get(), -1) == 1;
}

Certificate Make(EVP_PKEY* key, const std::string& names) {
  Certificate certificate(X509_new());
  std::uint64_t serial = 0;
  if (!certificate || RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof(serial)) != 1)
    return nullptr;
  auto* name = X509_get_subject_name(certificate.get());
  const bool made =
      X509_set_version(certificate.get(), 2) == 1 &&
      ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1U) == 1 &&
      X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kDay) &&
      X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kDaysValid * kDay) &&
      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                 reinterpret_cast<const unsigned char*>("Plyo on this network"), -1,
                                 -1, 0) == 1 &&
      X509_set_issuer_name(certificate.get(), name) == 1 &&
      X509_set_pubkey(certificate.get(), key) == 1 &&
      AddExtension(*certificate, NID_basic_constraints, "critical,CA:FALSE") &&
      AddExtension(*certificate, NID_key_usage, "critical,digitalSignature") &&
      AddExtension(*certificate, NID_ext_key_usage, "serverAuth") &&
      AddExtension(*certificate, NID_subject_alt_name, names) &&
      X509_sign(certificate.get(), key, EVP_sha256()) > 0;
  return made ? std::move(certificate) : nullptr;
}

std::string TextOf(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

/// Whether the file holds a certificate for those names that is good for a while.
bool StillGood(const CertificateFiles& files, const fs::path& names_file,
               const std::string& names) {
  const auto known = ReadSmallFile(names_file);
  const auto text = ReadSmallFile(files.certificate);
  if (!known || *known != names || !text || !ReadSmallFile(files.key)) return false;
  const Bio bio(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
  const Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!certificate) return false;
  int days = 0;
  int seconds = 0;
  return ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate.get())) == 1 &&
         days > kDaysLeft;
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
  const CertificateFiles files{folder / "certificate.pem", folder / "key.pem"};
  const auto names_file = folder / "names.txt";
  const auto names = AlternativeNames(addresses);
  if (StillGood(files, names_file, names)) return files;
  const Key key(EVP_EC_gen("P-256"));
  const auto certificate = key ? Make(key.get(), names) : nullptr;
  const Bio certificate_text(BIO_new(BIO_s_mem()));
  const Bio key_text(BIO_new(BIO_s_mem()));
  if (!certificate || PEM_write_bio_X509(certificate_text.get(), certificate.get()) != 1 ||
      PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1) {
    return Fail(ErrorCode::kInternal, "OpenSSL made no certificate");
  }
  for (const auto& [file, content] : {std::pair(files.key, TextOf(key_text.get())),
                                      std::pair(files.certificate, TextOf(certificate_text.get())),
                                      std::pair(names_file, names)}) {
    if (auto written = WritePrivateFile(file, content); !written)
      return tl::unexpected(written.error());
  }
  return files;
}

}  // namespace plyo::service
