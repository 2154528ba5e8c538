#include "delete_project.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "ids.h"

namespace plyo::service {
namespace {

constexpr std::size_t kAtATime = 100;  // so that others are not held up
constexpr std::array kWithoutFiles = {
    "webhook_endpoint", "event", "ticket", "idempotency", "job", "usage", "audit", "api_key"};

/// Whether there may be more.
bool DeleteSome(SqlConnection& sql, const std::string& project) {
  bool more = false;
  const auto some = [&](std::string_view table, const auto& drop) {
    const auto found =
        sql(fmt::format("SELECT id FROM {} WHERE project = $1 LIMIT {}", table, kAtATime), project);
    for (const auto& row : found.rows) drop(sql, row.Text(0));
    more |= !found.rows.empty();
  };
  some("athlete", DeleteAthleteRows);
  some("analysis", DeleteAnalysisRows);
  some("session", DeleteSessionRows);
  some("upload", DeleteUploadRows);
  if (more) return true;
  for (const auto* table : kWithoutFiles)
    sql(fmt::format("DELETE FROM {} WHERE project = $1", table), project);
  sql("DELETE FROM project WHERE id = $1", project);
  DoomKey(sql, project);
  return false;
}

}  // namespace

void DeleteProject(Context& context, const std::string& project) {
  if (project == kDefaultProject) {
    Refuse(ErrorCode::kInvalidArgument,
           "the default project stays: the page and the keys of --keys belong to it");
  }
  // First, so that nothing comes any more.
  Need(context.records->Write([&](SqlConnection& sql) {
    if (!sql("SELECT 1 FROM project WHERE id = $1", project).One())
      Refuse(ErrorCode::kNotFound, fmt::format("there is no project {}", project));
    sql("UPDATE api_key SET revoked_us = coalesce(revoked_us, $2) WHERE project = $1", project,
        NowUs());
    // Its own audit log goes with it.
    InsertAudit(sql, std::string(kDefaultProject), "operator", "delete_project", project, "", "");
  }));
  for (bool more = true; more;) {
    more = Need(context.records->Write(
        [&](SqlConnection& sql) -> bool { return DeleteSome(sql, project); }));
    DestroyDoomedKeys(context);
  }
}

}  // namespace plyo::service
