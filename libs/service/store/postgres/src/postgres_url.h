#pragma once

#include <string>
#include <string_view>

namespace plyo::service {

bool IsPostgresUrl(std::string_view url);

/// The address with what a connection of ours is to have and it does not say itself: limits of the
/// time in which a server that is gone is noticed.
std::string WithConnectionLimits(std::string url);

/// The password of an address, as it stands in it; empty where there is none.
std::string_view PasswordOf(std::string_view url);

}  // namespace plyo::service
