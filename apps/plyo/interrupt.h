#pragma once

#include <atomic>

namespace plyo::cli {

/// From now on Ctrl-C (SIGINT), SIGTERM and SIGHUP ask the work to end in order; a second one ends
/// the program at once.
void CatchInterrupts();

/// Set once a signal asked the work to end.
const std::atomic<bool>& Interrupted();

/// Ends the program by the signal that asked for it, so that the caller sees what happened: a shell
/// ends its loop and has the status 130 for Ctrl-C. Call it after everything has been cleaned up.
/// Returns where no signal came.
void EndBySignal();

}  // namespace plyo::cli
