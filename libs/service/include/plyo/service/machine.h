#pragma once

namespace plyo::service {

/// Processors that this process may use: of the machine, of its affinity, and of its container, as
/// which a part of one counts too. At least a little.
double UsableCores();

/// Memory that it may take: of the machine or its container. Bytes.
double UsableMemory();

}  // namespace plyo::service
