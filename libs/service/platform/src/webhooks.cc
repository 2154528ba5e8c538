#include "webhooks.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <optional>

#include "api.h"
#include "http_client.h"
#include "ids.h"
#include "plyo/service/log.h"
#include "webhook_secret.h"

namespace plyo::service {
namespace {

using contract::OperationId;

constexpr std::int64_t kOldSecret_us = 86'400'000'000;
constexpr std::int64_t kGiveUp_us =
    3 * std::int64_t{86'400'000'000};  // of an endpoint that only fails
constexpr int kThreadsOfAProject = kWebhookThreads / 2;
constexpr std::int64_t kAfterwards_us = 30'000'000;  // to write down what came of it

contract::WebhookEndpoint EndpointOf(const SqlRow& row) {
  contract::WebhookEndpoint endpoint;
  endpoint.id = row.Text(0);
  endpoint.created_at = Rfc3339(row.Number(1));
  endpoint.test = row.True(2);
  endpoint.url = row.Text(3);
  endpoint.event_types = Words(row.Text(4));
  endpoint.description = row.MaybeText(5);
  endpoint.enabled = row.True(6);
  endpoint.disabled_reason = row.MaybeText(7);
  return endpoint;
}

constexpr std::string_view kEndpoint =
    "SELECT id, created_us, test, url, event_types, description, enabled, disabled_reason FROM"
    " webhook_endpoint WHERE project = $1 AND test = $2";

contract::WebhookEndpoint Owned(Call& call, SqlConnection& sql, const std::string& id) {
  const auto found =
      sql(std::string(kEndpoint) + " AND id = $3", call.caller.project, call.caller.test, id);
  if (!found.One()) RefuseUnknown("webhook endpoint");
  return EndpointOf(*found.One());
}

void CheckUrl(const Context& context, const std::string& url) {
  if (auto fine = CheckAddress(url, context.options.private_addresses); !fine)
    Refuse(fine.error().code, "body.url: " + fine.error().message);
}

void Audit(Call& call, SqlConnection& sql, const std::string& target) {
  InsertAudit(sql, call.caller.project, call.caller.actor, call.operation.name, target, "",
              call.request.request_id);
}

RestAnswer WithSecret(const contract::WebhookEndpoint& endpoint, const std::string& secret,
                      int status) {
  Json json = endpoint;
  json["secret"] = secret;
  return JsonAnswer(json, status);
}

RestAnswer List(Context& context, Call& call, SqlConnection& sql) {
  return ListAnswer(context, call, sql, std::string(kEndpoint),
                    {ToSql(call.caller.project), ToSql(call.caller.test)}, "id", "whk",
                    [](const SqlRow& row) { return Json(EndpointOf(row)); });
}

RestAnswer Create(Context& context, Call& call, SqlConnection& sql) {
  const auto input = call.body.get<contract::WebhookEndpointInput>();
  CheckUrl(context, input.url);
  const auto count = sql("SELECT count(*) FROM webhook_endpoint WHERE project = $1 AND test = $2",
                         call.caller.project, call.caller.test)
                         .rows.at(0)
                         .Number(0);
  if (call.plan.webhook_endpoints && count >= *call.plan.webhook_endpoints) {
    Refuse(
        ErrorCode::kQuotaExceeded,
        fmt::format("the plan '{}' allows {} webhook endpoints; delete one, or take another plan",
                    call.caller.plan, *call.plan.webhook_endpoints));
  }
  const auto id = NewId("whk");
  const auto secret = NewWebhookSecret();
  const auto types = input.event_types.value_or(
      std::vector<std::string>(contract::kEventTypes.begin(), contract::kEventTypes.end()));
  sql("INSERT INTO webhook_endpoint (id, project, test, url, event_types, description, enabled,"
      " secret, created_us) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8)",
      id, call.caller.project, call.caller.test, input.url, Join(types), input.description,
      context.vault->Seal(call.caller.project, "secret:" + id, secret), call.now_us);
  Audit(call, sql, id);
  return WithSecret(Owned(call, sql, id), secret, 201);
}

RestAnswer Get(Context& /*context*/, Call& call, SqlConnection& sql) {
  return JsonAnswer(Owned(call, sql, call.Path("webhook_endpoint_id")));
}

RestAnswer Update(Context& context, Call& call, SqlConnection& sql) {
  const auto id = call.Path("webhook_endpoint_id");
  auto endpoint = Owned(call, sql, id);
  const auto& body = call.body;
  if (body.contains("url")) CheckUrl(context, body["url"].get<std::string>());
  CheckIfMatch(call, JsonAnswer(endpoint));
  if (body.contains("url")) body["url"].get_to(endpoint.url);
  if (body.contains("event_types")) body["event_types"].get_to(endpoint.event_types);
  if (body.contains("description")) {
    endpoint.description = body["description"].is_null()
                               ? std::nullopt
                               : std::optional(body["description"].get<std::string>());
  }
  if (body.contains("enabled")) {
    endpoint.enabled = body["enabled"].get<bool>();
    if (endpoint.enabled)
      endpoint.disabled_reason.reset();
    else
      endpoint.disabled_reason = "by request";
  }
  sql("UPDATE webhook_endpoint SET url = $2, event_types = $3, description = $4, enabled = $5,"
      " disabled_reason = $6, failing_since_us = NULL WHERE id = $1",
      id, endpoint.url, Join(endpoint.event_types), endpoint.description, endpoint.enabled,
      endpoint.disabled_reason);
  Audit(call, sql, id);
  call.afterwards.emplace_back([&context](RestAnswer&) { context.TellOfDelivery(); });
  return JsonAnswer(Owned(call, sql, id));
}

RestAnswer Delete(Context& /*context*/, Call& call, SqlConnection& sql) {
  const auto id = call.Path("webhook_endpoint_id");
  Owned(call, sql, id);
  sql("DELETE FROM delivery WHERE endpoint = $1", id);
  sql("DELETE FROM webhook_endpoint WHERE id = $1", id);
  Audit(call, sql, id);
  return NoContent();
}

RestAnswer Rotate(Context& context, Call& call, SqlConnection& sql) {
  const auto id = call.Path("webhook_endpoint_id");
  const auto endpoint = Owned(call, sql, id);
  const auto secret = NewWebhookSecret();
  sql("UPDATE webhook_endpoint SET old_secret = secret, old_until_us = $2, secret = $3 WHERE id ="
      " $1",
      id, call.now_us + kOldSecret_us,
      context.vault->Seal(call.caller.project, "secret:" + id, secret));
  Audit(call, sql, id);
  return WithSecret(endpoint, secret, 200);
}

RestAnswer ListDeliveries(Context& context, Call& call, SqlConnection& sql) {
  const auto id = call.Path("webhook_endpoint_id");
  Owned(call, sql, id);
  return ListAnswer(
      context, call, sql,
      "SELECT d.id, d.event, e.type, d.status, d.attempts, d.last_us, d.next_us, d.response_status,"
      " d.error FROM delivery d JOIN event e ON e.id = d.event WHERE d.endpoint = $1",
      {ToSql(id)}, "d.id", "dlv", [](const SqlRow& row) {
        contract::WebhookDelivery delivery;
        delivery.id = row.Text(0);
        delivery.event_id = row.Text(1);
        delivery.event_type = row.Text(2);
        delivery.status = row.Text(3);
        delivery.attempts = row.Number(4);
        if (!row.IsNull(5)) delivery.last_attempt_at = Rfc3339(row.Number(5));
        if (!row.IsNull(6) && delivery.status == "pending")
          delivery.next_attempt_at = Rfc3339(row.Number(6));
        delivery.response_status = row.MaybeNumber(7);
        delivery.error = row.MaybeText(8);
        return Json(delivery);
      });
}

contract::Event EventOf(Context& context, const SqlRow& row) {
  contract::Event event;
  event.id = row.Text(0);
  event.type = row.Text(1);
  event.created_at = Rfc3339(row.Number(2));
  event.test = row.True(3);
  event.data = Json::parse(context.vault->Open(row.Text(4), "event:" + event.id, row.Bytes(5)));
  return event;
}

constexpr std::string_view kEvent = "SELECT id, type, created_us, test, subject, sealed FROM event";

RestAnswer ListEvents(Context& context, Call& call, SqlConnection& sql) {
  std::string select = std::string(kEvent) + " WHERE project = $1 AND test = $2";
  std::vector<SqlValue> values{ToSql(call.caller.project), ToSql(call.caller.test)};
  if (const auto type = call.Query("type"); !type.empty()) {
    values.push_back(ToSql(type));
    select += " AND type = $3";
  }
  return ListAnswer(
      context, call, sql, std::move(select), std::move(values), "id", "evt",
      [&](const SqlRow& row) { return Json(EventOf(context, row)); },
      [&](const auto& rows) { context.vault->Fetch(Texts(rows, 4)); });
}

RestAnswer OneEvent(Context& context, Call& call, SqlConnection& sql, int status) {
  const auto found = sql(std::string(kEvent) + " WHERE id = $1 AND project = $2 AND test = $3",
                         call.Path("event_id"), call.caller.project, call.caller.test);
  if (!found.One()) RefuseUnknown("event");
  return JsonAnswer(EventOf(context, *found.One()), status);
}

RestAnswer GetEvent(Context& context, Call& call, SqlConnection& sql) {
  return OneEvent(context, call, sql, 200);
}

RestAnswer ReplayEvent(Context& context, Call& call, SqlConnection& sql) {
  auto answer = OneEvent(context, call, sql, 202);
  const auto event = Json::parse(answer.body);
  const auto endpoints =
      sql(std::string(kEndpoint) + " AND enabled = 1", call.caller.project, call.caller.test);
  for (const auto& row : endpoints.rows) {
    const auto types = Words(row.Text(4));
    if (std::ranges::find(types, event["type"].get<std::string>()) == types.end()) continue;
    sql("INSERT INTO delivery (id, endpoint, event, status, next_us) VALUES ($1, $2, $3,"
        " 'pending', $4)",
        NewId("dlv"), row.Text(0), event["id"].get<std::string>(), call.now_us);
  }
  call.afterwards.emplace_back([&context](RestAnswer&) { context.TellOfDelivery(); });
  return answer;
}

/// One delivery that this thread has taken.
struct Taken {
  std::string id, endpoint, event, url, project;
  std::int64_t attempts = 0;
  std::string secret{};  ///< sealed, as the one before it
  std::optional<std::string> old_secret{};
};

/// Each endpoint in its turn, the one that waited longest first, and one delivery of it at a time:
/// one that is slow or silent holds one thread, and all of a project not more than its share.
std::optional<Taken> TakeNext(Context& context) {
  return Need(context.records->Take([&](SqlConnection& sql) -> std::optional<Taken> {
    const auto now = NowUs();
    const auto free =
        sql("SELECT q.id, q.project FROM (SELECT w.id, w.project, w.busy_until_us, (SELECT "
            "count(*) FROM webhook_endpoint b"
            " WHERE b.project = w.project AND b.busy_until_us > $1) AS busy FROM webhook_endpoint w"
            " WHERE w.enabled = 1 AND coalesce(w.busy_until_us, 0) <= $1 AND EXISTS (SELECT 1 FROM"
            " delivery d WHERE d.endpoint = w.id AND d.status = 'pending' AND d.next_us <= $1)) q"
            " WHERE q.busy < $2 ORDER BY q.busy, coalesce(q.busy_until_us, 0) LIMIT 8",
            now, kThreadsOfAProject);
    for (const auto& candidate : free.rows) {
      // Who takes one of a project holds its row; what is read afterwards is as it is now.
      const auto project =
          sql("SELECT id FROM project WHERE id = $1 " + sql.dialect().TakeRowsOf("project"),
              candidate.Text(1));
      if (!project.One()) continue;
      const auto endpoint =
          sql("SELECT id, url, project, secret, old_secret, old_until_us FROM webhook_endpoint w"
              " WHERE id = $1 AND coalesce(busy_until_us, 0) <= $2 AND (SELECT count(*) FROM"
              " webhook_endpoint b WHERE b.project = w.project AND b.busy_until_us > $2) < $3",
              candidate.Text(0), now, kThreadsOfAProject);
      const auto* row = endpoint.One();
      if (!row) continue;  // another one has taken it
      const auto due =
          sql("SELECT id, event, attempts FROM delivery WHERE endpoint = $1 AND status ="
              " 'pending' AND next_us <= $2 ORDER BY next_us, id LIMIT 1",
              row->Text(0), now);
      if (!due.One()) continue;
      Taken one{.id = due.One()->Text(0),
                .endpoint = row->Text(0),
                .event = due.One()->Text(1),
                .url = row->Text(1),
                .project = row->Text(2),
                .attempts = due.One()->Number(2)};
      // For who is gone before it is over.
      const auto lease =
          now + std::chrono::microseconds(context.options.webhook_time).count() + kAfterwards_us;
      sql("UPDATE webhook_endpoint SET busy_until_us = $2 WHERE id = $1", one.endpoint, lease);
      sql("UPDATE delivery SET next_us = $2 WHERE id = $1", one.id, lease);
      one.secret = row->Bytes(3);
      if (!row->IsNull(4) && row->Number(5) > now) one.old_secret = row->Bytes(4);
      return one;
    }
    return std::nullopt;
  }));
}

/// What is sent, and what it is signed with. Not while the project is held: keys lie elsewhere.
struct Letter {
  std::vector<std::string> secrets;
  std::string body;
};

Letter WriteLetter(Context& context, const Taken& one) {
  Letter letter;
  const auto purpose = "secret:" + one.endpoint;
  letter.secrets.push_back(context.vault->Open(one.project, purpose, one.secret));
  if (one.old_secret)
    letter.secrets.push_back(context.vault->Open(one.project, purpose, *one.old_secret));
  letter.body = Need(context.records->Read(
      [&](SqlConnection& sql) { return Json(ReadEvent(context, sql, one.event)).dump(); }));
  return letter;
}

/// Sends it to its endpoint, once. What is damaged, or whose key is gone, stays so: that is a miss
/// like one where nobody answered. A store that is away is not; it throws.
Result<CallReply> Post(Context& context, const Taken& one, std::int64_t sent_us) {
  Letter letter;
  try {
    letter = WriteLetter(context, one);
  } catch (const Refused& refused) {
    if (MayPass(refused.error())) throw;
    Log(LogLevel::kError, "webhook_damaged",
        {{"delivery", one.id}, {"endpoint", one.endpoint}, {"event", one.event}});
    return tl::unexpected(refused.error());
  }
  HttpCall call{.url = one.url,
                .method = "POST",
                .body = letter.body,
                .time = context.options.webhook_time,
                .private_addresses = context.options.private_addresses,
                .cancelled = [&] { return context.webhooks.stopped(); }};
  const auto timestamp = std::to_string(sent_us / 1'000'000);
  std::string signatures;
  for (const auto& secret : letter.secrets) {
    if (!signatures.empty()) signatures += ' ';
    signatures += SignWebhook(secret, one.event, timestamp, letter.body);
  }
  call.headers = {{"Content-Type", "application/json"},
                  {"webhook-id", one.event},
                  {"webhook-timestamp", timestamp},
                  {"webhook-signature", signatures}};
  return CallHttp(call);
}

/// The endpoint's next turn comes after that of those which wait.
void LetGo(SqlConnection& sql, const Taken& one) {
  sql("UPDATE webhook_endpoint SET busy_until_us = $2 WHERE id = $1", one.endpoint, NowUs());
}

void Delivered(SqlConnection& sql, const Taken& one, int status) {
  sql("UPDATE delivery SET status = 'delivered', response_status = $2, error = NULL, next_us = NULL"
      " WHERE id = $1",
      one.id, status);
  sql("UPDATE webhook_endpoint SET failing_since_us = NULL WHERE id = $1", one.endpoint);
}

/// What comes of it, for the figures.
std::string_view Missed(Context& context, SqlConnection& sql, const Taken& one,
                        std::optional<int> status, const std::string& error) {
  const auto now = NowUs();
  const auto& waits = context.options.webhook_waits_s;
  const auto tried = static_cast<std::size_t>(one.attempts);
  const bool gone = status == 410;
  const bool over = gone || tried >= waits.size();
  const std::string_view outcome = over ? "given_up" : "missed";
  // Spread, so that an endpoint that comes back is not run over.
  const double spread = 0.8 + 0.4 * randombytes_uniform(1000) / 1000.0;
  const auto next =
      over ? std::nullopt
           : std::optional(now + static_cast<std::int64_t>(waits[tried] * spread * 1e6));
  sql("UPDATE delivery SET status = $2, response_status = $3, error = $4, next_us = $5 WHERE id ="
      " $1",
      one.id, over ? "failed" : "pending", status,
      error.empty() ? std::nullopt : std::optional(error), next);
  sql("UPDATE webhook_endpoint SET failing_since_us = coalesce(failing_since_us, $2) WHERE id = $1",
      one.endpoint, now);
  const auto endpoint = sql(
      "SELECT failing_since_us, test, enabled FROM webhook_endpoint WHERE id = $1", one.endpoint);
  const auto* row = endpoint.One();
  if (!row || !row->True(2)) return outcome;
  // A single miss says little, however long nothing was sent before it; a delivery that was given
  // up was missed for a day.
  if (!gone && (!over || now - row->Number(0) < kGiveUp_us)) return outcome;
  const auto* reason = gone ? "it answered 410 Gone" : "nothing could be delivered for three days";
  sql("UPDATE webhook_endpoint SET enabled = 0, disabled_reason = $2 WHERE id = $1", one.endpoint,
      reason);
  InsertEvent(context, sql, one.project, row->True(1), "webhook_endpoint.disabled", "",
              one.endpoint, {{"webhook_endpoint_id", one.endpoint}, {"reason", reason}});
  return "disabled";
}

}  // namespace

contract::Event ReadEvent(Context& context, SqlConnection& sql, const std::string& id) {
  const auto found = sql(std::string(kEvent) + " WHERE id = $1", id);
  if (!found.One()) RefuseUnknown("event");
  return EventOf(context, *found.One());
}

bool SendNextWebhook(Context& context) {
  const auto taken = TakeNext(context);
  if (!taken) return false;
  const auto& one = *taken;
  const auto sent_us = NowUs();
  const auto reply = Post(context, one, sent_us);
  if (!reply && context.webhooks.stopped()) {
    // It was us who hung up. Another one goes on at once.
    Need(context.records->Write([&](SqlConnection& sql) {
      LetGo(sql, one);
      sql("UPDATE delivery SET next_us = $2 WHERE id = $1", one.id, NowUs());
    }));
    return false;
  }
  const bool fine = reply && reply->status >= 200 && reply->status < 300;
  Log(fine ? LogLevel::kDebug : LogLevel::kInfo, "webhook",
      {{"delivery", one.id}, {"delivered", fine}, {"attempt", one.attempts + 1}});
  const auto outcome = Need(context.records->Write([&](SqlConnection& sql) -> std::string_view {
    LetGo(sql, one);
    sql("UPDATE delivery SET attempts = attempts + 1, last_us = $2 WHERE id = $1", one.id, sent_us);
    if (!fine) {
      return Missed(context, sql, one, reply ? std::optional(reply->status) : std::nullopt,
                    reply ? "" : reply.error().message);
    }
    Delivered(sql, one, reply->status);
    return "delivered";
  }));
  context.figures.WebhookTried(outcome);
  return true;
}

void AddWebhookHandlers(Handlers& handlers) {
  handlers[OperationId::kListWebhookEndpoints] = {List};
  handlers[OperationId::kCreateWebhookEndpoint] = {Create};
  handlers[OperationId::kGetWebhookEndpoint] = {Get};
  handlers[OperationId::kUpdateWebhookEndpoint] = {Update};
  handlers[OperationId::kDeleteWebhookEndpoint] = {Delete};
  handlers[OperationId::kRotateWebhookSecret] = {Rotate};
  handlers[OperationId::kListWebhookDeliveries] = {ListDeliveries};
  handlers[OperationId::kListEvents] = {ListEvents};
  handlers[OperationId::kGetEvent] = {GetEvent};
  handlers[OperationId::kReplayEvent] = {ReplayEvent};
}

}  // namespace plyo::service
