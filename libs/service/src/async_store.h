#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <type_traits>
#include <utility>

#include "plyo/service/store.h"

namespace plyo::service {

/// The store on a thread of its own, since it waits for the disk: calls are done in the order in
/// which they are made, answers come on the server's thread.
class AsyncStore {
 public:
  AsyncStore(Store& store, boost::asio::any_io_executor executor)
      : store_(store), executor_(std::move(executor)) {}
  /// Waits for the calls that were made.
  ~AsyncStore() { thread_.join(); }
  AsyncStore(const AsyncStore&) = delete;
  AsyncStore& operator=(const AsyncStore&) = delete;

  /// `call(Store&)` there, then `then(its result)` here.
  template <typename Call, typename Then>
  void Run(Call call, Then then) {
    boost::asio::post(thread_, [this, call = std::move(call), then = std::move(then),
                                work = boost::asio::make_work_guard(executor_)]() mutable {
      auto result = call(store_);
      boost::asio::post(executor_, [then = std::move(then), result = std::move(result)]() mutable {
        then(std::move(result));
      });
    });
  }

  /// Name it before co_await: GCC 12 may destroy temporaries of such an expression twice.
  template <typename Call>
  auto Await(Call call) {
    using Answer = std::invoke_result_t<Call, Store&>;
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Answer)>(
        [store = this](auto handler, Call later) {
          store->Run(std::move(later), [handler = std::move(handler)](Answer answer) mutable {
            handler(std::move(answer));
          });
        },
        boost::asio::use_awaitable, std::move(call));
  }

 private:
  Store& store_;
  boost::asio::any_io_executor executor_;
  boost::asio::thread_pool thread_{1};
};

}  // namespace plyo::service
