#include "api.h"

#include <Poco/Exception.h>
#include <Poco/String.h>
#include <Poco/URI.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "athletes.h"
#include "ids.h"
#include "plyo/digest/sha256.h"
#include "plyo/service/caller_message.h"
#include "plyo/service/log.h"
#include "plyo/service/read_json.h"
#include "plyo/service/secrets.h"

namespace plyo::service {
namespace {

using contract::OperationId;

constexpr std::uint64_t kJsonBytes = std::uint64_t{1} << 20;
constexpr std::uint64_t kTableBytes = std::uint64_t{9} << 20;  // of landmarks as JSON text
constexpr std::uint64_t kVideoBytes = std::uint64_t{512} << 20;
constexpr std::uint64_t kPartBytes = std::uint64_t{64} << 20;
constexpr std::int64_t kReplayTime_us = 86'400'000'000;
constexpr std::int64_t kUseNoted_us = 60'000'000;

bool IsRead(const contract::Operation& operation) { return operation.method == "GET"; }

std::vector<std::string> Segments(std::string_view path) {
  std::vector<std::string> segments;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    segments.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

std::string Decoded(const std::string& text, bool plus_is_space) {
  std::string decoded;
  try {
    Poco::URI::decode(text, decoded, plus_is_space);
  } catch (const Poco::Exception&) {
    Refuse(ErrorCode::kInvalidArgument, "the address has a % that two digits do not follow");
  }
  return decoded;
}

/// The value of each {parameter} where the path is one of the template.
std::optional<std::map<std::string, std::string, std::less<>>> Match(
    std::string_view form, const std::vector<std::string>& segments) {
  const auto wanted = Segments(form);
  if (wanted.size() != segments.size()) return std::nullopt;
  std::map<std::string, std::string, std::less<>> parameters;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{')) {
      parameters[wanted[i].substr(1, wanted[i].size() - 2)] = segments[i];
    } else if (wanted[i] != segments[i]) {
      return std::nullopt;
    }
  }
  return parameters;
}

std::string TypeOf(const RestRequest& request) {
  auto type = std::string(request.Header("content-type"));
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.pop_back();
  std::ranges::transform(type, type.begin(), [](unsigned char c) { return std::tolower(c); });
  return type;
}

bool Holds(std::string_view words, std::string_view word) {
  const auto all = Words(words);
  return std::ranges::find(all, word) != all.end();
}

std::string EtagOf(const RestAnswer& answer) {
  return "\"" + Sha256(answer.body).substr(0, 32) + "\"";
}

bool NamesEtag(std::string_view header, std::string_view etag) {
  for (const auto& word : Words(header)) {
    std::string_view name = word;
    while (name.ends_with(',')) name.remove_suffix(1);
    if (name.starts_with("W/")) name.remove_prefix(2);
    if (name == etag || name == "*") return true;
  }
  return false;
}

void CheckScope(const Caller& caller, const contract::Operation& operation) {
  if (!caller.scopes.contains(operation.scope))
    Refuse(ErrorCode::kForbidden, fmt::format("the key has not the scope {}", operation.scope));
}

/// What a refusal says in headers, too.
void AddHeadersOf(const Error& refused, RestHeaders& headers) {
  if (refused.code == ErrorCode::kMethodNotAllowed)
    headers.emplace_back("Allow", refused.message.substr(refused.message.find(": ") + 2));
  if (refused.code != ErrorCode::kQuotaExceeded) return;
  if (const auto at = refused.message.rfind(kWaitUntil); at != std::string::npos) {
    const auto until_us = ParseRfc3339(refused.message.substr(at + kWaitUntil.size()));
    const auto wait_us = std::max<std::int64_t>(0, until_us - NowUs());
    headers.emplace_back("Retry-After", fmt::format("{}", wait_us / 1'000'000 + 1));
  }
}

/// What would be answered again to the same request.
std::string Replayable(const RestAnswer& answer) {
  Json json{{"status", answer.status}, {"type", answer.content_type}, {"body", answer.body}};
  json["headers"] = answer.headers;
  return json.dump();
}

RestAnswer Replay(const std::string& stored) {
  const auto json = Json::parse(stored);
  RestAnswer answer;
  answer.status = json["status"].get<int>();
  answer.content_type = json["type"].get<std::string>();
  answer.body = json["body"].get<std::string>();
  json["headers"].get_to(answer.headers);
  answer.headers.emplace_back("Idempotency-Replayed", "true");
  return answer;
}

/// How a request is known again that is to be done once.
struct Once {
  std::string name, request;
};

std::optional<Once> OnceOf(const Call& call) {
  const auto given = std::string(call.request.Header("idempotency-key"));
  if (!call.operation.repeatable || given.empty()) return std::nullopt;
  // Each caller has names of its own: an answer may hold what another one's key does not open.
  return Once{call.caller.actor + "\n" + given,
              Sha256(fmt::format("{} {}\n{}\n{}", call.request.method, call.request.target,
                                 call.request.body, call.body_names_file ? call.body.dump() : ""))};
}

/// What scopes let somebody do on a socket, which is where he is told.
void Allow(LiveCaller& caller, const auto& scopes) {
  caller.may_measure = std::ranges::find(scopes, "sessions:write") != scopes.end();
  caller.may_watch = std::ranges::find(scopes, "sessions:read") != scopes.end();
}

/// PostgreSQL takes no NUL in a text, and nobody means one.
bool HasNul(const Json& json) {
  if (json.is_string()) return json.get_ref<const std::string&>().find('\0') != std::string::npos;
  if (!json.is_structured()) return false;
  for (const auto& [name, value] : json.items()) {
    if (name.find('\0') != std::string::npos || HasNul(value)) return true;
  }
  return false;
}

}  // namespace

bool Always(const RestRequest& /*request*/) { return true; }

Json ReadObject(std::string_view text, std::string_view where) {
  auto object = ReadJson(text);
  if (!object) {
    Refuse(ErrorCode::kInvalidArgument, fmt::format("{}: this is no JSON text (UTF-8), or one that "
                                                    "is nested too deep or has too many values",
                                                    where));
  }
  if (!object->is_object())
    Refuse(ErrorCode::kInvalidArgument, fmt::format("{}: an object is expected", where));
  if (HasNul(*object))
    Refuse(ErrorCode::kInvalidArgument, fmt::format("{}: a text has a NUL in it", where));
  return std::move(*object);
}

std::optional<RestAnswer> AnswerBefore(Context& context, const Call& call, SqlConnection& sql) {
  const auto once = OnceOf(call);
  if (!once) return std::nullopt;
  const auto known =
      sql("SELECT request, subject, sealed, created_us FROM idempotency WHERE project = $1 AND"
          " test = $2 AND name = $3",
          call.caller.project, call.caller.test, once->name);
  const auto* row = known.One();
  if (!row || row->Number(3) + kReplayTime_us <= call.now_us) return std::nullopt;
  if (row->Text(0) != once->request) {
    Refuse(ErrorCode::kIdempotencyMismatch,
           fmt::format("the key '{:.60}' was used for another request",
                       call.request.Header("idempotency-key")));
  }
  return Replay(context.vault->Open(row->Text(1), "idempotency:" + once->name, row->Bytes(2)));
}

RestAnswer JsonAnswer(const Json& json, int status) {
  RestAnswer answer;
  answer.status = status;
  answer.content_type = "application/json";
  answer.body = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return answer;
}

RestAnswer NoContent() {
  RestAnswer answer;
  answer.status = 204;
  return answer;
}

void RefuseUnknown(std::string_view what) {
  Refuse(ErrorCode::kNotFound, fmt::format("there is no such {}", what));
}

std::string MeasuredAthlete(Context& context, const Call& call, SqlConnection& sql) {
  auto athlete = call.body.value("athlete_id", std::string());
  if (!athlete.empty()) {
    const auto found = sql("SELECT 1 FROM athlete WHERE id = $1 AND project = $2 AND test = $3",
                           athlete, call.caller.project, call.caller.test);
    if (!found.One()) Refuse(ErrorCode::kNotFound, "body.athlete_id: there is no such athlete");
  }
  CheckConsent(context, sql, call.caller.project, athlete, call.now_us);
  return athlete;
}

void CheckIfMatch(const Call& call, const RestAnswer& current) {
  const auto wanted = call.request.Header("if-match");
  if (!wanted.empty() && !NamesEtag(wanted, EtagOf(current)))
    Refuse(ErrorCode::kPreconditionFailed, "the object has changed since; its ETag is another one");
}

const KnownSport& CheckSport(const Context& context, const std::string& where,
                             const std::string& sport) {
  const auto at = context.sports.find(sport);
  if (at == context.sports.end()) {
    Refuse(ErrorCode::kInvalidArgument,
           fmt::format("{}: there is no '{}' in the catalogue", where, sport));
  }
  return at->second;
}

RestAnswer ListAnswer(Context& /*context*/, Call& call, SqlConnection& sql, std::string select,
                      std::vector<SqlValue> values, const std::string& column,
                      std::string_view kind, const std::function<Json(const SqlRow&)>& write,
                      const std::function<void(const std::vector<SqlRow>&)>& gather) {
  const auto limit_text = call.Query("limit");
  const std::size_t limit = limit_text.empty() ? 20 : std::stoul(limit_text);
  if (const auto cursor = call.Query("cursor"); !cursor.empty()) {
    // Every id is as long as this or longer. A cursor that was cut, or is that of another list,
    // would look like the last page, or like the first one.
    constexpr std::size_t kShortestId = 30;
    const auto of_id = [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '_';
    };
    const auto underscore = cursor.find('_');
    const auto its_kind =
        underscore == std::string::npos ? std::string() : cursor.substr(0, underscore);
    if (cursor.size() < kShortestId || !std::ranges::all_of(cursor, of_id) || its_kind != kind)
      Refuse(ErrorCode::kInvalidArgument, "cursor: this is no next_cursor of this list");
    values.push_back(ToSql(cursor));
    select += fmt::format(" AND {} < ${}", column, values.size());
  }
  select += fmt::format(" ORDER BY {} DESC LIMIT {}", column, limit + 1);
  auto answer = sql.Run(select, values);
  const bool more = answer.rows.size() > limit;
  if (more) answer.rows.pop_back();
  if (gather) gather(answer.rows);
  Json data = Json::array();
  std::string next;
  for (const auto& row : answer.rows) {
    data.push_back(write(row));
    next = row.Text(0);  // the first column is the one that is ordered by
  }
  return JsonAnswer({{"data", std::move(data)}, {"next_cursor", more ? Json(next) : Json()}});
}

std::vector<std::string> Texts(const std::vector<SqlRow>& rows, std::size_t column) {
  std::vector<std::string> texts;
  texts.reserve(rows.size());
  for (const auto& row : rows) texts.push_back(row.Text(column));
  return texts;
}

Api::Api(Context& context) : context_(context) {
  AddAthleteHandlers(handlers_);
  AddAnalysisHandlers(handlers_);
  AddUploadHandlers(handlers_);
  AddSessionHandlers(handlers_);
  AddWebhookHandlers(handlers_);
  AddProjectHandlers(handlers_);
}

Api::Route Api::Find(const RestRequest& request) const {
  const auto target = std::string_view(request.target);
  const auto question = std::min(target.find('?'), target.size());
  auto segments = Segments(target.substr(0, question));
  for (auto& segment : segments) segment = Decoded(segment, false);
  Route route;
  std::vector<std::string> methods;
  for (const auto& operation : contract::kOperations) {
    auto parameters = Match(operation.path, segments);
    if (!parameters) continue;
    methods.emplace_back(operation.method);
    const bool head = request.method == "HEAD" && operation.method == "GET";
    if (operation.method != request.method && !head) continue;
    route.operation = &operation;
    route.path = std::move(*parameters);
  }
  if (methods.empty()) Refuse(ErrorCode::kFileNotFound, "there is nothing at this path");
  if (!route.operation) {
    Refuse(ErrorCode::kMethodNotAllowed, "allowed here: " + Join(methods, ", "));
  }
  auto query = question < target.size() ? target.substr(question + 1) : std::string_view();
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto item = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (item.empty()) continue;
    const auto equals = std::min(item.find('='), item.size());
    auto name = Decoded(std::string(item.substr(0, equals)), true);
    auto value = equals < item.size() ? Decoded(std::string(item.substr(equals + 1)), true) : "";
    if (route.query.contains(name))
      Refuse(ErrorCode::kInvalidArgument, fmt::format("'{:.60}' stands in the query twice", name));
    route.query[std::move(name)] = std::move(value);
  }
  return route;
}

