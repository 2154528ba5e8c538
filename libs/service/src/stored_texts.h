#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "plyo/service/store.h"

namespace plyo::service {

/// What is stored of sessions and waits to be sent: each message is held once, over however many
/// connections it goes. Not thread safe.
class StoredTexts {
 public:
  using Text = std::shared_ptr<const std::string>;

  std::vector<Text> RepsAfter(const StoredSession& session, std::int64_t last_rep);
  Text Result(const StoredSession& session);
  /// Of all that is held somewhere.
  std::size_t Bytes() const;

 private:
  Text Share(const std::string& session, std::int64_t rep, const std::string& text);

  /// By session and index of the repetition, which never change; the result has the index 0.
  std::map<std::pair<std::string, std::int64_t>, std::weak_ptr<const std::string>> held_;
};

}  // namespace plyo::service
