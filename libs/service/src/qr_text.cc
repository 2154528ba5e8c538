#include <qrencode.h>

#include <memory>

#include "plyo/service/server.h"

namespace plyo::service {

std::string QrText(const std::string& text) {
  const std::unique_ptr<QRcode, void (*)(QRcode*)> code(
      QRcode_encodeString(text.c_str(), 0, QR_ECLEVEL_L, QR_MODE_8, 1), QRcode_free);
  if (!code) return {};
  constexpr int kMargin = 2;
  const auto light = [&](int x, int y) {
    if (x < 0 || y < 0 || x >= code->width || y >= code->width) return true;
    return (code->data[y * code->width + x] & 1) == 0;
  };
  // Light is drawn, so that it reads on the usual dark terminal; scanners take the inverse too.
  std::string drawn;
  for (int y = -kMargin; y < code->width + kMargin; y += 2) {
    for (int x = -kMargin; x < code->width + kMargin; ++x) {
      const bool above = light(x, y);
      const bool below = light(x, y + 1);
      drawn += above && below ? "█" : above ? "▀" : below ? "▄" : " ";
    }
    drawn += '\n';
  }
  return drawn;
}

}  // namespace plyo::service
