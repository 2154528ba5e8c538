#include "analyses.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <sstream>

#include "api.h"
#include "athletes.h"
#include "ids.h"
#include "multipart.h"
#include "plyo/service/log.h"

namespace plyo::service {
namespace fs = std::filesystem;
namespace {

using contract::OperationId;

constexpr std::int64_t kStagedTime_us = 86'400'000'000;
constexpr std::int64_t kPollSoon_s = 1;
constexpr std::int64_t kIdMargin_us = 600'000'000;  // sealing the longest video takes less
constexpr std::string_view kColumns =
    "id, created_us, started_us, finished_us, test, sport, athlete, status, progress, source_type,"
    " source_bytes, source_deleted_us, keep_source, subject, sealed, error_code, error_detail";
constexpr std::size_t kSubject = 13;  // of these
constexpr std::string_view kSourceName = "source.bin";

/// What was asked for as it is kept: the input without what has columns of its own.
Json KeptInput(const Json& body) {
  Json kept = body;
  for (const char* name : {"sport", "athlete_id", "keep_source"}) kept.erase(name);
  if (kept.contains("source")) {
    const auto& source = kept["source"];
    if (source["type"] == "url" || source["type"] == "fixture") kept["given"] = source;
    kept.erase("source");
  }
  if (!kept.contains("outputs")) kept["outputs"] = {"report", "metrics"};
  return kept;
}

using FilesByAnalysis = std::map<std::string, std::vector<contract::AnalysisFile>>;

/// Of many at once, since each statement is a way to the database and back.
FilesByAnalysis FilesOf(SqlConnection& sql, const std::vector<std::string>& analyses) {
  FilesByAnalysis files;
  if (analyses.empty()) return files;
  std::vector<SqlValue> values;
  std::vector<std::string> places;
  for (const auto& id : analyses) {
    values.push_back(ToSql(id));
    places.push_back(fmt::format("${}", values.size()));
  }
  const auto found =
      sql.Run(fmt::format("SELECT analysis, name, content_type, bytes, sha256 FROM analysis_file"
                          " WHERE analysis IN ({}) ORDER BY analysis, place",
                          Join(places, ", ")),
              values);
  for (const auto& row : found.rows) {
    contract::AnalysisFile file;
    file.name = row.Text(1);
    file.content_type = row.Text(2);
    file.bytes = row.Number(3);
    file.sha256 = row.Text(4);
    files[row.Text(0)].push_back(std::move(file));
  }
  return files;
}

contract::Failure FailureOf(std::string_view code, std::string detail) {
  contract::Failure failure;
  failure.code = code;
  failure.detail = std::move(detail);
  if (const auto known = ErrorFromId(code)) failure.remedy = Traits(*known).remedy;
  return failure;
}

/// `analysis`: what was sealed.
contract::Analysis WithOpenPart(contract::Analysis analysis, const SqlRow& row,
                                const FilesByAnalysis& files) {
  const auto& id = row.Text(0);
  analysis.id = id;
  analysis.created_at = Rfc3339(row.Number(1));
  if (!row.IsNull(2)) analysis.started_at = Rfc3339(row.Number(2));
  if (!row.IsNull(3)) analysis.finished_at = Rfc3339(row.Number(3));
  analysis.test = row.True(4);
  analysis.sport = row.Text(5);
  analysis.athlete_id = row.MaybeText(6);
  analysis.status = row.Text(7);
  analysis.progress = std::clamp(row.Real(8), 0.0, 1.0);
  analysis.source.type = row.Text(9);
  analysis.source.bytes = row.MaybeNumber(10);
  if (!row.IsNull(11)) analysis.source.deleted_at = Rfc3339(row.Number(11));
  analysis.keep_source = row.True(12);
  if (const auto at = files.find(id); at != files.end()) analysis.files = at->second;
  return analysis;
}

contract::Analysis AnalysisOf(Context& context, const SqlRow& row, const FilesByAnalysis& files) {
  const auto& id = row.Text(0);
  const auto& subject = row.Text(kSubject);
  auto kept = Json::parse(context.vault->Open(subject, "analysis:" + id, row.Bytes(14)));
  kept.erase("given");
  auto analysis = WithOpenPart(kept.get<contract::Analysis>(), row, files);
  if (!row.IsNull(15))
    analysis.error =
        FailureOf(row.Text(15), context.vault->Open(subject, "error:" + id, row.Bytes(16)));
  return analysis;
}

/// Where what was sealed is damaged or its key is gone: what lies open, and that as the error. One
/// that cannot be read must hide neither the others of a list nor its own end.
contract::Analysis AnalysisOrDamage(Context& context, const SqlRow& row,
                                    const FilesByAnalysis& files) {
  try {
    return AnalysisOf(context, row, files);
  } catch (const Refused& refused) {
    if (MayPass(refused.error())) throw;
    auto analysis = WithOpenPart({}, row, files);
    analysis.error = FailureOf(ErrorId(ErrorCode::kDataDamaged), refused.error().message);
    return analysis;
  }
}

SqlRow RowOf(SqlConnection& sql, const std::string& id) {
  auto found = sql(fmt::format("SELECT {} FROM analysis WHERE id = $1", kColumns), id);
  if (!found.One()) RefuseUnknown("analysis");
  return *found.One();
}

/// One of the project and mode of the caller, as a row of kColumns.
SqlRow Owned(Call& call, SqlConnection& sql) {
  auto found = sql(fmt::format("SELECT {} FROM analysis WHERE id = $1 AND project = $2 AND test ="
                               " $3",
                               kColumns),
                   call.Path("analysis_id"), call.caller.project, call.caller.test);
  if (!found.One()) RefuseUnknown("analysis");
  return *found.One();
}

bool IsOpen(std::string_view status) { return status == "queued" || status == "running"; }

RestAnswer AnalysisAnswer(const contract::Analysis& analysis, int status = 200) {
  auto answer = JsonAnswer(analysis, status);
  if (IsOpen(analysis.status))
    answer.headers.emplace_back("Retry-After", fmt::format("{}", kPollSoon_s));
  return answer;
}

/// Throws Refused where the caller may not have this analysed, but for how much he has used
/// already. Returns the athlete, if any.
std::string CheckMayAnalyse(Context& context, const Call& call, SqlConnection& sql) {
  const auto& type = call.body["source"]["type"];
  if (call.caller.test && type != "fixture")
    Refuse(ErrorCode::kInvalidArgument, "body.source: in test mode the source is a fixture");
  if (!call.caller.test && type == "fixture")
    Refuse(ErrorCode::kInvalidArgument, "body.source: fixtures are for keys of test mode");
  return MeasuredAthlete(context, call, sql);
}

/// Puts a file into the blobs as the source of an analysis that is about to be made. Should that
/// not happen, the blob is deleted a day later.
void Stage(Context& context, Call& call, const fs::path& file) {
  call.staged = NewId("ana");
  call.staged_bytes = fs::file_size(file);
  const auto blob = BlobOf(call.staged, std::string(kSourceName));
  Need(context.records->Write(
      [&](SqlConnection& sql) { InsertGarbage(sql, blob, call.now_us + kStagedTime_us); }));
  const SpareFile sealed(context);
  context.vault->SealFile(call.staged, file, sealed.path());
  Need(context.blobs->Put(blob, sealed.path()));
}

void CheckInput(Context& context, const Json& body) {
  const auto sport = body["sport"].get<std::string>();
  const auto& parameters = CheckSport(context, "body.sport", sport).parameters;
  if (!body.contains("parameters")) return;
  for (const auto& [name, value] : body["parameters"].items()) {
    const auto known = parameters.find(name);
    if (known == parameters.end())
      Refuse(ErrorCode::kInvalidArgument,
             fmt::format("body.parameters: {} has no parameter '{:.40}'", sport, name));
    const auto [low, high] = known->second;
    if (const auto number = value.get<double>(); !(number >= low && number <= high))
      Refuse(ErrorCode::kInvalidArgument,
             fmt::format("body.parameters.{}: {} is outside of {} to {}", name, number, low, high));
  }
}

/// Of a file that came along and is named in the body by now. What is known already, or would be
/// refused, is not stored first.
std::optional<RestAnswer> StageIfWanted(Context& context, Call& call, const fs::path& file) {
  call.body_names_file = true;
  auto before = Need(context.records->Read([&](SqlConnection& sql) {
    auto answer = AnswerBefore(context, call, sql);
    if (!answer) {
      CheckMayAnalyse(context, call, sql);
      CheckUse(sql, call.caller.project, "analyses", call.plan.analyses_per_month, call.now_us);
    }
    return answer;
  }));
  if (!before) Stage(context, call, file);
  return before;
}

/// What was staged for nothing is due: the transaction refused, or the same request was faster.
void TidyCreate(Context& context, const Call& call) {
  if (call.staged.empty()) return;
  const auto due = context.records->Write([&](SqlConnection& sql) {
    sql("UPDATE garbage SET after_us = $2 WHERE blob = $1",
        BlobOf(call.staged, std::string(kSourceName)), call.now_us);
  });
  if (!due) Log(LogLevel::kWarning, "platform_failed", {{"message", due.error().message}});
}

/// A video that came along, or a table of landmarks, which becomes a file. That one is looked for
/// in the text as it is, which may have megabytes: at worst somebody waits in the wrong queue.
bool BringsFile(const RestRequest& request) {
  return !request.body_file.empty() || request.body.find("\"landmarks\"") != std::string::npos;
}

/// Long work before the transaction: reading the form, sealing the video.
std::optional<RestAnswer> PrepareCreate(Context& context, Call& call) {
  if (!call.request.body_file.empty()) {
    const SpareFile video(context);
    const auto form = ReadForm(call.request.body_file,
                               std::string(call.request.Header("content-type")), video.path());
    call.body = ReadObject(form.analysis_json, "body.analysis");
    static const RequestCheck kCheck;
    kCheck.CheckBody("analysis_form", call.body);
    CheckInput(context, call.body);
    call.body["source"] = {{"type", "file"}, {"sha256", form.video_sha256}};
    return StageIfWanted(context, call, video.path());
  }
  CheckInput(context, call.body);
  auto& source = call.body["source"];
  if (source["type"] != "landmarks") return std::nullopt;
  const SpareFile table(context);
  std::ofstream out(table.path(), std::ios::binary);
  if (!(out << source["csv"].get_ref<const std::string&>()).flush())
    Refuse(ErrorCode::kDiskFull, "the landmarks cannot be stored");
  source.erase("csv");
  return StageIfWanted(context, call, table.path());
}

/// The parts of a complete upload become the source.
std::int64_t TakeUpload(Call& call, SqlConnection& sql, const std::string& id,
                        const std::string& upload) {
  const auto found =
      sql("SELECT status, bytes FROM upload WHERE id = $1 AND project = $2 AND test = $3 AND"
          " expires_us > $4",
          upload, call.caller.project, call.caller.test, call.now_us);
  if (!found.One())
    Refuse(ErrorCode::kInvalidArgument, "body.source.upload_id: there is no such upload");
  if (found.One()->Text(0) != "complete") {
    Refuse(
        ErrorCode::kConflict,
        fmt::format("body.source.upload_id: the upload is {}, not complete", found.One()->Text(0)));
  }
  sql("UPDATE upload SET status = 'used' WHERE id = $1", upload);
  const auto parts =
      sql("SELECT number FROM upload_part WHERE upload = $1 ORDER BY number", upload);
  for (const auto& row : parts.rows) {
    sql("INSERT INTO source_part (analysis, place, blob, subject) VALUES ($1, $2, $3, $4)", id,
        row.Number(0), fmt::format("upload/{}/{}", upload, row.Number(0)), upload);
  }
  return found.One()->Number(1);
}

RestAnswer Create(Context& context, Call& call, SqlConnection& sql) {
  const auto type = call.body["source"]["type"].get<std::string>();
  const auto athlete = CheckMayAnalyse(context, call, sql);
  const auto id = call.staged.empty() ? NewId("ana") : call.staged;
  if (!call.caller.test) {
    CountUse(sql, call.caller.project, "analyses", call.plan.analyses_per_month, call.now_us);
  }
  call.athlete = athlete;
  const auto subject = SubjectOf(athlete, id);
  std::optional<std::int64_t> bytes;
  if (!call.staged.empty()) bytes = static_cast<std::int64_t>(call.staged_bytes);
  sql("INSERT INTO analysis (id, project, test, athlete, subject, sport, status, source_type,"
      " source_bytes, keep_source, sealed, created_us) VALUES ($1, $2, $3, $4, $5, $6, 'queued',"
      " $7, $8, $9, $10, $11)",
      id, call.caller.project, call.caller.test,
      athlete.empty() ? std::nullopt : std::optional(athlete), subject,
      call.body["sport"].get<std::string>(), type, bytes, call.body.value("keep_source", false),
      context.vault->Seal(subject, "analysis:" + id, KeptInput(call.body).dump()), call.now_us);
  if (!call.staged.empty()) {
    const auto blob = BlobOf(id, std::string(kSourceName));
    sql("DELETE FROM garbage WHERE blob = $1", blob);
    sql("INSERT INTO source_part (analysis, place, blob, subject) VALUES ($1, 1, $2, $3)", id, blob,
        id);
  } else if (type == "upload") {
    const auto size =
        TakeUpload(call, sql, id, call.body["source"]["upload_id"].get<std::string>());
    sql("UPDATE analysis SET source_bytes = $2 WHERE id = $1", id, size);
  }
  sql("INSERT INTO job (id, kind, project, priority, state, run_after_us) VALUES ($1, $2, $3, $4,"
      " 'queued', $5)",
      id, type == "fixture" ? "fixture" : "analysis", call.caller.project,
      call.body.value("priority", std::string("normal")) == "low" ? 0 : 1, call.now_us);
  InsertAudit(sql, call.caller.project, call.caller.actor, call.operation.name, id, athlete,
              call.request.request_id);
  call.afterwards.emplace_back([&context](RestAnswer&) { context.TellOfJob(); });
  return AnalysisAnswer(ReadAnalysis(context, sql, id), 202);
}

RestAnswer List(Context& context, Call& call, SqlConnection& sql) {
  auto select = fmt::format("SELECT {} FROM analysis WHERE ", kColumns);
  std::vector<SqlValue> values;
  if (const auto athlete = call.Query("athlete_id"); athlete.empty()) {
    select += "project = $1 AND test = $2";
    values = {ToSql(call.caller.project), ToSql(call.caller.test)};
  } else {
    // An athlete and all analyses of it are of one project and mode. With the project in the
    // condition, SQLite would go through all that the project has.
    const auto owned = sql("SELECT 1 FROM athlete WHERE id = $1 AND project = $2 AND test = $3",
                           athlete, call.caller.project, call.caller.test);
    select += "athlete = $1";
    values = {ToSql(owned.One() ? athlete : std::string())};
  }
  const auto filter = [&](const char* column, const char* name) {
    if (const auto value = call.Query(name); !value.empty()) {
      values.push_back(ToSql(value));
      select += fmt::format(" AND {} = ${}", column, values.size());
    }
  };
  if (const auto sport = call.Query("sport"); !sport.empty()) CheckSport(context, "sport", sport);
  filter("sport", "sport");
  filter("status", "status");
  // By the id as well, since the indexes end in it: it is made within the request, a little before
  // or after the time that is kept.
  const auto bound = [&](const char* sign, const char* name, std::int64_t margin_us) {
    if (const auto value = call.Query(name); !value.empty()) {
      const auto at = ParseRfc3339(value);
      values.push_back(ToSql(at));
      values.push_back(ToSql(FirstId("ana", std::max<std::int64_t>(0, at + margin_us))));
      select += fmt::format(" AND created_us {0} ${1} AND id {0} ${2}", sign, values.size() - 1,
                            values.size());
    }
  };
  bound(">=", "created_after", -kIdMargin_us);
  bound("<", "created_before", kIdMargin_us);
  FilesByAnalysis files;
  return ListAnswer(
      context, call, sql, std::move(select), std::move(values), "id", "ana",
      [&](const SqlRow& row) { return Json(AnalysisOrDamage(context, row, files)); },
      [&](const auto& rows) {
        context.vault->Fetch(Texts(rows, kSubject));
        files = FilesOf(sql, Texts(rows, 0));
      });
}

RestAnswer Get(Context& context, Call& call, SqlConnection& sql) {
  const auto row = Owned(call, sql);
  return AnalysisAnswer(AnalysisOrDamage(context, row, FilesOf(sql, {row.Text(0)})));
}

RestAnswer Delete(Context& context, Call& call, SqlConnection& sql) {
  const auto row = Owned(call, sql);
  DeleteAnalysisRows(sql, row.Text(0));
  InsertAudit(sql, call.caller.project, call.caller.actor, call.operation.name, row.Text(0),
              row.MaybeText(6).value_or(""), call.request.request_id);
  call.afterwards.emplace_back([&context](RestAnswer&) { DestroyDoomedKeys(context); });
  return NoContent();
}

RestAnswer Cancel(Context& context, Call& call, SqlConnection& sql) {
  const auto row = Owned(call, sql);
  call.athlete = row.MaybeText(6).value_or("");
  if (!IsOpen(row.Text(7)))
    Refuse(ErrorCode::kConflict, fmt::format("the analysis is {} already", row.Text(7)));
  EndAnalysis(context, sql, row.Text(0), "cancelled", std::nullopt);
  InsertAudit(sql, call.caller.project, call.caller.actor, call.operation.name, row.Text(0),
              call.athlete, call.request.request_id);
  call.afterwards.emplace_back([&context, id = row.Text(0)](RestAnswer&) {
    context.TellOfAnalysis(id);
    context.TellOfDelivery();
  });
  return Get(context, call, sql);
}

struct Range {
  std::uint64_t begin = 0, size = 0;
};

/// Of a header that was checked for its form; nothing where there is none, and of no size where the
/// file does not have it.
std::optional<Range> RangeOf(std::string_view header, std::uint64_t bytes) {
  if (!header.starts_with("bytes=")) return std::nullopt;
  header.remove_prefix(6);
  const auto dash = header.find('-');
  const auto number = [](std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  };
  const auto first = header.substr(0, dash);
  const auto last = header.substr(dash + 1);
  std::uint64_t begin = 0;
  std::uint64_t end = bytes;
  if (first.empty()) {
    begin = bytes - std::min(bytes, number(last));
  } else {
    begin = number(first);
    if (!last.empty()) end = std::min(bytes, number(last) + 1);
  }
  return Range{begin, end - std::min(begin, end)};
}

void Cut(const fs::path& file, const Range& range, const fs::path& to) {
  std::ifstream in(file, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(range.begin));
  std::ofstream out(to, std::ios::binary);
  std::string piece(std::size_t{64} << 10, '\0');
  for (auto left = range.size; left > 0;) {
    const auto size = std::min<std::uint64_t>(left, piece.size());
    in.read(piece.data(), static_cast<std::streamsize>(size));
    out.write(piece.data(), static_cast<std::streamsize>(size));
    left -= size;
  }
  if (!in || !out.flush()) Refuse(ErrorCode::kDiskFull, "the file cannot be prepared");
}

RestAnswer GetFile(Context& context, Call& call, SqlConnection& sql) {
  const auto row = Owned(call, sql);
  const auto& id = row.Text(0);
  const auto name = call.Path("file_name");
  RestAnswer answer;
  std::vector<std::pair<std::string, std::string>> parts;  // blob and subject
  if (name == kSourceName) {
    if (!row.IsNull(11))
      Refuse(ErrorCode::kNotFound, "the source was deleted, as the project wishes");
    const auto found =
        sql("SELECT blob, subject FROM source_part WHERE analysis = $1 ORDER BY place", id);
    for (const auto& part : found.rows) parts.emplace_back(part.Text(0), part.Text(1));
    answer.content_type = "application/octet-stream";
  } else {
    const auto found =
        sql("SELECT content_type FROM analysis_file WHERE analysis = $1 AND name = $2", id, name);
    if (found.One()) {
      answer.content_type = found.One()->Text(0);
      parts.emplace_back(BlobOf(id, name), row.Text(kSubject));
    }
  }
  if (parts.empty()) RefuseUnknown("file of the analysis");
  answer.headers = {
      {"Content-Disposition", fmt::format("attachment; filename=\"{}-{}\"", id, name)},
      {"Accept-Ranges", "bytes"},
      // A report runs its own script and nothing of ours, wherever it is opened.
      {"Content-Security-Policy",
       "sandbox allow-scripts allow-downloads; default-src 'none'; script-src"
       " 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:"}};
  call.afterwards.emplace_back([&context, &call, parts = std::move(parts)](RestAnswer& made) {
    SpareFile whole(context);
    for (const auto& [blob, subject] : parts) {
      const SpareFile fetched(context);
      context.vault->OpenFile(subject, Need(context.blobs->Get(blob, fetched.path())),
                              whole.path());
    }
    const auto bytes = fs::file_size(whole.path());
    const auto range = RangeOf(call.request.Header("range"), bytes);
    if (!range) {
      made.file = whole.Release();
      return;
    }
    if (range->size == 0) {
      made = {};
      made.headers.emplace_back("Content-Range", fmt::format("bytes */{}", bytes));
      made.error =
          Error{ErrorCode::kRangeNotSatisfiable, fmt::format("the file has {} bytes", bytes)};
      return;
    }
    SpareFile part(context);
    Cut(whole.path(), *range, part.path());
    made.file = part.Release();
    made.status = 206;
    made.headers.emplace_back("Content-Range", fmt::format("bytes {}-{}/{}", range->begin,
                                                           range->begin + range->size - 1, bytes));
  });
  return answer;
}

RestAnswer GetResult(Context& context, Call& call, SqlConnection& sql) {
  const auto row = Owned(call, sql);
  const auto analysis = AnalysisOf(context, row, FilesOf(sql, {row.Text(0)}));
  if (analysis.status != "completed") {
    Refuse(
        ErrorCode::kConflict,
        fmt::format("the analysis is {}; there is a result once it is completed", analysis.status));
  }
  call.afterwards.emplace_back([&context, analysis](RestAnswer& answer) {
    answer.content_type = "application/json";
    answer.body = ReadFileText(context, analysis, "result.json");
  });
  return {};
}

/// Tells of one analysis until it is over, or the key of who asked.
class Following final : public RestStream {
 public:
  Following(Context& context, std::string id, std::string actor)
      : context_(context),
        id_(std::move(id)),
        actor_(std::move(actor)),
        news_(context.followers.Follow(id_)) {}