Caller Api::IdentifyKey(std::string_view key) {
  // plyo_live_ID_SECRET; the id finds the row, the hash of the whole key proves it.
  const auto refuse = [] {
    Refuse(ErrorCode::kUnauthorized, "the key is unknown, revoked or expired");
  };
  const auto last = key.rfind('_');
  const bool formed = (key.starts_with("plyo_live_") || key.starts_with("plyo_test_")) &&
                      last != std::string_view::npos && last > 10;
  const auto id = formed ? "key_" + std::string(key.substr(10, last - 10)) : std::string();
  const auto hash = Sha256(key);
  const auto now = NowUs();
  Caller caller;
  // As long for a key that there is not as for a wrong one: a row comes in any case.
  static const std::string kNoHash(64, '0');
  const auto found = Need(context_.records->Read([&](SqlConnection& sql) {
    return sql(
        "SELECT coalesce(k.hash, $2), k.project, k.test, k.scopes, k.expires_us, k.revoked_us,"
        " o.plan FROM (SELECT 1 AS one) x LEFT JOIN api_key k ON k.id = $1"
        " LEFT JOIN project p ON p.id = k.project LEFT JOIN organization o ON o.id ="
        " p.organization",
        id, kNoHash);
  }));
  const auto* row = &found.rows.at(0);
  const bool equal = EqualSecrets(row->Text(0), hash);
  if (!equal || row->IsNull(1)) refuse();
  if (IsOver(*row, 4, now)) refuse();
  caller.project = row->Text(1);
  caller.test = row->True(2);
  caller.actor = id;
  for (auto& scope : Words(row->Text(3))) caller.scopes.insert(std::move(scope));
  caller.plan = row->Text(6);
  bool note = false;
  {
    const std::scoped_lock lock(mutex_);
    auto& noted = used_us_[id];
    note = now - noted > kUseNoted_us;
    if (note) noted = now;
  }
  if (note) {
    const auto noted = context_.records->Write([&](SqlConnection& sql) {
      sql("UPDATE api_key SET last_used_us = $2 WHERE id = $1", id, now);
    });
    // Whoever only reads need not know that nothing can be written; it is noted a minute later.
    if (!noted) Log(LogLevel::kWarning, "key_use_not_noted", {{"message", noted.error().message}});
  }
  return caller;
}

