#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <mutex>
#include <random>
#include <string_view>
#include <thread>
#include <vector>

#include "plyo/digest/sha256.h"
#include "plyo/service/blobs/s3.h"
#include "plyo/service/secrets.h"
#include "s3_address.h"
#include "s3_keys.h"

namespace plyo::service {
namespace fs = std::filesystem;
namespace {
using Clock = std::chrono::steady_clock;

constexpr std::uintmax_t kMostBytes = std::uintmax_t{5} << 30;
constexpr std::string_view kDigestOfNothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::size_t kMostOfAnswer = 4096;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

/// One request, and what came of the last try.
struct Exchange {
  std::string_view method;
  std::string url;
  std::string digest{kDigestOfNothing};
  fs::path send{};
  fs::path receive{};

  File file{};  ///< that is sent or received
  CURL* handle = nullptr;
  std::string answer{};  ///< of what is no file: an error's XML
  bool disk_full = false;
};

std::size_t Read(char* into, std::size_t one, std::size_t count, void* data) {
  auto& exchange = *static_cast<Exchange*>(data);
  const auto got = std::fread(into, one, count, exchange.file.get());
  return std::ferror(exchange.file.get()) ? CURL_READFUNC_ABORT : got;
}

/// After a redirect or a connection that the server had closed.
int Seek(void* data, curl_off_t offset, int origin) {
  auto& exchange = *static_cast<Exchange*>(data);
  return ::fseeko(exchange.file.get(), offset, origin) == 0 ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

std::size_t Take(char* bytes, std::size_t one, std::size_t count, void* data) {
  auto& exchange = *static_cast<Exchange*>(data);
  const auto size = one * count;
  long status = 0;
  curl_easy_getinfo(exchange.handle, CURLINFO_RESPONSE_CODE, &status);
  if (exchange.receive.empty() || status != 200) {
    exchange.answer.append(
        bytes, std::min(size, kMostOfAnswer - std::min(kMostOfAnswer, exchange.answer.size())));
    return size;
  }
  if (std::fwrite(bytes, 1, size, exchange.file.get()) == size) return size;
  exchange.disk_full = errno == ENOSPC;
  return 0;
}

/// What stands between <Code> and </Code>.
std::string CodeOf(std::string_view answer) {
  const auto begin = answer.find("<Code>");
  if (begin == std::string_view::npos) return {};
  const auto end = answer.find("</Code>", begin);
  return std::string(answer.substr(begin + 6, std::min(end - begin - 6, std::size_t{60})));
}

bool MayPass(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_UPLOAD_FAILED:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return true;
    default:
      return false;
  }
}

class S3Blobs final : public Blobs {
 public:
  S3Blobs(S3Options options, std::string base)
      : options_(std::move(options)),
        base_(std::move(base)),
        signature_("aws:amz:" + options_.region + ":s3"),
        keys_(options_.keys, options_.lender) {}

  ~S3Blobs() override {
    for (auto* handle : handles_) curl_easy_cleanup(handle);
  }
  S3Blobs(const S3Blobs&) = delete;
  S3Blobs& operator=(const S3Blobs&) = delete;

  Result<void> Put(const std::string& name, const fs::path& file) override {
    const struct Remove {
      const fs::path& path;
      ~Remove() {
        std::error_code ignored;
        fs::remove(path, ignored);
      }
    } remove{file};
    std::error_code error;
    const auto bytes = fs::file_size(file, error);
    if (error) return Fail(ErrorCode::kStoreFailed, file.string() + ": " + error.message());
    if (bytes > kMostBytes) return Fail(ErrorCode::kStoreFailed, "a file for S3 has 5 GiB at most");
    auto digest = Sha256OfFile(file);
    if (!digest) return tl::unexpected(digest.error());
    Exchange exchange{.method = "PUT", .url = base_ + name, .digest = *digest, .send = file};
    const auto status = Do(exchange);
    if (!status) return tl::unexpected(status.error());
    if (*status != 200) return Unexpected(exchange, *status);
    return {};
  }

  Result<fs::path> Get(const std::string& name, const fs::path& spare) override {
    Exchange exchange{.method = "GET", .url = base_ + name, .receive = spare};
    auto status = Do(exchange);
    exchange.file.reset();
    if (status && *status == 200) return spare;
    std::error_code ignored;
    fs::remove(spare, ignored);
    if (!status) return tl::unexpected(status.error());
    if (*status == 404 && CodeOf(exchange.answer) != "NoSuchBucket")
      return Fail(ErrorCode::kNotFound, "the file is not there any more");
    return Unexpected(exchange, *status);
  }

  Result<void> Delete(const std::string& name) override {
    Exchange exchange{.method = "DELETE", .url = base_ + name};
    const auto status = Do(exchange);
    if (!status) return tl::unexpected(status.error());
    const bool gone = *status == 404 && CodeOf(exchange.answer) != "NoSuchBucket";
    if (*status != 204 && *status != 200 && !gone) return Unexpected(exchange, *status);
    return {};
  }

  /// Whether the bucket is there and the keys may do what is needed.
  Result<void> Try(const fs::path& spare) {
    { std::ofstream(spare) << "plyo"; }
    const auto name = fmt::format("probe/{}", spare.filename().string());
    if (auto put = Put(name, spare); !put) return put;
    return Delete(name);
  }