  std::optional<std::string> Next() override {
    if (over_) return std::nullopt;
    // Where news come, only now and then without any: one may be lost.
    const bool news = news_->exchange(false);
    if (!news && context_.news && context_.news->connected() && NowUs() - read_us_ < kLook_us)
      return std::string();
    read_us_ = NowUs();
    const auto analysis = context_.records->Read([&](SqlConnection& sql) {
      CheckKey(sql, actor_, read_us_);
      return ReadAnalysis(context_, sql, id_);
    });
    if (!analysis) {  // deleted, revoked, or the store is away: the client asks again and is told
      over_ = true;
      return std::string();
    }
    auto data = Json(*analysis).dump();
    over_ = !IsOpen(analysis->status);
    if (data == told_) return NowUs() - told_us_ > kSilence_us ? Told(": waiting\n\n") : "";
    told_ = data;
    return Told(
        fmt::format("event: {}\ndata: {}\n\n", over_ ? analysis->status : "progress", data));
  }

 private:
  static constexpr std::int64_t kSilence_us = 15'000'000;
  static constexpr std::int64_t kLook_us = 3'000'000;

  std::string Told(std::string text) {
    told_us_ = NowUs();
    return text;
  }

  Context& context_;
  const std::string id_;
  const std::string actor_;
  const std::shared_ptr<std::atomic<bool>> news_;
  std::string told_;
  std::int64_t told_us_ = 0, read_us_ = 0;
  bool over_ = false;
};

RestAnswer Stream(Context& context, Call& call, SqlConnection& sql) {
  RestAnswer answer;
  answer.content_type = "text/event-stream";
  answer.stream = std::make_shared<Following>(context, Owned(call, sql).Text(0), call.caller.actor);
  return answer;
}

}  // namespace

contract::Analysis ReadAnalysis(Context& context, SqlConnection& sql, const std::string& id) {
  return AnalysisOf(context, RowOf(sql, id), FilesOf(sql, {id}));
}

std::string BlobOf(const std::string& analysis, const std::string& name) {
  return "analysis/" + analysis + "/" + name;
}

std::vector<std::string> PathsOf(SqlConnection& sql, const contract::Analysis& analysis) {
  std::vector<std::string> paths;
  const auto add = [&](std::string_view name) {
    paths.push_back(fmt::format("/v1/analyses/{}/files/{}", analysis.id, name));
  };
  for (const auto& file : analysis.files) add(file.name);
  if (sql("SELECT 1 FROM source_part WHERE analysis = $1 LIMIT 1", analysis.id).One())
    add(kSourceName);
  return paths;
}

std::string ReadFileText(Context& context, const contract::Analysis& analysis,
                         const std::string& name) {
  const auto spare = context.SparePath();
  const auto fetched = context.SparePath();
  const auto sealed = Need(context.blobs->Get(BlobOf(analysis.id, name), fetched));
  const auto subject = analysis.athlete_id.value_or(analysis.id);
  context.vault->OpenFile(subject, sealed, spare);
  std::ostringstream text;
  text << std::ifstream(spare, std::ios::binary).rdbuf();
  std::error_code ignored;
  fs::remove(spare, ignored);
  fs::remove(fetched, ignored);
  return std::move(text).str();
}

Json SummaryOf(const Json& result) {
  Json summary = Json::object();
  const auto athletes = result.value("athletes", Json::array());
  if (athletes.empty()) return summary;
  const auto& athlete = athletes[0];
  for (const auto& metric : athlete.value("summary", Json::array())) {
    if (!metric["mean"].is_number()) continue;
    const auto id = metric["id"].get<std::string>();
    const auto mean = metric["mean"].get<double>();
    double low = mean;
    double high = mean;
    for (const char* kind : {"reps", "steps"}) {
      for (const auto& rep : athlete.value(kind, Json::array())) {
        for (const auto& figure : rep.value("metrics", Json::array())) {
          // What could not be measured is null, with its reason.
          if (figure["id"] != id || !figure.contains("value") || !figure["value"].is_number())
            continue;
          low = std::min(low, figure["value"].get<double>());
          high = std::max(high, figure["value"].get<double>());
        }
      }
    }
    Json entry{{"mean", mean},
               {"min", low},
               {"max", high},
               {"count", metric["n"]},
               {"unit", metric["unit"]}};
    if (metric["u"].is_number()) entry["u"] = metric["u"];
    summary[id] = std::move(entry);
  }
  return summary;
}

void OpenSource(Context& context, const std::string& analysis, const fs::path& to) {
  const auto parts = Need(context.records->Read([&](SqlConnection& sql) {
    return sql("SELECT blob, subject FROM source_part WHERE analysis = $1 ORDER BY place",
               analysis);
  }));
  if (parts.rows.empty()) Refuse(ErrorCode::kNotFound, "the source of the analysis is not there");
  for (const auto& row : parts.rows) {
    const SpareFile fetched(context);
    context.vault->OpenFile(row.Text(1), Need(context.blobs->Get(row.Text(0), fetched.path())), to);
  }
}

void EndAnalysis(Context& context, SqlConnection& sql, const std::string& id,
                 std::string_view status, const std::optional<Error>& error) {
  const auto found =
      sql("SELECT project, test, athlete, subject, created_us FROM analysis WHERE id = $1", id);
  const auto* row = found.One();
  if (!row) return;
  const bool our_fault = error && Traits(error->code).http_status >= 500;
  if (status == "cancelled") TakeBackUnbegun(sql, id);
  if (our_fault && !row->True(1)) TakeBackUse(sql, row->Text(0), "analyses", row->Number(4));
  std::optional<SqlBytes> detail;
  if (error) detail = context.vault->Seal(row->Text(3), "error:" + id, error->message);
  sql("UPDATE analysis SET status = $2, finished_us = $3, error_code = $4, error_detail = $5"
      " WHERE id = $1",
      id, status, NowUs(), error ? std::optional(ErrorId(error->code)) : std::nullopt, detail);
  sql("DELETE FROM job WHERE id = $1", id);
  InsertEvent(context, sql, row->Text(0), row->True(1), fmt::format("analysis.{}", status),
              row->MaybeText(2).value_or(""), id,
              AnalysisOrDamage(context, RowOf(sql, id), FilesOf(sql, {id})));
}

void AddAnalysisHandlers(Handlers& handlers) {
  handlers[OperationId::kListAnalyses] = {List};
  handlers[OperationId::kCreateAnalysis] = {Create, PrepareCreate, TidyCreate, BringsFile};
  handlers[OperationId::kGetAnalysis] = {Get};
  handlers[OperationId::kDeleteAnalysis] = {Delete};
  handlers[OperationId::kCancelAnalysis] = {Cancel};
  handlers[OperationId::kGetAnalysisResult] = {.run = GetResult, .moves_files = Always};
  handlers[OperationId::kStreamAnalysis] = {Stream};
  handlers[OperationId::kGetAnalysisFile] = {.run = GetFile, .moves_files = Always};
}

}  // namespace plyo::service
