#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

namespace plyo {

/// Who of many is served next: whoever was served longest ago. Not thread safe.
template <typename Key>
class FairTurns {
 public:
  void Add(Key key) { order_.insert(order_.begin(), std::move(key)); }
  void Remove(const Key& key) { std::erase(order_, key); }
  std::size_t Size() const { return order_.size(); }

  /// The first of those that `has_work(key)` says yes to; he goes to the end of the queue.
  template <typename HasWork>
  std::optional<Key> Next(const HasWork& has_work) {
    const auto at = std::find_if(order_.begin(), order_.end(), has_work);
    if (at == order_.end()) return std::nullopt;
    std::rotate(at, at + 1, order_.end());
    return order_.back();
  }

 private:
  std::vector<Key> order_;  ///< the one served longest ago first
};

/// The pictures of one session that wait to be looked at, oldest first. Times are the caller's own,
/// in µs. Not thread safe.
///
/// A burst that the network brought together is worked off in order; where a picture has waited for
/// longer than there is patience and a newer one is there, the newer one wins: what becomes of the
/// other is the caller's to say.
template <typename Picture>
class NewestWins {
 public:
  void Add(Picture picture, std::int64_t now_us) {
    waiting_.emplace_back(std::move(picture), now_us);
  }
  bool Empty() const { return waiting_.empty(); }
  std::size_t Size() const { return waiting_.size(); }
  /// How long the oldest one has waited; 0 where there is none.
  std::int64_t WaitedUs(std::int64_t now_us) const {
    return waiting_.empty() ? 0 : now_us - waiting_.front().second;
  }

  /// The oldest one, if it has to give way to a newer one.
  std::optional<Picture> TakeLate(std::int64_t now_us, std::int64_t patience_us) {
    if (waiting_.size() < 2 || WaitedUs(now_us) <= patience_us) return std::nullopt;
    return Take();
  }

  /// The oldest one.
  std::optional<Picture> Take() {
    if (waiting_.empty()) return std::nullopt;
    Picture picture = std::move(waiting_.front().first);
    waiting_.pop_front();
    return picture;
  }

 private:
  std::deque<std::pair<Picture, std::int64_t>> waiting_;
};

/// Keeps what comes to a rate: some seconds of it at once, and on average no more than it. Times in
/// order, µs. Not thread safe.
class TokenBucket {
 public:
  TokenBucket(double per_s, double seconds);

  /// Whether so much more is within the rate; then it counts.
  bool Take(std::int64_t t_us, double amount = 1);

 private:
  double per_s_;
  double most_;
  double left_;
  std::optional<std::int64_t> last_us_;
};

/// The rate that is asked of one camera: down where pictures have to be given up, and slowly up
/// again. Not thread safe.
class AdaptiveRate {
 public:
  /// `nominal_fps`: of the camera; asked for while all goes well.
  explicit AdaptiveRate(double nominal_fps);

  /// What one second brought. `load`: of the worker, 1 where it has no time left. Returns the new
  /// rate where it changes.
  std::optional<double> Second(std::int64_t received, std::int64_t dropped, double load);
  double fps() const { return fps_; }

 private:
  double nominal_fps_;
  double fps_;
  int good_seconds_ = 0;
  int bad_seconds_ = 0;
};

}  // namespace plyo
