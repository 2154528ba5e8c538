// A request to the REST interface, by somebody who has a key: routing, parameters, JSON, forms, the
// contract's checks, and the statements that come of them, on a database of its own. Whatever
// comes, the answer is one of the contract and never the server's fault.
//
// A seed is "METHOD TARGET\nname: value\n...\n\nBODY".

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include "fuzz_check.h"
#include "plyo/service/log.h"
#include "plyo/service/platform.h"
#include "plyo/service/store/sqlite.h"
#include "plyo/sports/catalogue.h"
#include "plyo/wire/catalogue_json.h"

using namespace plyo;
using plyo::fuzz::Require;
namespace fs = std::filesystem;

namespace {

class Service {
 public:
  Service() : folder_(fs::path("/dev/shm") / ("plyo-rest-fuzz-" + std::to_string(getpid()))) {
    fs::create_directories(folder_);
    service::PlatformOptions options;
    options.work_dir = folder_ / "work";
    options.catalogue_json = CatalogueDocument(AllSports());
    options.jobs = 0;
    auto made = service::Platform::Open(
        std::move(options), std::move(*service::OpenSqlite(folder_ / "plyo.db")),
        std::move(*service::OpenSqlite(folder_ / "keys.db")),
        std::move(*service::OpenFileBlobs(folder_ / "files")), std::string(32, 'k'));
    Require(made.has_value());
    platform_ = std::move(*made);
  }
  ~Service() {
    platform_.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  void Ask(service::RestRequest request) {
    auto& rest = platform_->rest();
    const auto body = std::move(request.body);
    request.body.clear();
    // As the front does: what may come is asked for with the head.
    const auto plan = rest.Admit(request);
    if (plan.refused) return Require(!plan.refused->message.empty());
    if (body.size() > plan.most_bytes) return;
    if (plan.to_file) {
      request.body_file = platform_->work_dir() / "body";
      std::ofstream(request.body_file, std::ios::binary) << body;
    } else {
      request.body = body;
    }
    const auto answer = rest.Handle(request);
    if (answer.error) {
      Require(!answer.error->message.empty());
      Require(IsOfCaller(answer.error->code));
    } else {
      Require(answer.status >= 200 && answer.status < 400);
    }
    std::error_code ignored;
    fs::remove(request.body_file, ignored);
    if (!answer.file.empty()) fs::remove(answer.file, ignored);
  }

 private:
  static bool IsOfCaller(ErrorCode code) {
    return code != ErrorCode::kInternal && code != ErrorCode::kStoreFailed &&
           code != ErrorCode::kDataDamaged;
  }

  const fs::path folder_;
  std::unique_ptr<service::Platform> platform_;
};

std::string_view TakeLine(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr int kMostRequests = 20'000;  // then the database is a new one
  static std::unique_ptr<Service> service;
  static int asked = 0;
  if (!service || ++asked % kMostRequests == 0) {
    service.reset();
    service::StartLog(service::LogLevel::kOff);
    service = std::make_unique<Service>();
  }
  std::string_view text(reinterpret_cast<const char*>(data), size);
  service::RestRequest request;
  const auto first = TakeLine(text);
  const auto blank = std::min(first.find(' '), first.size());
  request.method = first.substr(0, blank);
  request.target = "/v1/" + std::string(first.substr(std::min(blank + 1, first.size())));
  request.request_id = "r";
  request.known_as = "fuzz";
  for (auto line = TakeLine(text); !line.empty(); line = TakeLine(text)) {
    const auto colon = line.find(": ");
    if (colon != std::string_view::npos)
      request.headers[std::string(line.substr(0, colon))] = line.substr(colon + 2);
  }
  request.body = text;
  service->Ask(std::move(request));
  return 0;
}
