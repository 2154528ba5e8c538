#include "vault.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>
#include <vector>

#include "plyo/digest/sha256.h"

namespace plyo::service {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostCached = 10'000;
constexpr std::size_t kWrapNonce = crypto_secretbox_NONCEBYTES;
constexpr std::size_t kChunk = std::size_t{64} << 10;
constexpr std::string_view kMagic = "PLYOSEAL1";
constexpr std::chrono::seconds kKnown{60};  // another instance may destroy a key
// Two subjects that are none. The key of the first tells the master key; that of the second makes
// pseudonyms, and is not there where the master key itself has made them ever since.
const std::string kCheck = "check";
const std::string kPseudonyms = "pseudonyms";

const std::vector<std::string_view> kSteps = {
    "CREATE TABLE subject_key (subject TEXT PRIMARY KEY, wrapped {bytes} NOT NULL){table}",
};

constexpr int kOldest = 1;  // see kOldestRecords

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

using Key = Vault::Key;

Key ToKey(std::string bytes) {
  Key key{};
  if (bytes.size() == key.size()) std::memcpy(key.data(), bytes.data(), key.size());
  sodium_memzero(bytes.data(), bytes.size());
  return key;
}

Key MakeKey() {
  Key key{};
  crypto_secretbox_keygen(key.data());
  return key;
}

SqlBytes Wrap(const Key& key, const Key& master) {
  std::string wrapped(kWrapNonce + key.size() + crypto_secretbox_MACBYTES, '\0');
  randombytes_buf(wrapped.data(), kWrapNonce);
  crypto_secretbox_easy(Bytes(wrapped) + kWrapNonce, key.data(), key.size(), Bytes(wrapped),
                        master.data());
  return {std::move(wrapped)};
}

void Insert(SqlConnection& sql, const std::string& subject, const Key& key, const Key& master) {
  sql("INSERT INTO subject_key (subject, wrapped) VALUES ($1, $2)", subject, Wrap(key, master));
}

std::string Keyed(std::string_view text, const Key& key) {
  std::string digest(crypto_generichash_BYTES, '\0');
  crypto_generichash(Bytes(digest), digest.size(), Bytes(text), text.size(), key.data(),
                     key.size());
  return digest;
}

/// What is there in part is of no use, and on a full disk it would be in the way.
[[noreturn]] void CannotWrite(std::ofstream& out, const fs::path& path) {
  const int why = errno;
  out.close();
  std::error_code ignored;
  fs::remove(path, ignored);
  Refuse(why == ENOSPC || why == EDQUOT ? ErrorCode::kDiskFull : ErrorCode::kStoreFailed,
         fmt::format("{}: cannot be written: {}", path.string(), std::strerror(why)));
}

}  // namespace

Result<std::unique_ptr<Vault>> Vault::Open(std::unique_ptr<SqlDatabase> keys, std::string master) {
  if (sodium_init() < 0 || master.size() != Key{}.size())
    return Fail(ErrorCode::kInternal, "the master key has 32 bytes");
  const auto key = ToKey(std::move(master));
  if (auto done = Migrate(*keys, kSteps, "the keys", kOldest); !done)
    return tl::unexpected(done.error());
  auto vault = std::unique_ptr<Vault>(new Vault(std::move(keys), key));
  try {
    const auto pseudonyms = [&](SqlConnection& sql) {
      const bool known = vault->Find(sql, kCheck).has_value();
      return std::pair(known, vault->Find(sql, kPseudonyms));
    };
    auto [known, found] = Need(vault->keys_->Read(pseudonyms));
    if (!known) {
      found = Need(vault->keys_->Write([&](SqlConnection& sql) {
        const auto [made, by_another] = pseudonyms(sql);
        if (made) return by_another;
        const auto fresh = MakeKey();
        Insert(sql, kCheck, MakeKey(), key);
        Insert(sql, kPseudonyms, fresh, key);
        return std::optional(fresh);
      }));
    }
    if (found) vault->pseudonyms_ = *found;
  } catch (const Refused& refused) {
    return tl::unexpected(refused.error());
  }
  return vault;
}

std::optional<Vault::Key> Vault::Known(const std::string& subject) {
  const std::scoped_lock lock(mutex_);
  const auto at = cache_.find(subject);
  if (at == cache_.end() || at->second.until <= std::chrono::steady_clock::now())
    return std::nullopt;
  return at->second.key;
}

