#include "serve_role.h"

#include <utility>

namespace plyo::cli {
namespace {

class NoLiveBackend final : public service::LiveBackend {
 public:
  Result<std::unique_ptr<service::LiveChannel>> Open(const service::LiveSessionSpec& /*spec*/,
                                                     Sink /*sink*/) override {
    return Fail(ErrorCode::kNoCapacity, "live sessions are held by other instances");
  }
  service::LiveCapacity Capacity() const override { return {}; }
};

class NarrowRest final : public service::RestHandler {
 public:
  NarrowRest(service::RestHandler& rest, const ServeRole& role)
      : rest_(rest), answers_(role.rest()), live_(role.live()) {}

  bool MovesFiles(const service::RestRequest& request) const override {
    return answers_ && rest_.MovesFiles(request);
  }
  service::RestBody Admit(const service::RestRequest& head) override {
    if (!answers_) return {.refused = Elsewhere()};
    return rest_.Admit(head);
  }
  service::RestAnswer Handle(const service::RestRequest& request) override {
    if (answers_) return rest_.Handle(request);
    service::RestAnswer answer;
    answer.error = Elsewhere();
    return answer;
  }
  Result<service::LiveCaller> AdmitLive(std::string_view secret) override {
    if (!live_) return tl::unexpected(Elsewhere());
    return rest_.AdmitLive(secret);
  }

 private:
  static Error Elsewhere() {
    return {ErrorCode::kFileNotFound,
            "other instances answer this; the role of this one is another"};
  }

  service::RestHandler& rest_;
  const bool answers_, live_;
};

}  // namespace

service::PlatformOptions ServeRole::Narrow(service::PlatformOptions options) const {
  if (works()) {
    // Where no jobs are run, others send the webhooks, too; a worker does what it can.
    options.webhooks = options.jobs > 0 || !rest();
  } else {
    options.jobs = 0;
    options.webhooks = false;
    options.housekeeping = false;
  }
  return options;
}

std::unique_ptr<service::RestHandler> ServeRole::Narrow(service::RestHandler& rest) const {
  return std::make_unique<NarrowRest>(rest, *this);
}

std::unique_ptr<service::LiveBackend> MakeNoLiveBackend() {
  return std::make_unique<NoLiveBackend>();
}

}  // namespace plyo::cli
