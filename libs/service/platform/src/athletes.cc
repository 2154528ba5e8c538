#include "athletes.h"

#include <algorithm>

#include "analyses.h"
#include "api.h"
#include "ids.h"
#include "sessions.h"

namespace plyo::service {
namespace {

using contract::OperationId;

constexpr std::string_view kColumns = "id, created_us, updated_us, test, sealed";

contract::Athlete AthleteOf(Context& context, const SqlRow& row) {
  const auto id = row.Text(0);
  contract::Athlete athlete =
      Json::parse(context.vault->Open(id, "athlete:" + id, row.Bytes(4))).get<contract::Athlete>();
  athlete.id = id;
  athlete.created_at = Rfc3339(row.Number(1));
  athlete.updated_at = Rfc3339(row.Number(2));
  athlete.test = row.True(3);
  return athlete;
}

/// Only for finding it: the id itself is sealed like the rest.
std::optional<std::string> ExternalOf(const Context& context, const std::string& project,
                                      const Json& input) {
  if (!input.contains("external_id")) return std::nullopt;
  return context.vault->Pseudonym("external:" + project + ":" +
                                  input["external_id"].get<std::string>());
}

void CheckBirthDate(const Json& input, std::int64_t now_us) {
  if (!input.contains("birth_date")) return;
  const auto date = input["birth_date"].get<std::string>();
  // As texts: a year far ahead is no time that can be counted.
  if (date > Rfc3339(now_us).substr(0, date.size()))
    Refuse(ErrorCode::kInvalidArgument, "body.birth_date: this lies in the future");
  ParseRfc3339(date + "T00:00:00Z");
}

void Store(Context& context, Call& call, SqlConnection& sql, const std::string& id,
           const Json& input, bool fresh) {
  CheckBirthDate(input, call.now_us);
  const auto external = ExternalOf(context, call.caller.project, input);
  if (external) {
    const auto other = sql(
        "SELECT id FROM athlete WHERE project = $1 AND test = $2 AND external = $3 AND id <> $4",
        call.caller.project, call.caller.test, external, id);
    if (other.One())
      Refuse(ErrorCode::kConflict, "body.external_id: " + other.One()->Text(0) + " has it already");
  }
  const auto sealed = context.vault->Seal(id, "athlete:" + id, input.dump());
  if (fresh) {
    sql("INSERT INTO athlete (id, project, test, external, sealed, created_us, updated_us)"
        " VALUES ($1, $2, $3, $4, $5, $6, $6)",
        id, call.caller.project, call.caller.test, external, sealed, call.now_us);
  } else {
    sql("UPDATE athlete SET external = $2, sealed = $3, updated_us = $4 WHERE id = $1", id,
        external, sealed, call.now_us);
  }
}

RestAnswer List(Context& context, Call& call, SqlConnection& sql) {
  std::string select =
      "SELECT " + std::string(kColumns) + " FROM athlete WHERE project = $1 AND test = $2";
  std::vector<SqlValue> values{ToSql(call.caller.project), ToSql(call.caller.test)};
  if (const auto external = call.Query("external_id"); !external.empty()) {
    values.push_back(ToSql(ExternalOf(context, call.caller.project, {{"external_id", external}})));
    select += " AND external = $3";
  }
  return ListAnswer(
      context, call, sql, std::move(select), std::move(values), "id", "ath",
      [&](const SqlRow& row) { return Json(AthleteOf(context, row)); },
      [&](const auto& rows) { context.vault->Fetch(Texts(rows, 0)); });
}

RestAnswer Create(Context& context, Call& call, SqlConnection& sql) {
  const auto id = NewId("ath");
  call.athlete = id;
  Store(context, call, sql, id, call.body, true);
  InsertAudit(sql, call.caller.project, call.caller.actor, call.operation.name, id, id,
              call.request.request_id);
  return JsonAnswer(ReadAthlete(context, sql, call.caller.project, call.caller.test, id), 201);
}

RestAnswer Get(Context& context, Call& call, SqlConnection& sql) {
  return JsonAnswer(
      ReadAthlete(context, sql, call.caller.project, call.caller.test, call.Path("athlete_id")));
}

RestAnswer Update(Context& context, Call& call, SqlConnection& sql) {
  const auto current = Get(context, call, sql);
  CheckIfMatch(call, current);
  const auto id = call.Path("athlete_id");
  auto input = Json::parse(current.body);
  for (const char* own : {"id", "created_at", "updated_at", "test"}) input.erase(own);
  // A whole metadata is replaced, not merged.
  for (const auto& [name, value] : call.body.items()) {
    if (value.is_null())
      input.erase(name);
    else
      input[name] = value;
  }
  Store(context, call, sql, id, input, false);
  InsertAudit(sql, call.caller.project, call.caller.actor, call.operation.name, id, id,
              call.request.request_id);
  return Get(context, call, sql);
}

RestAnswer Delete(Context& context, Call& call, SqlConnection& sql) {
  const auto id = call.Path("athlete_id");
  ReadAthlete(context, sql, call.caller.project, call.caller.test, id);
  DeleteAthleteRows(sql, id);
  // The one trace that is left, so that it can be shown that it was done.
  InsertAudit(sql, call.caller.project, call.caller.actor, call.operation.name, id, "",
              call.request.request_id);
  InsertEvent(context, sql, call.caller.project, call.caller.test, "athlete.deleted", "", "",
              {{"athlete_id", id}});
  call.afterwards.emplace_back([&context](RestAnswer&) {
    DestroyDoomedKeys(context);
    context.TellOfDelivery();
  });
  return NoContent();
}

contract::Consent ConsentOf(Context& context, const SqlRow& row) {
  const auto id = row.Text(0);
  const auto athlete = row.Text(1);
  auto consent = Json::parse(context.vault->Open(athlete, "consent:" + id, row.Bytes(5)))
                     .get<contract::Consent>();
  consent.id = id;
  consent.athlete_id = athlete;
  consent.guardian = row.True(2);
  consent.given_at = Rfc3339(row.Number(3));
  if (!row.IsNull(4)) consent.withdrawn_at = Rfc3339(row.Number(4));
  return consent;
}

constexpr std::string_view kConsent =
    "SELECT id, athlete, guardian, given_us, withdrawn_us, sealed FROM consent WHERE athlete = $1";

RestAnswer ListConsents(Context& context, Call& call, SqlConnection& sql) {
  Get(context, call, sql);
  return ListAnswer(context, call, sql, std::string(kConsent), {ToSql(call.Path("athlete_id"))},
                    "id", "con", [&](const SqlRow& row) { return Json(ConsentOf(context, row)); });
}

RestAnswer OneConsent(Context& context, SqlConnection& sql, const std::string& athlete,
                      const std::string& id, int status) {
  const auto found = sql(std::string(kConsent) + " AND id = $2", athlete, id);
  if (!found.One()) RefuseUnknown("consent");
  return JsonAnswer(ConsentOf(context, *found.One()), status);
}

RestAnswer CreateConsent(Context& context, Call& call, SqlConnection& sql) {
  const auto athlete = call.Path("athlete_id");
  Get(context, call, sql);
  call.athlete = athlete;
  const auto input = call.body.get<contract::ConsentInput>();
  const auto given_us = input.given_at ? ParseRfc3339(*input.given_at) : call.now_us;
  if (given_us > call.now_us)
    Refuse(ErrorCode::kInvalidArgument, "body.given_at: this lies in the future");
  const auto id = NewId("con");
  Json kept{{"given_by", input.given_by}};
  if (input.text) kept["text"] = *input.text;
  sql("INSERT INTO consent (id, athlete, guardian, given_us, sealed) VALUES ($1, $2, $3, $4, $5)",
      id, athlete, input.guardian, given_us,
      context.vault->Seal(athlete, "consent:" + id, kept.dump()));
  InsertAudit(sql, call.caller.project, call.caller.actor, call.operation.name, id, athlete,
              call.request.request_id);
  return OneConsent(context, sql, athlete, id, 201);
}

RestAnswer WithdrawConsent(Context& context, Call& call, SqlConnection& sql) {
  const auto athlete = call.Path("athlete_id");
  const auto id = call.Path("consent_id");
  Get(context, call, sql);
  sql("UPDATE consent SET withdrawn_us = coalesce(withdrawn_us, $3) WHERE athlete = $1 AND id ="
      " $2",
      athlete, id, call.now_us);
  InsertAudit(sql, call.caller.project, call.caller.actor, call.operation.name, id, athlete,
              call.request.request_id);
  return OneConsent(context, sql, athlete, id, 200);
}

RestAnswer Export(Context& context, Call& call, SqlConnection& sql) {
  const auto id = call.Path("athlete_id");
  Json document{{"schema", "plyo.athlete_export/1"},
                {"exported_at", Rfc3339(call.now_us)},
                {"athlete", ReadAthlete(context, sql, call.caller.project, call.caller.test, id)},
                {"consents", Json::array()},
                {"analyses", Json::array()},
                {"sessions", Json::array()}};
  const auto consents = sql(std::string(kConsent) + " ORDER BY id", id);
  for (const auto& row : consents.rows) document["consents"].push_back(ConsentOf(context, row));
  const auto analyses = sql("SELECT id FROM analysis WHERE athlete = $1 ORDER BY id", id);
  const auto sessions = sql("SELECT id FROM session WHERE athlete = $1 ORDER BY created_us", id);
  for (const auto& row : sessions.rows)
    document["sessions"].push_back(Json::parse(SessionText(context, sql, row.Text(0))));
  // Results lie in files, which are read after the records.
  std::vector<contract::Analysis> done;
  done.reserve(analyses.rows.size());
  for (const auto& row : analyses.rows) {
    const auto& analysis = done.emplace_back(ReadAnalysis(context, sql, row.Text(0)));
    document["analyses"].push_back({{"analysis", analysis}, {"paths", PathsOf(sql, analysis)}});
  }
  call.afterwards.emplace_back([&context, document = std::move(document),
                                done = std::move(done)](RestAnswer& answer) mutable {
    for (std::size_t i = 0; i < done.size(); ++i) {
      if (done[i].status == "completed") {
        document["analyses"][i]["result"] =
            Json::parse(ReadFileText(context, done[i], "result.json"));
      }
    }
    answer = JsonAnswer(document);
  });
  return {};
}

RestAnswer Trend(Context& context, Call& call, SqlConnection& sql) {
  const auto id = call.Path("athlete_id");
  Get(context, call, sql);
  contract::Trend trend;
  trend.athlete_id = id;
  trend.sport = call.Query("sport");
  trend.metric = call.Query("metric");
  if (!CheckSport(context, "sport", trend.sport).metrics.contains(trend.metric)) {
    Refuse(ErrorCode::kInvalidArgument,
           "metric: " + trend.sport + " has no '" + trend.metric + "' in the catalogue");
  }
  const auto add = [&](const std::string& source, std::int64_t at_us, const Json& summary) {
    if (!summary.contains(trend.metric)) return;
    const auto& metric = summary[trend.metric];
    contract::TrendPoints point;
    point.source_id = source;
    point.at = Rfc3339(at_us);
    point.mean = metric["mean"].get<double>();
    point.max = metric["max"].get<double>();
    point.min = metric["min"].get<double>();
    point.count = metric["count"].get<std::int64_t>();
    if (metric.contains("u")) point.u = metric["u"].get<double>();
    trend.unit = metric["unit"].get<std::string>();
    trend.points.push_back(std::move(point));
  };
  const auto analyses =
      sql("SELECT id, created_us, subject, summary FROM analysis WHERE athlete = $1 AND sport = $2"
          " AND status = 'completed' AND summary IS NOT NULL ORDER BY id",
          id, trend.sport);
  for (const auto& row : analyses.rows) {
    add(row.Text(0), row.Number(1),
        Json::parse(context.vault->Open(row.Text(2), "summary:" + row.Text(0), row.Bytes(3))));
  }
  const auto sessions =
      sql("SELECT id, created_us FROM session WHERE athlete = $1 AND sport = $2 AND ended = 1", id,
          trend.sport);
  for (const auto& row : sessions.rows) {
    const auto session = Json::parse(SessionText(context, sql, row.Text(0)));
    if (session["result"].is_object())
      add(row.Text(0), row.Number(1), SummaryOf(session["result"]));
  }
  std::ranges::sort(trend.points, {}, &contract::TrendPoints::at);
  return JsonAnswer(trend);
}

}  // namespace

contract::Athlete ReadAthlete(Context& context, SqlConnection& sql, const std::string& project,
                              bool test, const std::string& id) {
  const auto found = sql("SELECT " + std::string(kColumns) +
                             " FROM athlete WHERE id = $1 AND project = $2 AND test = $3",
                         id, project, test);
  if (!found.One()) RefuseUnknown("athlete");
  return AthleteOf(context, *found.One());
}

void AddAthleteHandlers(Handlers& handlers) {
  handlers[OperationId::kListAthletes] = {List};
  handlers[OperationId::kCreateAthlete] = {Create};
  handlers[OperationId::kGetAthlete] = {Get};
  handlers[OperationId::kUpdateAthlete] = {Update};
  handlers[OperationId::kDeleteAthlete] = {Delete};
  handlers[OperationId::kExportAthlete] = {.run = Export, .moves_files = Always};
  handlers[OperationId::kGetAthleteTrend] = {Trend};
  handlers[OperationId::kListConsents] = {ListConsents};
  handlers[OperationId::kCreateConsent] = {CreateConsent};
  handlers[OperationId::kWithdrawConsent] = {WithdrawConsent};
}

}  // namespace plyo::service