void Vault::Remember(const std::string& subject, const Key& key) {
  const std::scoped_lock lock(mutex_);
  if (cache_.size() >= kMostCached) cache_.clear();
  cache_[subject] = {key, std::chrono::steady_clock::now() + kKnown};
}

Vault::Key Vault::Unwrap(const std::string& wrapped) const {
  Key key{};
  if (wrapped.size() != kWrapNonce + key.size() + crypto_secretbox_MACBYTES ||
      crypto_secretbox_open_easy(key.data(), Bytes(wrapped) + kWrapNonce,
                                 wrapped.size() - kWrapNonce, Bytes(wrapped),
                                 master_.data()) != 0) {
    Refuse(ErrorCode::kStoreFailed,
           "a key cannot be unwrapped; the master key is not the one of this store");
  }
  return key;
}

std::optional<Vault::Key> Vault::Find(SqlConnection& sql, const std::string& subject) const {
  const auto answer = sql("SELECT wrapped FROM subject_key WHERE subject = $1", subject);
  if (const auto* row = answer.One()) return Unwrap(row->Bytes(0));
  return std::nullopt;
}

Vault::Key Vault::KeyOf(const std::string& subject, bool make) {
  if (const auto known = Known(subject)) return *known;
  auto key = Need(keys_->Read([&](SqlConnection& sql) { return Find(sql, subject); }));
  if (!key && make) {
    key = Need(keys_->Write([&](SqlConnection& sql) {
      if (const auto made = Find(sql, subject)) return *made;  // by another meanwhile
      Find(sql, kCheck);  // refuses where the master key was renewed: nobody could unwrap this one
      const auto fresh = MakeKey();
      Insert(sql, subject, fresh, master_);
      return fresh;
    }));
  }
  if (!key) Refuse(ErrorCode::kNotFound, "what this belongs to was deleted");
  Remember(subject, *key);
  return *key;
}

std::size_t Vault::RenewMaster(std::string master) {
  if (master.size() != master_.size())
    Refuse(ErrorCode::kInvalidArgument, "the master key has 32 bytes");
  const auto key = ToKey(std::move(master));
  return Need(keys_->Write([&](SqlConnection& sql) {
    if (!Find(sql, kPseudonyms)) Insert(sql, kPseudonyms, pseudonyms_, master_);
    const auto all = sql("SELECT subject, wrapped FROM subject_key");
    for (const auto& row : all.rows) {
      sql("UPDATE subject_key SET wrapped = $2 WHERE subject = $1", row.Text(0),
          Wrap(Unwrap(row.Bytes(1)), key));
    }
    return all.rows.size();
  }));
}

void Vault::Fetch(const std::vector<std::string>& subjects) {
  std::string places;
  std::vector<SqlValue> unknown;
  for (const auto& subject : std::set(subjects.begin(), subjects.end())) {
    if (Known(subject)) continue;
    unknown.push_back(ToSql(subject));
    places += fmt::format("{}${}", unknown.size() > 1 ? ", " : "", unknown.size());
  }
  if (unknown.empty()) return;
  const auto found = Need(keys_->Read([&](SqlConnection& sql) {
    return sql.Run("SELECT subject, wrapped FROM subject_key WHERE subject IN (" + places + ")",
                   unknown);
  }));
  for (const auto& row : found.rows) Remember(row.Text(0), Unwrap(row.Bytes(1)));
}

