#include "housekeeping.h"

#include <fmt/format.h>

#include "ids.h"

namespace plyo::service {
namespace {

constexpr std::int64_t kDay_us = 86'400'000'000;
constexpr int kAtATime = 200;

void DropSources(Context& context) {
  Need(context.records->Write([&](SqlConnection& sql) {
    const auto now = NowUs();
    const auto due =
        sql(fmt::format("SELECT a.id FROM analysis a JOIN project p ON p.id = a.project WHERE"
                        " a.source_deleted_us IS NULL AND a.keep_source = 0 AND a.finished_us +"
                        " p.source_retention_s * 1000000 <= $1 LIMIT {}",
                        kAtATime),
            now);
    for (const auto& row : due.rows) {
      DeleteSourceRows(sql, row.Text(0));
      sql("UPDATE analysis SET source_deleted_us = $2 WHERE id = $1", row.Text(0), now);
    }
    const auto uploads = sql(
        fmt::format("SELECT id FROM upload WHERE status <> 'used' AND expires_us <= $1 LIMIT {}",
                    kAtATime),
        now);
    for (const auto& row : uploads.rows) {
      DeleteUploadRows(sql, row.Text(0));
    }
    // By id, which sorts by time: there is no index over the time itself.
    sql("DELETE FROM event WHERE id < $1", FirstId("evt", now - 30 * kDay_us));
    sql("DELETE FROM idempotency WHERE created_us < $1", now - kDay_us);
    sql("DELETE FROM ticket WHERE expires_us < $1", now);
  }));
}

/// What the blob belonged to, analysis/ID/NAME or upload/ID/NUMBER, was given up before it was
/// made, or is deleted: nothing else is sealed by its key.
void DoomKeyOf(SqlConnection& sql, const std::string& blob) {
  const auto begin = blob.find('/') + 1;
  const auto id = blob.substr(begin, blob.find('/', begin) - begin);
  const auto known = sql(
      "SELECT id FROM analysis WHERE id = $1 UNION ALL SELECT id FROM upload WHERE id = $1", id);
  if (!known.One()) DoomKey(sql, id);
}

/// The file goes first: a row that is left is done again, a file that is left would be for ever.
bool DropGarbage(Context& context) {
  const auto due = Need(context.records->Read([&](SqlConnection& sql) {
    return sql(fmt::format("SELECT blob FROM garbage WHERE after_us <= $1 LIMIT {}", kAtATime),
               NowUs());
  }));
  for (const auto& row : due.rows) {
    Need(context.blobs->Delete(row.Text(0)));
    Need(context.records->Write([&](SqlConnection& sql) {
      sql("DELETE FROM garbage WHERE blob = $1 AND after_us <= $2", row.Text(0), NowUs());
      DoomKeyOf(sql, row.Text(0));
    }));
  }
  return due.rows.size() == kAtATime;
}

}  // namespace

void KeepHouse(Context& context) {
  DropSources(context);
  DestroyDoomedKeys(context);
  while (DropGarbage(context)) {
  }
  DestroyDoomedKeys(context);
}

}  // namespace plyo::service
