#include <fmt/format.h>

#include <filesystem>

#include "api.h"
#include "ids.h"
#include "plyo/digest/sha256.h"

namespace plyo::service {
namespace fs = std::filesystem;
namespace {

using contract::OperationId;

constexpr std::int64_t kUploadTime_us = 86'400'000'000;

contract::Upload ReadUpload(Call& call, SqlConnection& sql, const std::string& id) {
  const auto found =
      sql("SELECT created_us, expires_us, status, bytes, part_bytes, sha256 FROM upload"
          " WHERE id = $1 AND project = $2 AND test = $3 AND (expires_us > $4 OR status = 'used')",
          id, call.caller.project, call.caller.test, call.now_us);
  const auto* row = found.One();
  if (!row) RefuseUnknown("upload");
  contract::Upload upload;
  upload.id = id;
  upload.created_at = Rfc3339(row->Number(0));
  upload.expires_at = Rfc3339(row->Number(1));
  upload.status = row->Text(2);
  upload.bytes = row->Number(3);
  upload.part_bytes = row->Number(4);
  upload.sha256 = row->MaybeText(5);
  const auto parts = sql("SELECT number FROM upload_part WHERE upload = $1 ORDER BY number", id);
  for (const auto& part : parts.rows) upload.parts.push_back(part.Number(0));
  return upload;
}

std::int64_t PartCount(const contract::Upload& upload) {
  return (upload.bytes + upload.part_bytes - 1) / upload.part_bytes;
}

std::string PartBlob(const std::string& upload, const std::string& number) {
  return "upload/" + upload + "/" + number;
}

void CheckRoom(const Call& call, SqlConnection& sql, std::int64_t bytes) {
  const auto& project = call.caller.project;
  const bool test = call.caller.test;
  const auto limit = call.plan.upload_bytes;
  const auto used = UploadBytes(sql, project, test, call.now_us);
  if (!limit || used + bytes <= *limit) return;
  const auto why = fmt::format(
      "the plan '{}' allows {} bytes of uploads that no analysis has taken yet, of which {} are"
      " announced",
      call.caller.plan, *limit, used);
  if (bytes > *limit) Refuse(ErrorCode::kQuotaExceeded, why + "; take another plan");
  // Who has lost their ids can do nothing else.
  const auto until = UploadBytesExpire(sql, project, test, used + bytes - *limit, call.now_us);
  Refuse(ErrorCode::kQuotaExceeded, fmt::format("{}; use or delete one, take another plan, or {}{}",
                                                why, kWaitUntil, Rfc3339(until)));
}

RestAnswer Create(Context& /*context*/, Call& call, SqlConnection& sql) {
  const auto input = call.body.get<contract::UploadInput>();
  const auto id = NewId("upl");
  if ((input.bytes + input.part_bytes - 1) / input.part_bytes > 10'000)
    Refuse(ErrorCode::kInvalidArgument, "body.part_bytes: this makes more than 10,000 parts");
  CheckRoom(call, sql, input.bytes);
  sql("INSERT INTO upload (id, project, test, status, bytes, part_bytes, sha256, created_us,"
      " expires_us) VALUES ($1, $2, $3, 'open', $4, $5, $6, $7, $8)",
      id, call.caller.project, call.caller.test, input.bytes, input.part_bytes, input.sha256,
      call.now_us, call.now_us + kUploadTime_us);
  return JsonAnswer(ReadUpload(call, sql, id), 201);
}

RestAnswer Get(Context& /*context*/, Call& call, SqlConnection& sql) {
  return JsonAnswer(ReadUpload(call, sql, call.Path("upload_id")));
}

RestAnswer Delete(Context& context, Call& call, SqlConnection& sql) {
  const auto upload = ReadUpload(call, sql, call.Path("upload_id"));
  if (upload.status == "used")
    Refuse(ErrorCode::kConflict, "an analysis has taken the upload; delete the analysis");
  DeleteUploadRows(sql, upload.id);
  call.afterwards.emplace_back([&context](RestAnswer&) { DestroyDoomedKeys(context); });
  return NoContent();
}

/// What the part must be, before it is stored.
void CheckPart(Call& call, const contract::Upload& upload) {
  if (upload.status == "used") Refuse(ErrorCode::kConflict, "an analysis has taken the upload");
  const std::int64_t number = std::stoll(call.Path("part_number"));
  const auto count = PartCount(upload);
  if (number > count)
    Refuse(ErrorCode::kInvalidArgument, fmt::format("part_number: there are {} parts", count));
  const auto wanted =
      number < count ? upload.part_bytes : upload.bytes - (count - 1) * upload.part_bytes;
  const auto bytes = static_cast<std::int64_t>(call.request.body_file.empty()
                                                   ? call.request.body.size()
                                                   : fs::file_size(call.request.body_file));
  if (bytes != wanted) {
    Refuse(ErrorCode::kInvalidArgument,
           fmt::format("body: part {} has {} bytes, not {}", number, wanted, bytes));
  }
}

bool Whole(const contract::Upload& upload) {
  return static_cast<std::int64_t>(upload.parts.size()) == PartCount(upload);
}

/// Being checked, or checked: it stays as it is, and a part that comes once more is not stored.
bool Settled(const contract::Upload& upload) { return upload.sha256 && Whole(upload); }

std::optional<RestAnswer> PreparePart(Context& context, Call& call) {
  const auto id = call.Path("upload_id");
  const std::int64_t number = std::stoll(call.Path("part_number"));
  const auto takes = [&](SqlConnection& sql) {
    const auto upload = ReadUpload(call, sql, id);
    CheckPart(call, upload);
    return !Settled(upload);
  };
  if (!Need(context.records->Read(takes))) return std::nullopt;
  const SpareFile sealed(context);
  context.vault->SealFile(id, call.request.body_file, sealed.path());
  const auto blob = PartBlob(id, std::to_string(number));
  // Looked at again: sealing takes its time.
  const bool taken = Need(context.records->Write([&](SqlConnection& sql) {
    if (!takes(sql)) return false;
    const auto known =
        sql("SELECT 1 FROM upload_part WHERE upload = $1 AND number = $2", id, number);
    if (!known.One()) InsertGarbage(sql, blob, call.now_us + kUploadTime_us);
    return true;
  }));
  if (!taken) return std::nullopt;
  Need(context.blobs->Put(blob, sealed.path()));
  call.staged = blob;
  return std::nullopt;
}

std::string DigestOf(Context& context, const contract::Upload& upload) {
  Sha256Pieces digest;
  for (const auto number : upload.parts) {
    const SpareFile fetched(context);
    const auto blob = PartBlob(upload.id, std::to_string(number));
    context.vault->ReadFile(upload.id, Need(context.blobs->Get(blob, fetched.path())),
                            [&](std::string_view bytes) { digest.Add(bytes); });
  }
  return digest.Finish();
}

bool CheckIsDue(const contract::Upload& upload) {
  return upload.status == "open" && Settled(upload);
}

/// Outside of a transaction, once all parts are there. Which of them is wrong nobody knows: where
/// the digest is another one, all have to come again.
void CheckDigest(Context& context, Call& call, const std::string& id, RestAnswer& answer) {
  // It may take minutes: who asks again meanwhile is told that it is still open.
  const Ongoing::Turn turn(context.checks, id);
  if (!turn) return;
  auto upload =
      Need(context.records->Read([&](SqlConnection& sql) { return ReadUpload(call, sql, id); }));
  if (CheckIsDue(upload)) {
    const auto digest = DigestOf(context, upload);
    const bool same = digest == *upload.sha256;
    upload = Need(context.records->Write([&](SqlConnection& sql) {
      const auto now = ReadUpload(call, sql, id);
      // Another instance may have been faster, and an analysis may use the parts already.
      if (!CheckIsDue(now)) return now;
      if (same) {
        sql("UPDATE upload SET status = 'complete' WHERE id = $1", id);
      } else {
        for (const auto number : now.parts)
          InsertGarbage(sql, PartBlob(id, std::to_string(number)), call.now_us + kUploadTime_us);
        sql("DELETE FROM upload_part WHERE upload = $1", id);
      }
      return ReadUpload(call, sql, id);
    }));
    if (!same && upload.status == "open") {
      Refuse(ErrorCode::kInvalidArgument,
             fmt::format("body: with this part the file has the SHA-256 {}, and {} was announced; "
                         "the parts are dropped, send all of them again",
                         digest, *upload.sha256));
    }
  }
  answer = JsonAnswer(upload);
}

RestAnswer PutPart(Context& context, Call& call, SqlConnection& sql) {
  const auto id = call.Path("upload_id");
  auto upload = ReadUpload(call, sql, id);
  CheckPart(call, upload);
  if (!call.staged.empty()) {
    sql("INSERT INTO upload_part (upload, number, bytes) VALUES ($1, $2, $3) ON CONFLICT DO"
        " NOTHING",
        id, std::stoll(call.Path("part_number")),
        static_cast<std::int64_t>(fs::file_size(call.request.body_file)));
    sql("DELETE FROM garbage WHERE blob = $1", call.staged);
    upload = ReadUpload(call, sql, id);
  } else if (!Settled(upload)) {
    Refuse(ErrorCode::kConflict, "the parts were dropped meanwhile; send all of them again");
  }
  if (CheckIsDue(upload)) {
    call.afterwards.emplace_back(
        [&context, &call, id](RestAnswer& answer) { CheckDigest(context, call, id, answer); });
  } else if (!upload.sha256 && Whole(upload)) {
    sql("UPDATE upload SET status = 'complete' WHERE id = $1", id);
    upload.status = "complete";
  }
  return JsonAnswer(upload);
}

}  // namespace

void AddUploadHandlers(Handlers& handlers) {
  handlers[OperationId::kCreateUpload] = {Create};
  handlers[OperationId::kGetUpload] = {Get};
  handlers[OperationId::kDeleteUpload] = {Delete};
  handlers[OperationId::kPutUploadPart] = {
      .run = PutPart, .prepare = PreparePart, .moves_files = Always};
}

}  // namespace plyo::service