Caller Api::Identify(const RestRequest& request) {
  const auto authorization = request.Header("authorization");
  if (authorization.starts_with("Bearer plyo_")) return IdentifyKey(authorization.substr(7));
  if (!request.known_as) Refuse(ErrorCode::kUnauthorized, "there is no key in `Authorization`");
  Caller caller;
  caller.project = kDefaultProject;
  caller.actor = *request.known_as;
  caller.scopes.insert(contract::kScopes.begin(), contract::kScopes.end());
  caller.plan = Need(context_.records->Read([&](SqlConnection& sql) {
    return sql("SELECT o.plan FROM project p JOIN organization o ON o.id = p.organization"
               " WHERE p.id = $1",
               caller.project)
        .rows.at(0)
        .Text(0);
  }));
  return caller;
}

Api::Rate Api::TakeFromRate(const Caller& caller, std::int64_t now_us, int requests) {
  const auto per_minute = context_.PlanOf(caller.plan).requests_per_minute;
  const auto most = static_cast<double>(per_minute);
  Rate rate;
  double left = 0;
  {
    const std::scoped_lock lock(mutex_);
    auto [at, fresh] = buckets_.try_emplace(caller.project);
    auto& bucket = at->second;
    const double passed_s = static_cast<double>(now_us - bucket.at_us) * 1e-6;
    bucket.left = fresh ? most : std::min(most, bucket.left + passed_s * most / 60);
    bucket.at_us = now_us;
    rate.allowed = bucket.left >= 1;
    if (rate.allowed) bucket.left -= requests;
    left = bucket.left;
  }
  const auto seconds_until = [&](double wanted) {
    return static_cast<std::int64_t>(std::ceil((wanted - left) * 60 / most));
  };
  if (!rate.allowed) rate.wait_s = seconds_until(1);
  rate.headers = {{"RateLimit-Limit", fmt::format("{}", per_minute)},
                  {"RateLimit-Remaining", fmt::format("{}", static_cast<std::int64_t>(left))},
                  {"RateLimit-Reset", fmt::format("{}", seconds_until(most))}};
  return rate;
}

