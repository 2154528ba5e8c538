#include "interrupt.h"

#include <csignal>

namespace plyo::cli {
namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "used in a signal handler");
volatile std::sig_atomic_t signal_number = 0;

void OnSignal(int number) {
  signal_number = number;
  interrupted.store(true, std::memory_order_relaxed);
}

}  // namespace

void CatchInterrupts() {
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // the second one has its usual effect
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before = {};
    sigaction(number, nullptr, &before);
    if (before.sa_handler != SIG_IGN) sigaction(number, &action, nullptr);  // nohup stays in force
  }
}

const std::atomic<bool>& Interrupted() { return interrupted; }

void EndBySignal() {
  if (signal_number == 0) return;
  std::signal(signal_number, SIG_DFL);
  std::raise(signal_number);
}

}  // namespace plyo::cli
