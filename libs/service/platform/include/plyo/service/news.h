#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace plyo::service {

/// What one instance lets the others know at once, instead of at their next look into the records.
struct News {
  enum class Kind : std::uint8_t {
    kJob,       ///< there may be a job
    kDelivery,  ///< there may be a delivery
    kAnalysis,  ///< something about an analysis has changed
  };
  Kind kind = Kind::kJob;
  std::string id{};  ///< of the analysis, where there is one

  friend bool operator==(const News&, const News&) = default;
};

/// Carries news between the instances of one service. The records are what is true: news that is
/// lost, or comes twice, or long after, costs a look into them and no more. Thread safe.
class NewsChannel {
 public:
  struct Ears {
    /// Told what others say, from a thread of the channel.
    std::function<void(const News& news)> hear;
    /// How many jobs could be begun here at once: of the instances that could begin one, one hears
    /// of a job. Nothing: none is ever begun here.
    std::function<int()> idle;
  };

  virtual ~NewsChannel() = default;  ///< nothing is heard from here on

  /// Once, before anything is said.
  virtual void Listen(Ears ears) = 0;
  /// To the other instances. Neither waits nor fails.
  virtual void Say(const News& news) = 0;
  /// Whether news come at the time, as far as is known.
  virtual bool connected() const = 0;
};

}  // namespace plyo::service
