#pragma once

#include <string>
#include <string_view>

namespace plyo::service {

/// `whsec_` and the base64 of 32 random bytes (Standard Webhooks).
std::string NewWebhookSecret();
/// `v1,BASE64`: HMAC-SHA256 of "ID.TIMESTAMP.BODY" by the bytes of the secret.
std::string SignWebhook(std::string_view secret, std::string_view id, std::string_view timestamp,
                        std::string_view body);

}  // namespace plyo::service
