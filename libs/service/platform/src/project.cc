#include <fmt/format.h>

#include <algorithm>

#include "api.h"
#include "api_keys.h"
#include "ids.h"
#include "plyo/digest/sha256.h"
#include "plyo/service/secrets.h"

namespace plyo::service {
namespace {

using contract::OperationId;

/// Those of test mode are seen by all, since a key of live mode makes and revokes them too.
constexpr std::string_view kSeen = " WHERE project = $1 AND test >= $2";

void Audit(Call& call, SqlConnection& sql, const std::string& target) {
  InsertAudit(sql, call.caller.project, call.caller.actor, call.operation.name, target, "",
              call.request.request_id);
}

contract::ApiKey OwnedKey(Call& call, SqlConnection& sql) {
  const auto found = sql(fmt::format("{}{} AND id = $3", kSelectApiKey, kSeen), call.caller.project,
                         call.caller.test, call.Path("api_key_id"));
  if (!found.One()) RefuseUnknown("key");
  return ApiKeyOf(*found.One(), call.now_us);
}

RestAnswer ListKeys(Context& context, Call& call, SqlConnection& sql) {
  return ListAnswer(context, call, sql, fmt::format("{}{}", kSelectApiKey, kSeen),
                    {ToSql(call.caller.project), ToSql(call.caller.test)}, "id", "key",
                    [&](const SqlRow& row) { return Json(ApiKeyOf(row, call.now_us)); });
}

RestAnswer CreateKey(Context& /*context*/, Call& call, SqlConnection& sql) {
  const auto input = call.body.get<contract::ApiKeyInput>();
  const auto scopes = input.scopes.value_or(
      std::vector<std::string>(call.caller.scopes.begin(), call.caller.scopes.end()));
  for (const auto& scope : scopes) {
    if (!call.caller.scopes.contains(scope))
      Refuse(ErrorCode::kForbidden, "body.scopes: the caller has not " + scope);
  }
  // A key of test mode opens nothing else, and makes none that does.
  if (call.caller.test && !input.test)
    Refuse(ErrorCode::kForbidden, "body.test: a key of test mode makes keys of test mode");
  std::optional<std::int64_t> expires;
  if (input.expires_at) {
    expires = ParseRfc3339(*input.expires_at);
    if (*expires <= call.now_us)
      Refuse(ErrorCode::kInvalidArgument, "body.expires_at: this is over already");
  }
  const auto key =
      MakeApiKey(sql, call.caller.project, input.name, scopes, input.test, expires, call.now_us);
  Audit(call, sql, key.id);
  return JsonAnswer(key, 201);
}

RestAnswer GetKey(Context& /*context*/, Call& call, SqlConnection& sql) {
  return JsonAnswer(OwnedKey(call, sql));
}

RestAnswer RevokeKey(Context& /*context*/, Call& call, SqlConnection& sql) {
  const auto key = OwnedKey(call, sql);
  sql("UPDATE api_key SET revoked_us = coalesce(revoked_us, $2) WHERE id = $1", key.id,
      call.now_us);
  Audit(call, sql, key.id);
  return NoContent();
}

RestAnswer RotateKey(Context& /*context*/, Call& call, SqlConnection& sql) {
  const auto old = OwnedKey(call, sql);
  if (old.status != "active")
    Refuse(ErrorCode::kConflict, fmt::format("the key is {} already", old.status));
  for (const auto& scope : old.scopes) {
    if (!call.caller.scopes.contains(scope))
      Refuse(ErrorCode::kForbidden,
             "the key has the scope " + scope + ", which the caller has not");
  }
  const auto input = call.body.get<contract::ApiKeyRotation>();
  std::optional<std::int64_t> expires;
  if (old.expires_at) expires = ParseRfc3339(*old.expires_at);
  const auto until = call.now_us + input.overlap_s * 1'000'000;
  sql("UPDATE api_key SET expires_us = $2 WHERE id = $1", old.id,
      expires ? std::min(*expires, until) : until);
  const auto key =
      MakeApiKey(sql, call.caller.project, old.name, old.scopes, old.test, expires, call.now_us);
  Audit(call, sql, old.id);
  return JsonAnswer(key, 201);
}

RestAnswer GetProject(Context& /*context*/, Call& call, SqlConnection& sql) {
  const auto found = sql(
      "SELECT p.id, p.organization, p.name, o.plan, p.consent, p.source_retention_s FROM project p"
      " JOIN organization o ON o.id = p.organization WHERE p.id = $1",
      call.caller.project);
  const auto* row = found.One();
  if (!row) RefuseUnknown("project");
  contract::Project project;
  project.id = row->Text(0);
  project.organization_id = row->Text(1);
  project.name = row->Text(2);
  project.plan = row->Text(3);
  project.consent = row->Text(4);
  project.source_retention_s = row->Number(5);
  return JsonAnswer(project);
}

RestAnswer UpdateProject(Context& context, Call& call, SqlConnection& sql) {
  if (call.caller.test) {
    Refuse(ErrorCode::kForbidden,
           "the rules of the project hold for live data: a key of live mode changes them");
  }
  const auto current = GetProject(context, call, sql);
  CheckIfMatch(call, current);
  auto project = Json::parse(current.body).get<contract::Project>();
  const auto& body = call.body;
  if (body.contains("name")) body["name"].get_to(project.name);
  if (body.contains("consent")) body["consent"].get_to(project.consent);
  if (body.contains("source_retention_s"))
    body["source_retention_s"].get_to(project.source_retention_s);
  sql("UPDATE project SET name = $2, consent = $3, source_retention_s = $4 WHERE id = $1",
      project.id, project.name, project.consent, project.source_retention_s);
  Audit(call, sql, project.id);
  return GetProject(context, call, sql);
}

RestAnswer GetUsage(Context& /*context*/, Call& call, SqlConnection& sql) {
  const auto month = MonthOf(call.now_us);
  contract::Usage usage;
  usage.period_start = Rfc3339(month.begin_us);
  usage.period_end = Rfc3339(month.end_us);
  usage.plan = call.caller.plan;
  const auto used = [&](std::string_view what) {
    const auto found =
        sql("SELECT used FROM usage WHERE project = $1 AND period = $2 AND what = $3",
            call.caller.project, month.name, what);
    return found.One() ? found.One()->Number(0) : 0;
  };
  usage.analyses = {used("analyses"), call.plan.analyses_per_month};
  usage.live_sessions = {used(LiveSessionUse(call.caller.test)), call.plan.live_sessions_per_month};
  usage.webhook_endpoints = {
      sql("SELECT count(*) FROM webhook_endpoint WHERE project = $1 AND test = $2",
          call.caller.project, call.caller.test)
          .rows.at(0)
          .Number(0),
      call.plan.webhook_endpoints};
  usage.upload_bytes = contract::Quota{
      UploadBytes(sql, call.caller.project, call.caller.test, call.now_us), call.plan.upload_bytes};
  return JsonAnswer(usage);
}

RestAnswer ListAudit(Context& context, Call& call, SqlConnection& sql) {
  return ListAnswer(context, call, sql,
                    "SELECT id, at_us, actor, action, target, request_id FROM audit WHERE project"
                    " = $1 AND test = $2",
                    {ToSql(call.caller.project), ToSql(call.caller.test)}, "id", "aud",
                    [](const SqlRow& row) {
                      contract::AuditEntry entry;
                      entry.id = row.Text(0);
                      entry.at = Rfc3339(row.Number(1));
                      entry.actor = row.Text(2);
                      entry.action = row.Text(3);
                      entry.target = row.Text(4);
                      entry.request_id = row.MaybeText(5);
                      return Json(entry);
                    });
}

RestAnswer GetCatalogue(Context& context, Call& /*call*/, SqlConnection& /*sql*/) {
  RestAnswer answer;
  answer.content_type = "application/json";
  answer.body = context.options.catalogue_json;
  return answer;
}

}  // namespace

contract::ApiKey ApiKeyOf(const SqlRow& row, std::int64_t now_us) {
  contract::ApiKey key;
  key.id = row.Text(0);
  key.created_at = Rfc3339(row.Number(1));
  key.name = row.Text(2);
  key.hint = row.Text(3);
  key.scopes = Words(row.Text(4));
  key.test = row.True(5);
  const auto over = [&](std::size_t column) {
    return !row.IsNull(column) && row.Number(column) <= now_us;
  };
  key.status = over(7) ? "revoked" : over(6) ? "expired" : "active";
  if (!row.IsNull(6)) key.expires_at = Rfc3339(row.Number(6));
  if (!row.IsNull(8)) key.last_used_at = Rfc3339(row.Number(8));
  return key;
}

contract::ApiKeyCreated MakeApiKey(SqlConnection& sql, const std::string& project,
                                   const std::string& name, const std::vector<std::string>& scopes,
                                   bool test, std::optional<std::int64_t> expires_us,
                                   std::int64_t now_us) {
  contract::ApiKeyCreated key;
  key.id = NewId("key");
  // The id finds the row; the rest, 192 random bits, needs no slow hash.
  const auto secret = RandomHex(24);
  key.key = fmt::format("plyo_{}_{}_{}", test ? "test" : "live", key.id.substr(4), secret);
  // An id begins with its time: only its end differs in keys that are made one after the other.
  key.hint = fmt::format("plyo_{}_…{}", test ? "test" : "live", key.id.substr(key.id.size() - 6));
  key.created_at = Rfc3339(now_us);
  key.name = name;
  key.scopes = scopes;
  key.test = test;
  key.status = "active";
  if (expires_us) key.expires_at = Rfc3339(*expires_us);
  sql("INSERT INTO api_key (id, project, name, hash, hint, scopes, test, created_us, expires_us)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      key.id, project, name, Sha256(key.key), key.hint, Join(scopes), test, now_us, expires_us);
  return key;
}

void AddProjectHandlers(Handlers& handlers) {
  handlers[OperationId::kListApiKeys] = {ListKeys};
  handlers[OperationId::kCreateApiKey] = {CreateKey};
  handlers[OperationId::kGetApiKey] = {GetKey};
  handlers[OperationId::kRevokeApiKey] = {RevokeKey};
  handlers[OperationId::kRotateApiKey] = {RotateKey};
  handlers[OperationId::kGetProject] = {GetProject};
  handlers[OperationId::kUpdateProject] = {UpdateProject};
  handlers[OperationId::kGetUsage] = {GetUsage};
  handlers[OperationId::kListAuditLog] = {ListAudit};
  handlers[OperationId::kGetCatalogue] = {GetCatalogue};
}

}  // namespace plyo::service