void Api::CheckRate(const Caller& caller, const Rate& rate, RestHeaders& headers) const {
  if (rate.allowed) return;
  headers.emplace_back("Retry-After", fmt::format("{}", rate.wait_s));
  Refuse(ErrorCode::kRateLimited,
         fmt::format("the plan '{}' allows {} requests a minute", caller.plan,
                     context_.PlanOf(caller.plan).requests_per_minute));
}

bool Api::MovesFiles(const RestRequest& request) const {
  try {
    const auto moves_files = handlers_.at(Find(request).operation->id).moves_files;
    return moves_files && moves_files(request);
  } catch (const Refused&) {  // which Handle() answers
    return false;
  }
}

RestBody Api::Admit(const RestRequest& head) {
  RestBody body;
  try {
    const auto caller = Identify(head);
    // It is taken from once the whole request is there; who is over it need not send the rest.
    auto rate = TakeFromRate(caller, NowUs(), 0);
    body.headers = std::move(rate.headers);
    const auto route = Find(head);
    CheckScope(caller, *route.operation);
    CheckRate(caller, rate, body.headers);
    const auto type = TypeOf(head);
    body.to_file = (type == "multipart/form-data" || type == "application/octet-stream") &&
                   Holds(route.operation->types, type);
    if (body.to_file)
      body.most_bytes = type == "multipart/form-data" ? kVideoBytes : kPartBytes;
    else
      body.most_bytes =
          route.operation->id == OperationId::kCreateAnalysis ? kTableBytes : kJsonBytes;
  } catch (const Refused& refused) {
    body.refused = refused.error();
    AddHeadersOf(refused.error(), body.headers);
  }
  body.headers.emplace_back("Plyo-Version", contract::kVersion);
  return body;
}

