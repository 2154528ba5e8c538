#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "plyo/base/error.h"

namespace plyo::pipeline {

/// How much may lie ready; at least one item is.
struct ReadAheadLimits {
  std::size_t items = 6;
  std::size_t bytes = 32U << 20;
};

/// One stage of a pipeline in a thread of its own, a few items ahead of whoever takes them, so that
/// the next is there when the last has been dealt with. Stages are chained: one reads from another.
template <typename Item>
class ReadAhead {
 public:
  using Read = std::function<Result<std::optional<Item>>()>;

  /// `read` gives the next item, nullopt at the end; it and what it uses belong to the thread until
  /// the destructor returns. `bytes_of` tells how much of the limit an item takes.
  ReadAhead(Read read, std::function<std::size_t(const Item&)> bytes_of, ReadAheadLimits limits)
      : read_(std::move(read)),
        bytes_of_(std::move(bytes_of)),
        limits_(limits),
        thread_([this] { Run(); }) {}
  ~ReadAhead() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  /// Waits for the next item; nullopt at the end. After an error, that error again.
  Result<std::optional<Item>> Next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !ahead_.empty() || ended_; });
    if (ahead_.empty()) {
      if (error_) return tl::unexpected<Error>(*error_);
      return std::nullopt;
    }
    std::optional<Item> item(std::move(ahead_.front()));
    ahead_.pop_front();
    bytes_ -= bytes_of_(*item);
    lock.unlock();
    changed_.notify_all();
    return item;
  }

  /// Spent in `read` so far, seconds of wall time, waiting for a stage before it included.
  double ReadSeconds() const {
    const std::lock_guard lock(mutex_);
    return read_s_;
  }

 private:
  void Run() {
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] {
          return stop_ || ahead_.empty() ||
                 (ahead_.size() < limits_.items && bytes_ < limits_.bytes);
        });
        if (stop_) return;
      }
      const auto begin = std::chrono::steady_clock::now();
      Result<std::optional<Item>> item = read_();
      const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
      const std::lock_guard lock(mutex_);
      read_s_ += spent.count();
      if (item && *item) {
        bytes_ += bytes_of_(**item);
        ahead_.push_back(std::move(**item));
      } else {
        if (!item) error_ = std::move(item.error());
        ended_ = true;
      }
      changed_.notify_all();
      if (ended_) return;
    }
  }

  const Read read_;
  const std::function<std::size_t(const Item&)> bytes_of_;
  const ReadAheadLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> ahead_;
  std::size_t bytes_ = 0;
  std::optional<Error> error_;
  bool ended_ = false;
  bool stop_ = false;
  double read_s_ = 0;
  std::thread thread_;
};

}  // namespace plyo::pipeline