 private:
  tl::unexpected<Error> Unexpected(const Exchange& exchange, long status) const {
    if (status == 507) return Fail(ErrorCode::kDiskFull, "the store of the files is full");
    return Fail(ErrorCode::kStoreFailed,
                fmt::format("{}: {} is answered by {} {}", options_.place, exchange.method, status,
                            CodeOf(exchange.answer)));
  }

  /// The status of the answer, after as many tries as there is time for.
  Result<long> Do(Exchange& exchange) {
    const auto patience = Clock::now() + options_.patience;
    for (int tries = 1;; ++tries) {
      CURLcode code = CURLE_OK;
      long status = 0;
      if (auto done = Once(exchange, code, status); !done) return tl::unexpected(done.error());
      const bool passes =
          code == CURLE_OK ? status >= 500 || status == 429 || status == 408 : MayPass(code);
      if (!passes || Clock::now() > patience) {
        if (code == CURLE_OK) return status;
        if (exchange.disk_full)
          return Fail(ErrorCode::kDiskFull, exchange.receive.string() + ": the disk is full");
        return Fail(ErrorCode::kStoreFailed,
                    fmt::format("{}: {}", options_.place, curl_easy_strerror(code)));
      }
      thread_local std::minstd_rand random(std::random_device{}());
      const int most_ms = std::min(4000, 100 << std::min(tries, 6));
      std::this_thread::sleep_for(
          std::chrono::milliseconds(std::uniform_int_distribution(most_ms / 2, most_ms)(random)));
    }
  }

  Result<void> Once(Exchange& exchange, CURLcode& code, long& status) {
    const bool sends = !exchange.send.empty();
    exchange.answer.clear();
    exchange.disk_full = false;
    const auto& path = sends ? exchange.send : exchange.receive;
    if (!path.empty()) {
      exchange.file.reset(std::fopen(path.c_str(), sends ? "rb" : "wb"));
      if (!exchange.file)
        return Fail(ErrorCode::kStoreFailed, path.string() + ": " + std::strerror(errno));
    }
    const auto keys = keys_.Now();
    if (!keys) return tl::unexpected(keys.error());
    const auto user = keys->access_key + ":" + keys->secret_key;
    CURL* handle = TakeHandle();
    if (!handle) return Fail(ErrorCode::kStoreFailed, "libcurl cannot be used");
    exchange.handle = handle;
    // All of them are signed, so that no header stands here without a value.
    curl_slist* list =
        curl_slist_append(nullptr, ("x-amz-content-sha256: " + exchange.digest).c_str());
    if (!keys->session_token.empty())
      list = curl_slist_append(list, ("x-amz-security-token: " + keys->session_token).c_str());
    curl_easy_setopt(handle, CURLOPT_URL, exchange.url.c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_AWS_SIGV4, signature_.c_str());
    curl_easy_setopt(handle, CURLOPT_USERPWD, user.c_str());
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(handle, CURLOPT_USERAGENT, "plyo");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, 5000L);
    // As long as a large file needs, but not with a server that has fallen asleep.
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, 30L);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, Take);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &exchange);
    if (sends) {
      std::error_code error;
      const auto bytes = fs::file_size(exchange.send, error);
      curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
      curl_easy_setopt(handle, CURLOPT_READFUNCTION, Read);
      curl_easy_setopt(handle, CURLOPT_READDATA, &exchange);
      curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, Seek);
      curl_easy_setopt(handle, CURLOPT_SEEKDATA, &exchange);
      curl_easy_setopt(handle, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(bytes));
    } else if (exchange.method != "GET") {
      curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, std::string(exchange.method).c_str());
    }
    code = curl_easy_perform(handle);
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    GiveBack(handle);
    curl_slist_free_all(list);
    if (exchange.file && !sends && std::fflush(exchange.file.get()) != 0) {
      exchange.disk_full = errno == ENOSPC;
      if (code == CURLE_OK) code = CURLE_WRITE_ERROR;
    }
    return {};
  }

  /// A handle keeps its connection.
  CURL* TakeHandle() {
    const std::scoped_lock lock(mutex_);
    if (handles_.empty()) return curl_easy_init();
    auto* handle = handles_.back();
    handles_.pop_back();
    return handle;
  }
  void GiveBack(CURL* handle) {
    curl_easy_reset(handle);
    const std::scoped_lock lock(mutex_);
    handles_.push_back(handle);
  }

  const S3Options options_;
  const std::string base_;
  const std::string signature_;
  S3KeySource keys_;
  std::mutex mutex_;  ///< of handles_
  std::vector<CURL*> handles_;
};

}  // namespace

Result<std::unique_ptr<Blobs>> OpenS3Blobs(S3Options options) {
  auto base = S3BaseUrl(options);
  if (!base) return tl::unexpected(base.error());
  if (!options.lender.url.empty()) {
    if (auto checked = CheckLender(options.lender.url); !checked)
      return tl::unexpected(checked.error());
  } else if (options.keys.access_key.empty() || options.keys.secret_key.empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                "the keys of S3 stand in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or in the "
                "file AWS_SHARED_CREDENTIALS_FILE, or the role of the container lends them");
  }
  curl_global_init(CURL_GLOBAL_DEFAULT);
  auto blobs = std::make_unique<S3Blobs>(std::move(options), std::move(*base));
  std::error_code error;
  if (auto fine = blobs->Try(fs::temp_directory_path(error) / ("plyo-" + RandomHex(8))); !fine)
    return tl::unexpected(fine.error());
  return blobs;
}

}  // namespace plyo::service
