#include "sessions.h"

#include <fmt/format.h>

#include "api.h"
#include "ids.h"
#include "plyo/digest/sha256.h"
#include "plyo/service/secrets.h"
#include "session_document.h"

namespace plyo::service {
namespace {

using contract::OperationId;

constexpr std::int64_t kTicketTime_us = 60'000'000;

/// Of the project and mode of the caller.
void CheckOwned(Call& call, SqlConnection& sql) {
  const auto found = sql("SELECT 1 FROM session WHERE id = $1 AND project = $2 AND test = $3",
                         call.Path("session_id"), call.caller.project, call.caller.test);
  if (!found.One()) Refuse(ErrorCode::kSessionNotFound, "there is no such session");
}

RestAnswer CreateTicket(Context& context, Call& call, SqlConnection& sql) {
  const auto athlete = MeasuredAthlete(context, call, sql);
  // What counts is the session that begins by it.
  CheckUse(sql, call.caller.project, LiveSessionUse(call.caller.test),
           call.plan.live_sessions_per_month, call.now_us);
  call.athlete = athlete;
  contract::SessionTicket ticket;
  ticket.ticket = RandomHex(32);
  ticket.expires_at = Rfc3339(call.now_us + kTicketTime_us);
  ticket.url = "/v1/live";
  ticket.protocols = {"plyo.live.1", "plyo.token." + ticket.ticket};
  sql("INSERT INTO ticket (hash, project, test, actor, athlete, expires_us) VALUES ($1, $2, $3,"
      " $4, $5, $6)",
      Sha256(ticket.ticket), call.caller.project, call.caller.test, call.caller.actor,
      athlete.empty() ? std::nullopt : std::optional(athlete), call.now_us + kTicketTime_us);
  return JsonAnswer(ticket, 201);
}

RestAnswer List(Context& context, Call& call, SqlConnection& sql) {
  std::string select =
      "SELECT id, created_us, sport, athlete, ended, (SELECT count(*) FROM rep WHERE session ="
      " session.id) FROM session WHERE project = $1 AND test = $2";
  std::vector<SqlValue> values{ToSql(call.caller.project), ToSql(call.caller.test)};
  if (const auto sport = call.Query("sport"); !sport.empty()) CheckSport(context, "sport", sport);
  for (const auto& [column, name] :
       {std::pair("athlete", "athlete_id"), std::pair("sport", "sport")}) {
    if (const auto value = call.Query(name); !value.empty()) {
      values.push_back(ToSql(value));
      select += fmt::format(" AND {} = ${}", column, values.size());
    }
  }
  return ListAnswer(context, call, sql, std::move(select), std::move(values), "id", "",
                    [](const SqlRow& row) {
                      contract::SessionSummary summary;
                      summary.id = row.Text(0);
                      summary.created_at = Rfc3339(row.Number(1));
                      summary.sport = row.Text(2);
                      summary.athlete_id = row.MaybeText(3);
                      summary.ended = row.True(4);
                      summary.reps = row.Number(5);
                      return Json(summary);
                    });
}

RestAnswer Get(Context& context, Call& call, SqlConnection& sql) {
  CheckOwned(call, sql);
  RestAnswer answer;
  answer.content_type = "application/json";
  answer.body = SessionText(context, sql, call.Path("session_id"));
  return answer;
}

RestAnswer GetFile(Context& context, Call& call, SqlConnection& sql) {
  const auto id = call.Path("session_id");
  const auto name = call.Path("file_name");
  CheckOwned(call, sql);
  const auto session = ReadStoredSession(context, sql, id);
  RestAnswer answer;
  if (name == "session.json") {
    answer.content_type = "application/json";
    answer.body = SessionJson(session);
  } else if (name == "metrics.csv") {
    answer.content_type = "text/csv; charset=utf-8; header=present";
    answer.body = SessionCsv(session);
  } else if (name == "report.html") {
    if (!context.options.render_report || session.result_json.empty())
      Refuse(ErrorCode::kSessionNotFound, "there is a report once the session has ended");
    answer.content_type = "text/html; charset=utf-8";
    // A report is long; the records are let go before.
    call.afterwards.emplace_back([&context, document = ResultJson(session)](RestAnswer& made) {
      made.body = Need(context.options.render_report(document));
    });
  } else {
    RefuseUnknown("file of the session");
  }
  answer.headers.emplace_back("Content-Disposition",
                              fmt::format("attachment; filename=\"plyo-{}-{}\"", id, name));
  return answer;
}

RestAnswer Delete(Context& context, Call& call, SqlConnection& sql) {
  const auto id = call.Path("session_id");
  CheckOwned(call, sql);
  const auto found = sql("SELECT ended, token_expires_us, athlete FROM session WHERE id = $1", id);
  const auto& row = *found.One();
  // One that was lost is over once nobody can resume it.
  if (!row.True(0) && row.Number(1) > call.now_us) {
    Refuse(ErrorCode::kConflict, "the session goes on, or may be resumed until " +
                                     Rfc3339(row.Number(1)) + "; end it first");
  }
  const auto athlete = row.MaybeText(2);
  DeleteSessionRows(sql, id);
  InsertAudit(sql, call.caller.project, call.caller.actor, call.operation.name, id,
              athlete.value_or(""), call.request.request_id);
  call.afterwards.emplace_back([&context](RestAnswer&) { DestroyDoomedKeys(context); });
  return NoContent();
}

}  // namespace

void AddSessionHandlers(Handlers& handlers) {
  handlers[OperationId::kCreateSessionTicket] = {CreateTicket};
  handlers[OperationId::kListSessions] = {List};
  handlers[OperationId::kGetSession] = {Get};
  handlers[OperationId::kDeleteSession] = {Delete};
  handlers[OperationId::kGetSessionFile] = {GetFile};
}

}  // namespace plyo::service