RestAnswer Api::Handle(const RestRequest& request) {
  RestHeaders rate;
  std::string route;
  RestAnswer answer;
  try {
    answer = Answer(request, rate, route);
  } catch (const Refused& refused) {
    answer.error = refused.error();
    AddHeadersOf(refused.error(), answer.headers);
  } catch (const std::exception& failed) {  // out of memory, or a bug
    const Error error{ErrorCode::kInternal, failed.what()};
    Log(LogLevel::kError, "request_threw",
        {{"request_id", request.request_id}, {"message", error.message}});
    answer.error = Error{error.code, CallerMessage(error)};
  }
  answer.headers.insert(answer.headers.end(), rate.begin(), rate.end());
  answer.route = std::move(route);
  answer.headers.emplace_back("Plyo-Version", contract::kVersion);
  return answer;
}

RestAnswer Api::Answer(const RestRequest& request, RestHeaders& rate, std::string& route_name) {
  // First: who has no key learns nothing of what there is.
  const auto caller = Identify(request);
  const auto now = NowUs();
  auto taken = TakeFromRate(caller, now, 1);
  rate = std::move(taken.headers);
  auto route = Find(request);
  const auto& operation = *route.operation;
  route_name = operation.path;
  CheckScope(caller, operation);
  CheckRate(caller, taken, rate);
  for (const auto& [name, value] : route.path) {
    // An id that none of ours can be is one that there is not.
    try {
      check_.CheckParameter(operation, name, value);
    } catch (const Refused&) {
      if (name == "part_number") throw;
      if (name == "session_id") Refuse(ErrorCode::kSessionNotFound, "there is no such session");
      Refuse(ErrorCode::kNotFound,
             fmt::format("there is no such {}", name.substr(0, name.find("_id"))));
    }
  }
  for (const auto& name : Words(operation.needed)) {
    if (!route.query.contains(name))
      Refuse(ErrorCode::kInvalidArgument, name + ": it is missing in the query");
  }
  for (const auto& [name, value] : route.query) check_.CheckParameter(operation, name, value);
  for (const auto& [name, value] : request.headers) {
    if (check_.Knows(operation, "header:" + name))
      check_.CheckParameter(operation, "header:" + name, value);
  }
  Call call{.operation = operation,
            .request = request,
            .caller = caller,
            .plan = context_.PlanOf(caller.plan),
            .path = std::move(route.path),
            .query = std::move(route.query),
            .now_us = now};
  if (!operation.types.empty()) {
    const auto type = TypeOf(request);
    if (!Holds(operation.types, type)) {
      Refuse(ErrorCode::kUnsupportedMediaType,
             fmt::format("Content-Type '{:.60}' is not taken here; send {}", type,
                         Poco::replace(std::string(operation.types), " ", " or ")));
    }
    if (type == "application/json") {
      // An object with nothing in it may be left away.
      call.body = request.body.empty() ? Json::object() : ReadObject(request.body, "body");
      check_.CheckBody(operation.body, call.body);
    }
  }
  auto answer = Run(call);
  for (const auto& then : call.afterwards) then(answer);
  const bool read = IsRead(operation) && answer.status == 200;
  if ((read || operation.tagged) && !answer.body.empty()) {
    const auto etag = EtagOf(answer);
    if (read && NamesEtag(request.Header("if-none-match"), etag) &&
        check_.Knows(operation, "header:if-none-match")) {
      answer.status = 304;
      answer.body.clear();
    }
    answer.headers.emplace_back("ETag", etag);
  }
  return answer;
}

