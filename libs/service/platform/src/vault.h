#pragma once

#include <array>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/service/sql.h"

namespace plyo::service {

/// Everything about a person is kept sealed with that person's own key, and so is every file.
/// The keys lie in a database of their own, which backups of the records do not hold: who is
/// deleted there cannot be read in any backup either. A subject is the id of an athlete, or of an
/// analysis, upload, session or project that belongs to none. Thread safe; calls may wait.
class Vault {
 public:
  using Key = std::array<unsigned char, 32>;

  /// `master`: 32 bytes, by which the keys are wrapped. Errors: those of the database, kStoreFailed
  /// where its keys were wrapped by other bytes.
  static Result<std::unique_ptr<Vault>> Open(std::unique_ptr<SqlDatabase> keys, std::string master);

  /// Bytes that only Open() with the same subject and purpose reads. Throws Refused.
  SqlBytes Seal(const std::string& subject, std::string_view purpose, std::string_view text);
  /// Throws Refused: kNotFound where the subject's key was destroyed, kDataDamaged where the bytes
  /// are not what was sealed.
  std::string Open(const std::string& subject, std::string_view purpose, const std::string& sealed);
  /// Reads the keys of many at once, for Open() to have them. Those that were destroyed it passes
  /// over.
  void Fetch(const std::vector<std::string>& subjects);

  /// One file sealed into another, and back. Their size stays within one part in a thousand.
  void SealFile(const std::string& subject, const std::filesystem::path& from,
                const std::filesystem::path& to);
  /// Gives the plain bytes to `take`, piece by piece. Throws Refused, as Open().
  void ReadFile(const std::string& subject, const std::filesystem::path& from,
                const std::function<void(std::string_view)>& take);
  /// Appends the plain bytes to `to`. Throws Refused, as Open().
  void OpenFile(const std::string& subject, const std::filesystem::path& from,
                const std::filesystem::path& to);

  /// From here on nothing of the subject can be read, here or in any backup; by other instances for
  /// a minute yet.
  void Destroy(const std::string& subject);

  /// Wraps every key by another 32 bytes, all of them or none, and says how many. Instances with
  /// the former ones read what they have read before, and make no key any more. Throws Refused.
  std::size_t RenewMaster(std::string master);

  /// A text that is the same for the same text, also by a renewed master key, and says nothing of
  /// it to who has none.
  std::string Pseudonym(std::string_view text) const;
  /// 32 secret bytes of that purpose, the same wherever the master key is.
  std::string Derive(std::string_view purpose) const;

 private:
  Vault(std::unique_ptr<SqlDatabase> keys, Key master)
      : keys_(std::move(keys)), master_(master), pseudonyms_(master) {}
  Key KeyOf(const std::string& subject, bool make);
  std::optional<Key> Known(const std::string& subject);
  void Remember(const std::string& subject, const Key& key);
  Key Unwrap(const std::string& wrapped) const;
  /// The key of that subject, where there is one.
  std::optional<Key> Find(SqlConnection& sql, const std::string& subject) const;

  std::unique_ptr<SqlDatabase> keys_;
  const Key master_;
  Key pseudonyms_;
  std::mutex mutex_;  ///< of cache_
  struct Cached {
    Key key;
    std::chrono::steady_clock::time_point until;
  };
  std::map<std::string, Cached> cache_;
};

}  // namespace plyo::service
