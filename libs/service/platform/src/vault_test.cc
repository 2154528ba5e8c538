#include "vault.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "plyo/digest/sha256.h"
#include "plyo/service/store/sqlite.h"

namespace plyo::service {
namespace {
namespace fs = std::filesystem;

class VaultTest : public testing::Test {
 protected:
  VaultTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(PLYO_TEST_TMP) / test->name();
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    vault_ = Open('m');
  }
  std::unique_ptr<Vault> Open(char master) {
    return Need(Vault::Open(Need(OpenSqlite(folder_ / "keys.db")), std::string(32, master)));
  }
  ErrorCode CodeOf(const std::function<void()>& what) {
    try {
      what();
    } catch (const Refused& refused) {
      return refused.error().code;
    }
    return ErrorCode::kUsage;
  }
  static std::string Read(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
  }

  fs::path folder_;
  std::unique_ptr<Vault> vault_;
};

TEST_F(VaultTest, OpensWhatItSealedForThatSubjectAndPurposeAlone) {
  const auto sealed = vault_->Seal("ath_1", "athlete:ath_1", "a text").bytes;
  EXPECT_EQ(sealed.find("a text"), std::string::npos);
  vault_ = Open('m');
  EXPECT_EQ(vault_->Open("ath_1", "athlete:ath_1", sealed), "a text");
  vault_->Seal("ath_2", "x", "");
  EXPECT_EQ(CodeOf([&] { vault_->Open("ath_2", "athlete:ath_1", sealed); }),
            ErrorCode::kDataDamaged);
  EXPECT_EQ(CodeOf([&] { vault_->Open("ath_1", "athlete:ath_2", sealed); }),
            ErrorCode::kDataDamaged);
  auto changed = sealed;
  changed.back() = static_cast<char>(changed.back() ^ 1);
  EXPECT_EQ(CodeOf([&] { vault_->Open("ath_1", "athlete:ath_1", changed); }),
            ErrorCode::kDataDamaged);
  EXPECT_EQ(CodeOf([&] { vault_->Open("ath_1", "athlete:ath_1", "short"); }),
            ErrorCode::kDataDamaged);
}

TEST_F(VaultTest, CannotOpenWhatBelongsToADestroyedKey) {
  const auto sealed = vault_->Seal("ath_1", "x", "a text").bytes;
  vault_->Destroy("ath_1");
  EXPECT_EQ(CodeOf([&] { vault_->Open("ath_1", "x", sealed); }), ErrorCode::kNotFound);
  vault_->Seal("ath_1", "x", "made anew");
  EXPECT_EQ(CodeOf([&] { vault_->Open("ath_1", "x", sealed); }), ErrorCode::kDataDamaged);
}

TEST_F(VaultTest, NeedsItsMasterKey) {
  const auto sealed = vault_->Seal("ath_1", "x", "a text").bytes;
  EXPECT_EQ(CodeOf([&] { Open('n')->Open("ath_1", "x", sealed); }), ErrorCode::kStoreFailed);
}

TEST_F(VaultTest, KeepsEverythingUnderARenewedMasterKey) {
  const auto sealed = vault_->Seal("ath_1", "x", "a text").bytes;
  const auto pseudonym = vault_->Pseudonym("name"), cookies = vault_->Derive("cookie");
  EXPECT_EQ(CodeOf([&] { vault_->RenewMaster("short"); }), ErrorCode::kInvalidArgument);
  EXPECT_EQ(vault_->RenewMaster(std::string(32, 'n')), 3U) << "ath_1, and two of the vault's own";
  EXPECT_EQ(vault_->Open("ath_1", "x", sealed), "a text") << "it has read that key before";
  EXPECT_EQ(CodeOf([&] { vault_->Seal("ath_2", "x", "a text"); }), ErrorCode::kStoreFailed)
      << "whose key would be wrapped by what is over";
  EXPECT_EQ(CodeOf([&] { Open('m'); }), ErrorCode::kStoreFailed);
  const auto renewed = Open('n');
  EXPECT_EQ(renewed->Open("ath_1", "x", sealed), "a text");
  EXPECT_EQ(renewed->Pseudonym("name"), pseudonym);
  EXPECT_NE(renewed->Derive("cookie"), cookies) << "who has the old key makes no cookies";
  EXPECT_EQ(renewed->Open("ath_2", "x", renewed->Seal("ath_2", "x", "another").bytes), "another");
}

TEST_F(VaultTest, KeepsThePseudonymsThatTheMasterKeyItselfHadMade) {
  const auto made = Need(OpenSqlite(folder_ / "keys.db"));
  Need(made->Write(
      [](SqlConnection& sql) { sql("DELETE FROM subject_key WHERE subject = 'pseudonyms'"); }));
  const auto older = Open('m');
  EXPECT_EQ(older->Pseudonym("name"), Hex(older->Derive("name")));
  const auto pseudonym = older->Pseudonym("name");
  older->RenewMaster(std::string(32, 'n'));
  EXPECT_EQ(Open('n')->Pseudonym("name"), pseudonym);
}

TEST_F(VaultTest, SealsFilesOfEverySize) {
  for (const std::size_t size : {0U, 1U, 65'535U, 65'536U, 65'537U, 200'000U}) {
    std::string content(size, '\0');
    for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<char>(i * 31 % 251);
    std::ofstream(folder_ / "plain", std::ios::binary) << content;
    vault_->SealFile("ath_1", folder_ / "plain", folder_ / "sealed");
    fs::remove(folder_ / "opened");
    vault_->OpenFile("ath_1", folder_ / "sealed", folder_ / "opened");
    EXPECT_EQ(Read(folder_ / "opened"), content) << size;
    if (size < 2) continue;
    // A file that was cut is damaged, and not merely shorter.
    fs::resize_file(folder_ / "sealed", fs::file_size(folder_ / "sealed") - 1);
    EXPECT_EQ(CodeOf([&] { vault_->OpenFile("ath_1", folder_ / "sealed", folder_ / "cut"); }),
              ErrorCode::kDataDamaged);
  }
  EXPECT_EQ(CodeOf([&] { vault_->OpenFile("ath_1", folder_ / "plain", folder_ / "x"); }),
            ErrorCode::kDataDamaged);
  EXPECT_EQ(CodeOf([&] { vault_->OpenFile("ath_1", folder_ / "nowhere", folder_ / "x"); }),
            ErrorCode::kStoreFailed)
      << "which may be there again";
}

TEST_F(VaultTest, LeavesNothingOfAFileThatDidNotFit) {
  std::ofstream(folder_ / "plain", std::ios::binary) << std::string(200'000, 'x');
  const auto full = folder_ / "full";
  fs::create_symlink("/dev/full", full);
  EXPECT_EQ(CodeOf([&] { vault_->SealFile("ath_1", folder_ / "plain", full); }),
            ErrorCode::kDiskFull);
  EXPECT_FALSE(fs::is_symlink(full));
}

}  // namespace
}  // namespace plyo::service
