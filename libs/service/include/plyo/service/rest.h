#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plyo/base/error.h"

namespace plyo::service {

/// A request to the REST interface as the front read it.
struct RestRequest {
  std::string method{};
  std::string target{};                                       ///< path and query as they came
  std::map<std::string, std::string, std::less<>> headers{};  ///< by name in lower case
  std::string body{};                                         ///< empty where it lies in a file
  std::filesystem::path body_file{};                          ///< the front deletes it afterwards
  std::string request_id{};
  /// Who it is where the front knows by itself: whoever opened the page, or has a key of --keys.
  std::optional<std::string> known_as{};

  std::string_view Header(std::string_view name) const {
    const auto at = headers.find(name);
    return at == headers.end() ? std::string_view() : at->second;
  }
};

/// Names and values of an answer.
using RestHeaders = std::vector<std::pair<std::string, std::string>>;

/// What comes piece by piece until it ends.
class RestStream {
 public:
  virtual ~RestStream() = default;
  /// The next piece, empty where there is nothing new yet; nothing at the end. May wait for the
  /// store, not for news.
  virtual std::optional<std::string> Next() = 0;
};

struct RestAnswer {
  std::string route{};  ///< for the figures: path of the operation, empty where there is none
  int status = 200;
  std::string content_type{};
  RestHeaders headers{};
  std::string body{};
  std::filesystem::path file{};          ///< instead of a body; the front deletes it afterwards
  std::shared_ptr<RestStream> stream{};  ///< instead of a body
  std::optional<Error> error{};          ///< instead of all that: a problem document
};

/// What may come behind the headers of a request.
struct RestBody {
  std::uint64_t most_bytes = 0;
  bool to_file = false;
  std::optional<Error> refused{};  ///< nothing may come; what to answer
  RestHeaders headers{};           ///< of an answer that goes before the body has been read
};

/// Who opens a live session, and for whom.
struct LiveCaller {
  std::string project = "prj_default";
  bool test = false;
  std::string athlete{};  ///< empty: nobody in particular
  /// What is known of him, as the `athlete` of a hello that says nothing of it; empty: nothing.
  std::string athlete_json{};
  std::string actor = "page";
  bool may_measure = true;  ///< may begin and resume sessions
  bool may_watch = true;    ///< may follow those of others

  friend bool operator==(const LiveCaller&, const LiveCaller&) = default;
};

/// The REST interface behind the front. Thread safe; every call may wait for the disk, but for
/// MovesFiles().
class RestHandler {
 public:
  virtual ~RestHandler() = default;
  /// Whether to handle the request is to store or to fetch files. It takes as long as they are
  /// large, and waits for their store, which may be away while the records are there.
  virtual bool MovesFiles(const RestRequest& request) const = 0;
  /// Before the body is read: whether the caller may send one, and how large.
  virtual RestBody Admit(const RestRequest& head) = 0;
  virtual RestAnswer Handle(const RestRequest& request) = 0;
  /// Who has that key or ticket, which then is used up; empty: somebody whom the front knows.
  /// Errors: kUnauthorized, kFileNotFound: no sessions here.
  virtual Result<LiveCaller> AdmitLive(std::string_view secret) = 0;
};

}  // namespace plyo::service
