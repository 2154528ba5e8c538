#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "plyo/base/error.h"
#include "plyo/service/live_backend.h"

namespace plyo::service {

/// What a server needs to know of the catalogue to check a `hello`.
class SportList {
 public:
  /// Of the document `plyo.catalogue/1`. Errors: kInternal.
  static Result<SportList> FromCatalogue(const std::string& document);

  struct Range {
    double min = 0;
    double max = 0;
  };
  /// Parameters of that sport by id, or nothing.
  const std::map<std::string, Range, std::less<>>* Find(std::string_view sport) const;

 private:
  std::map<std::string, std::map<std::string, Range, std::less<>>, std::less<>> sports_;
};

/// How a connection begins (contract/stream.yaml, `hello`), checked.
struct Hello {
  enum class Kind { kNew, kResume, kWatch };
  Kind kind = Kind::kNew;
  std::string sport;  ///< of kNew
  MediaKind codec = MediaKind::kH264;
  int width = 0, height = 0;
  double fps = 0;
  std::string pose_model;     ///< of landmarks
  std::string session;        ///< of kResume and kWatch
  std::string token;          ///< of kResume
  std::int64_t last_rep = 0;  ///< of kResume and kWatch
  std::string client;
  std::string json;  ///< the message; without the token, which is nowhere kept
};

/// Errors: kProtocolError, kInvalidArgument, kUnsupportedCodec, each with the place. Thread safe.
Result<Hello> ReadHello(std::string_view text, const SportList& sports);

/// The `hello` with what is known of its athlete (`{"height_m": 1.8}`) where it does not say that
/// itself.
std::string HelloOf(const std::string& hello, const std::string& athlete_json);

/// The `hello` that a resumed session goes on with: what it is to measure of the stored one, the
/// media of the new one. Both were checked before.
std::string MergedHello(const std::string& stored, const std::string& now);

}  // namespace plyo::service
