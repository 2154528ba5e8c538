#include "stored_texts.h"

namespace plyo::service {

std::vector<StoredTexts::Text> StoredTexts::RepsAfter(const StoredSession& session,
                                                      std::int64_t last_rep) {
  std::erase_if(held_, [](const auto& entry) { return entry.second.expired(); });
  std::vector<Text> texts;
  for (const auto& rep : session.reps) {
    if (rep.index > last_rep) texts.push_back(Share(session.id, rep.index, rep.json));
  }
  return texts;
}

StoredTexts::Text StoredTexts::Result(const StoredSession& session) {
  return Share(session.id, 0, session.result_json);
}

std::size_t StoredTexts::Bytes() const {
  std::size_t bytes = 0;
  for (const auto& [key, text] : held_) {
    if (const auto held = text.lock()) bytes += held->size();
  }
  return bytes;
}

StoredTexts::Text StoredTexts::Share(const std::string& session, std::int64_t rep,
                                     const std::string& text) {
  auto& held = held_[{session, rep}];
  auto shared = held.lock();
  if (!shared) held = shared = std::make_shared<const std::string>(text);
  return shared;
}

}  // namespace plyo::service
