#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "context.h"
#include "request_check.h"

namespace plyo::service {

/// Who calls.
struct Caller {
  std::string project{};
  bool test = false;
  std::string actor{};  ///< id of the key, "page", or the name of a key of --keys
  std::set<std::string, std::less<>> scopes{};
  std::string plan{};
};

/// One request on its way through its operation.
struct Call {
  const contract::Operation& operation;
  const RestRequest& request;
  const Caller& caller;
  const Plan& plan;
  std::map<std::string, std::string, std::less<>> path{};   ///< parameters, decoded and checked
  std::map<std::string, std::string, std::less<>> query{};  ///< likewise
  Json body{};                                              ///< checked against its schema
  std::int64_t now_us = 0;
  std::string athlete{};  ///< whose the answer is; set by the operation
  std::string staged{};   ///< id of what Prepare() has put into the blobs
  std::uint64_t staged_bytes = 0;
  /// What stands for a file in `body`, and tells two requests apart that are equal but for it.
  bool body_names_file = false;
  /// Done once the transaction is committed, outside of it.
  std::vector<std::function<void(RestAnswer&)>> afterwards{};

  const std::string& Path(std::string_view name) const { return path.find(name)->second; }
  std::string Query(std::string_view name) const {
    const auto at = query.find(name);
    return at == query.end() ? std::string() : at->second;
  }
};

/// One operation of the contract. `run` works inside a transaction, a writing one but for GET, and
/// throws Refused. `prepare` does before it what takes long, and gives the answer where nothing is
/// left to do. `tidy` sees to what `prepare` has left, also where `run` refuses. `moves_files`:
/// whether this request has files stored or fetched; none: no request has.
struct Handler {
  RestAnswer (*run)(Context& context, Call& call, SqlConnection& sql) = nullptr;
  std::optional<RestAnswer> (*prepare)(Context& context, Call& call) = nullptr;
  void (*tidy)(Context& context, const Call& call) = nullptr;
  bool (*moves_files)(const RestRequest& request) = nullptr;
};
using Handlers = std::map<contract::OperationId, Handler>;

void AddAthleteHandlers(Handlers& handlers);
void AddAnalysisHandlers(Handlers& handlers);
void AddUploadHandlers(Handlers& handlers);
void AddSessionHandlers(Handlers& handlers);
void AddWebhookHandlers(Handlers& handlers);
void AddProjectHandlers(Handlers& handlers);

// What handlers share.

/// Of an operation that moves files whatever the request is.
bool Always(const RestRequest& request);

/// A JSON object that somebody sent; `where` names it in errors. Throws Refused with
/// kInvalidArgument.
Json ReadObject(std::string_view text, std::string_view where);

/// What was answered to this very request before, where it has an `Idempotency-Key`. Throws Refused
/// with kIdempotencyMismatch where the key was another request's.
std::optional<RestAnswer> AnswerBefore(Context& context, const Call& call, SqlConnection& sql);

RestAnswer JsonAnswer(const Json& json, int status = 200);
RestAnswer NoContent();
[[noreturn]] void RefuseUnknown(std::string_view what);
/// Whom the body names in `athlete_id`, empty where it names nobody: one of the caller's who may be
/// measured. Throws Refused with kNotFound, kConsentRequired.
std::string MeasuredAthlete(Context& context, const Call& call, SqlConnection& sql);
/// Throws Refused with kInvalidArgument where there is no such sport.
const KnownSport& CheckSport(const Context& context, const std::string& where,
                             const std::string& sport);
/// Throws Refused with kPreconditionFailed where `If-Match` names another state than `current`.
void CheckIfMatch(const Call& call, const RestAnswer& current);
/// The rows of one page of a list, newest first: `select` ends in a condition, and `column` is what
/// is ordered by, ids of one `kind` ("ath"; empty: bare ones) that sort by time. `write` makes an
/// object of a row; `gather` sees all rows before, to fetch at once what each of them needs.
RestAnswer ListAnswer(Context& context, Call& call, SqlConnection& sql, std::string select,
                      std::vector<SqlValue> values, const std::string& column,
                      std::string_view kind, const std::function<Json(const SqlRow&)>& write,
                      const std::function<void(const std::vector<SqlRow>&)>& gather = {});
/// The texts of one column.
std::vector<std::string> Texts(const std::vector<SqlRow>& rows, std::size_t column);

/// The operations of the contract over HTTP. Thread safe.
class Api final : public RestHandler {
 public:
  explicit Api(Context& context);

  bool MovesFiles(const RestRequest& request) const override;
  RestBody Admit(const RestRequest& head) override;
  RestAnswer Handle(const RestRequest& request) override;
  Result<LiveCaller> AdmitLive(std::string_view secret) override;

 private:
  struct Route {
    const contract::Operation* operation = nullptr;
    std::map<std::string, std::string, std::less<>> path{};
    std::map<std::string, std::string, std::less<>> query{};
  };

  struct Rate {
    bool allowed = false;
    std::int64_t wait_s = 0;  ///< where it is not
    RestHeaders headers{};
  };

  Route Find(const RestRequest& request) const;
  Caller Identify(const RestRequest& request);
  Caller IdentifyKey(std::string_view key);
  /// `requests`: 1, or 0 to look.
  Rate TakeFromRate(const Caller& caller, std::int64_t now_us, int requests);
  /// Throws Refused with kRateLimited.
  void CheckRate(const Caller& caller, const Rate& rate, RestHeaders& headers) const;
  RestAnswer Answer(const RestRequest& request, RestHeaders& rate, std::string& route_name);
  RestAnswer Run(Call& call);
  RestAnswer Within(Call& call, const Handler& handler, SqlConnection& sql);

  struct Bucket {
    double left = 0;
    std::int64_t at_us = 0;
  };

  Context& context_;
  RequestCheck check_;
  Handlers handlers_;
  std::mutex mutex_;  ///< of what follows
  std::map<std::string, Bucket> buckets_;
  std::map<std::string, std::int64_t> used_us_;  ///< when the use of a key was last written down
};

}  // namespace plyo::service