RestAnswer Api::Run(Call& call) {
  const auto& handler = handlers_.at(call.operation.id);
  if (handler.prepare) {
    if (auto done = handler.prepare(context_, call)) return std::move(*done);
  }
  const auto work = [&](SqlConnection& sql) {
    call.afterwards.clear();
    return Within(call, handler, sql);
  };
  auto answer =
      IsRead(call.operation) ? context_.records->Read(work) : context_.records->Write(work);
  if (handler.tidy) handler.tidy(context_, call);
  return Need(std::move(answer));
}

RestAnswer Api::Within(Call& call, const Handler& handler, SqlConnection& sql) {
  const auto once = OnceOf(call);
  const auto project = call.caller.project;
  if (once) {
    if (auto before = AnswerBefore(context_, call, sql)) return std::move(*before);
    // One that is too old to be given again.
    sql("DELETE FROM idempotency WHERE project = $1 AND test = $2 AND name = $3", project,
        call.caller.test, once->name);
  }
  auto answer = handler.run(context_, call, sql);
  if (once) {
    const auto subject = SubjectOf(call.athlete, project);
    sql("INSERT INTO idempotency (project, test, name, request, subject, athlete, sealed,"
        " created_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        project, call.caller.test, once->name, once->request, subject,
        call.athlete.empty() ? std::nullopt : std::optional(call.athlete),
        context_.vault->Seal(subject, "idempotency:" + once->name, Replayable(answer)),
        call.now_us);
  }
  return answer;
}

Result<LiveCaller> Api::AdmitLive(std::string_view secret) {
  if (secret.empty()) return LiveCaller{};
  try {
    if (secret.starts_with("plyo_")) {
      const auto caller = IdentifyKey(secret);
      LiveCaller live{caller.project, caller.test, "", "", caller.actor};
      Allow(live, caller.scopes);
      return live;
    }
    const auto hash = Sha256(secret);
    return Need(context_.records->Write([&](SqlConnection& sql) {
      const auto taken = sql(
          "DELETE FROM ticket WHERE hash = $1 RETURNING project, test, athlete, actor, expires_us",
          hash);
      const auto* row = taken.One();
      if (!row || row->Number(4) < NowUs())
        Refuse(ErrorCode::kUnauthorized, "the ticket is unknown, used or older than a minute");
      LiveCaller caller{row->Text(0), row->True(1), row->MaybeText(2).value_or(""), "",
                        row->Text(3)};
      // It is worth no more than the key that it was made by.
      if (const auto scopes = CheckKey(sql, caller.actor, NowUs())) Allow(caller, Words(*scopes));
      if (!caller.athlete.empty()) {
        const Json known = ReadAthlete(context_, sql, caller.project, caller.test, caller.athlete);
        Json measured = Json::object();
        for (const char* name : {"height_m", "mass_kg", "sex"}) {
          if (known.contains(name)) measured[name] = known[name];
        }
        caller.athlete_json = measured.dump();
      }
      return caller;
    }));
  } catch (const Refused& refused) {
    return tl::unexpected(refused.error());
  }
}

}  // namespace plyo::service