SqlBytes Vault::Seal(const std::string& subject, std::string_view purpose, std::string_view text) {
  const auto key = KeyOf(subject, true);
  constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
  std::string sealed(kNonce + text.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
  randombytes_buf(sealed.data(), kNonce);
  crypto_aead_xchacha20poly1305_ietf_encrypt(Bytes(sealed) + kNonce, nullptr, Bytes(text),
                                             text.size(), Bytes(purpose), purpose.size(), nullptr,
                                             Bytes(sealed), key.data());
  return {std::move(sealed)};
}

std::string Vault::Open(const std::string& subject, std::string_view purpose,
                        const std::string& sealed) {
  const auto key = KeyOf(subject, false);
  constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
  constexpr std::size_t kMore = kNonce + crypto_aead_xchacha20poly1305_ietf_ABYTES;
  std::string text(sealed.size() < kMore ? 0 : sealed.size() - kMore, '\0');
  if (sealed.size() < kMore ||
      crypto_aead_xchacha20poly1305_ietf_decrypt(
          Bytes(text), nullptr, nullptr, Bytes(sealed) + kNonce, sealed.size() - kNonce,
          Bytes(purpose), purpose.size(), Bytes(sealed), key.data()) != 0) {
    Refuse(ErrorCode::kDataDamaged, "a sealed record is damaged");
  }
  return text;
}

void Vault::SealFile(const std::string& subject, const fs::path& from, const fs::path& to) {
  const auto key = KeyOf(subject, true);
  std::ifstream in(from, std::ios::binary);
  if (!in) Refuse(ErrorCode::kFileUnreadable, from.string() + ": cannot be read");
  std::ofstream out(to, std::ios::binary | std::ios::trunc);
  crypto_secretstream_xchacha20poly1305_state state;
  std::string header(crypto_secretstream_xchacha20poly1305_HEADERBYTES, '\0');
  crypto_secretstream_xchacha20poly1305_init_push(&state, Bytes(header), key.data());
  out << kMagic << header;
  std::string plain(kChunk, '\0');
  std::string sealed(kChunk + crypto_secretstream_xchacha20poly1305_ABYTES, '\0');
  for (bool last = false; !last;) {
    in.read(plain.data(), static_cast<std::streamsize>(plain.size()));
    if (in.bad()) Refuse(ErrorCode::kFileUnreadable, from.string() + ": cannot be read");
    const auto got = static_cast<std::size_t>(in.gcount());
    last = in.eof() || in.peek() == std::ifstream::traits_type::eof();
    unsigned long long size = 0;
    crypto_secretstream_xchacha20poly1305_push(
        &state, Bytes(sealed), &size, Bytes(plain), got, nullptr, 0,
        last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
    if (!out.write(sealed.data(), static_cast<std::streamsize>(size))) CannotWrite(out, to);
  }
  if (!out.flush()) CannotWrite(out, to);
}

void Vault::ReadFile(const std::string& subject, const fs::path& from,
                     const std::function<void(std::string_view)>& take) {
  const auto key = KeyOf(subject, false);
  std::ifstream in(from, std::ios::binary);
  std::string head(kMagic.size() + crypto_secretstream_xchacha20poly1305_HEADERBYTES, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  crypto_secretstream_xchacha20poly1305_state state;
  const auto damaged = [&] {
    // What cannot be read may be read later; what ends too early, or is something else, stays so.
    const auto name = from.filename().string();
    if (!in.is_open() || in.bad()) Refuse(ErrorCode::kStoreFailed, name + ": cannot be read");
    Refuse(ErrorCode::kDataDamaged, name + ": a sealed file is damaged");
  };
  if (!in || !head.starts_with(kMagic) ||
      crypto_secretstream_xchacha20poly1305_init_pull(&state, Bytes(head) + kMagic.size(),
                                                      key.data()) != 0) {
    damaged();
  }
  std::string sealed(kChunk + crypto_secretstream_xchacha20poly1305_ABYTES, '\0');
  std::string plain(kChunk, '\0');
  for (unsigned char tag = 0; tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL;) {
    in.read(sealed.data(), static_cast<std::streamsize>(sealed.size()));
    const auto got = static_cast<std::size_t>(in.gcount());
    unsigned long long size = 0;
    if (got == 0 || crypto_secretstream_xchacha20poly1305_pull(
                        &state, Bytes(plain), &size, &tag, Bytes(sealed), got, nullptr, 0) != 0) {
      damaged();
    }
    take({plain.data(), static_cast<std::size_t>(size)});
  }
}

void Vault::OpenFile(const std::string& subject, const fs::path& from, const fs::path& to) {
  std::ofstream out;
  ReadFile(subject, from, [&](std::string_view plain) {
    if (!out.is_open()) out.open(to, std::ios::binary | std::ios::app);
    if (!out.write(plain.data(), static_cast<std::streamsize>(plain.size()))) CannotWrite(out, to);
  });
  if (!out.flush()) CannotWrite(out, to);
}

void Vault::Destroy(const std::string& subject) {
  Need(keys_->Write(
      [&](SqlConnection& sql) { sql("DELETE FROM subject_key WHERE subject = $1", subject); }));
  const std::scoped_lock lock(mutex_);
  cache_.erase(subject);
}

std::string Vault::Pseudonym(std::string_view text) const { return Hex(Keyed(text, pseudonyms_)); }

std::string Vault::Derive(std::string_view purpose) const { return Keyed(purpose, master_); }

}  // namespace plyo::service
