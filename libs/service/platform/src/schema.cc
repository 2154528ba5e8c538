#include "schema.h"

namespace plyo::service {

// Ids sort by time, so that an index over an id is one over the time. Columns named `sealed` hold
// JSON that the subject's key opens (vault.h). A blob that nothing names any more, or not yet, is
// in `garbage`, and in `doomed_key` whose key is to be destroyed.
const std::vector<std::string_view> kRecordSteps = {
    "CREATE TABLE session ("
    "  id TEXT PRIMARY KEY, sport TEXT NOT NULL, hello TEXT NOT NULL, created_us {int} NOT NULL,"
    "  epoch {int} NOT NULL, token_hash TEXT NOT NULL, token_expires_us {int} NOT NULL,"
    "  result TEXT NOT NULL DEFAULT '', ended {int} NOT NULL DEFAULT 0){table};"
    "CREATE TABLE rep ("
    "  session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE, rep_index {int} NOT NULL,"
    "  message TEXT NOT NULL, PRIMARY KEY (session, rep_index)){table};",

    "ALTER TABLE session ADD COLUMN first_capture_us {int};",

    "CREATE TABLE organization ("
    "  id TEXT PRIMARY KEY, name TEXT NOT NULL, plan TEXT NOT NULL, created_us {int} NOT NULL)"
    "  {table};"
    "CREATE TABLE project ("
    "  id TEXT PRIMARY KEY, organization TEXT NOT NULL REFERENCES organization(id),"
    "  name TEXT NOT NULL, consent TEXT NOT NULL DEFAULT 'none',"
    "  source_retention_s {int} NOT NULL DEFAULT 86400, created_us {int} NOT NULL){table};"
    "CREATE TABLE api_key ("
    "  id TEXT PRIMARY KEY, project TEXT NOT NULL REFERENCES project(id), name TEXT NOT NULL,"
    "  hash TEXT NOT NULL, hint TEXT NOT NULL, scopes TEXT NOT NULL, test {int} NOT NULL,"
    "  created_us {int} NOT NULL, expires_us {int}, revoked_us {int}, last_used_us {int}){table};"
    "CREATE INDEX api_key_of_project ON api_key (project, id);"
    "CREATE TABLE ticket ("
    "  hash TEXT PRIMARY KEY, project TEXT NOT NULL, test {int} NOT NULL, actor TEXT NOT NULL,"
    "  athlete TEXT, expires_us {int} NOT NULL){table};"
    "CREATE TABLE athlete ("
    "  id TEXT PRIMARY KEY, project TEXT NOT NULL REFERENCES project(id), test {int} NOT NULL,"
    "  external TEXT, sealed {bytes} NOT NULL, created_us {int} NOT NULL,"
    "  updated_us {int} NOT NULL){table};"
    "CREATE INDEX athlete_of_project ON athlete (project, test, id);"
    "CREATE UNIQUE INDEX athlete_external ON athlete (project, test, external);"
    "CREATE TABLE consent ("
    "  id TEXT PRIMARY KEY, athlete TEXT NOT NULL REFERENCES athlete(id) ON DELETE CASCADE,"
    "  guardian {int} NOT NULL, given_us {int} NOT NULL, withdrawn_us {int},"
    "  sealed {bytes} NOT NULL){table};"
    "CREATE INDEX consent_of_athlete ON consent (athlete, id);"
    "CREATE TABLE upload ("
    "  id TEXT PRIMARY KEY, project TEXT NOT NULL REFERENCES project(id), test {int} NOT NULL,"
    "  status TEXT NOT NULL, bytes {int} NOT NULL, part_bytes {int} NOT NULL, sha256 TEXT,"
    "  created_us {int} NOT NULL, expires_us {int} NOT NULL){table};"
    "CREATE INDEX upload_expiry ON upload (status, expires_us);"
    "CREATE TABLE upload_part ("
    "  upload TEXT NOT NULL REFERENCES upload(id) ON DELETE CASCADE, number {int} NOT NULL,"
    "  bytes {int} NOT NULL, PRIMARY KEY (upload, number)){table};"
    "CREATE TABLE analysis ("
    "  id TEXT PRIMARY KEY, project TEXT NOT NULL REFERENCES project(id), test {int} NOT NULL,"
    "  athlete TEXT REFERENCES athlete(id), subject TEXT NOT NULL, sport TEXT NOT NULL,"
    "  status TEXT NOT NULL, progress {real} NOT NULL DEFAULT 0, source_type TEXT NOT NULL,"
    "  source_bytes {int}, source_deleted_us {int}, keep_source {int} NOT NULL,"
    "  sealed {bytes} NOT NULL, summary {bytes}, error_code TEXT, error_detail {bytes},"
    "  created_us {int} NOT NULL, started_us {int}, finished_us {int}){table};"
    "CREATE INDEX analysis_of_project ON analysis (project, test, id);"
    "CREATE INDEX analysis_of_athlete ON analysis (athlete, id);"
    "CREATE INDEX analysis_by_sport ON analysis (project, test, sport, id);"
    "CREATE INDEX analysis_by_status ON analysis (project, test, status, id);"
    "CREATE INDEX analysis_sources ON analysis (source_deleted_us, keep_source, finished_us);"
    "CREATE TABLE analysis_file ("
    "  analysis TEXT NOT NULL REFERENCES analysis(id) ON DELETE CASCADE, name TEXT NOT NULL,"
    "  place {int} NOT NULL, content_type TEXT NOT NULL, bytes {int} NOT NULL,"
    "  sha256 TEXT NOT NULL, PRIMARY KEY (analysis, name)){table};"
    "CREATE TABLE source_part ("
    "  analysis TEXT NOT NULL REFERENCES analysis(id) ON DELETE CASCADE, place {int} NOT NULL,"
    "  blob TEXT NOT NULL, subject TEXT NOT NULL, PRIMARY KEY (analysis, place)){table};"
    "CREATE TABLE job ("
    "  id TEXT PRIMARY KEY, kind TEXT NOT NULL, project TEXT NOT NULL, priority {int} NOT NULL,"
    "  state TEXT NOT NULL, attempts {int} NOT NULL DEFAULT 0,"
    "  crashes {int} NOT NULL DEFAULT 0, run_after_us {int} NOT NULL,"
    "  worker TEXT, lease_until_us {int}, last_error TEXT){table};"
    "CREATE INDEX job_queue ON job (state, priority, project, run_after_us, id);"
    "CREATE TABLE garbage (blob TEXT PRIMARY KEY, after_us {int} NOT NULL){table};"
    "CREATE INDEX garbage_due ON garbage (after_us);"
    "CREATE TABLE webhook_endpoint ("
    "  id TEXT PRIMARY KEY, project TEXT NOT NULL REFERENCES project(id), test {int} NOT NULL,"
    "  url TEXT NOT NULL, event_types TEXT NOT NULL, description TEXT, enabled {int} NOT NULL,"
    "  disabled_reason TEXT, secret {bytes} NOT NULL, old_secret {bytes}, old_until_us {int},"
    "  failing_since_us {int}, created_us {int} NOT NULL){table};"
    "CREATE INDEX webhook_endpoint_of_project ON webhook_endpoint (project, test, id);"
    "CREATE TABLE event ("
    "  id TEXT PRIMARY KEY, project TEXT NOT NULL, test {int} NOT NULL, type TEXT NOT NULL,"
    "  athlete TEXT, source TEXT, subject TEXT NOT NULL, sealed {bytes} NOT NULL,"
    "  created_us {int} NOT NULL){table};"
    "CREATE INDEX event_of_project ON event (project, test, id);"
    "CREATE INDEX event_of_athlete ON event (athlete);"
    "CREATE INDEX event_of_source ON event (source);"
    "CREATE TABLE delivery ("
    "  id TEXT PRIMARY KEY,"
    "  endpoint TEXT NOT NULL REFERENCES webhook_endpoint(id) ON DELETE CASCADE,"
    "  event TEXT NOT NULL REFERENCES event(id) ON DELETE CASCADE, status TEXT NOT NULL,"
    "  attempts {int} NOT NULL DEFAULT 0, last_us {int}, next_us {int}, response_status {int},"
    "  error TEXT){table};"
    "CREATE INDEX delivery_due ON delivery (status, next_us);"
    "CREATE INDEX delivery_of_endpoint ON delivery (endpoint, id);"
    "CREATE INDEX delivery_of_event ON delivery (event);"
    "CREATE TABLE idempotency ("
    "  project TEXT NOT NULL, test {int} NOT NULL, name TEXT NOT NULL, request TEXT NOT NULL,"
    "  subject TEXT NOT NULL, athlete TEXT, sealed {bytes} NOT NULL, created_us {int} NOT NULL,"
    "  PRIMARY KEY (project, test, name)){table};"
    "CREATE INDEX idempotency_age ON idempotency (created_us);"
    "CREATE INDEX idempotency_of_athlete ON idempotency (athlete);"
    "CREATE TABLE usage ("
    "  project TEXT NOT NULL, period TEXT NOT NULL, what TEXT NOT NULL, used {int} NOT NULL,"
    "  PRIMARY KEY (project, period, what)){table};"
    "CREATE TABLE audit ("
    "  id TEXT PRIMARY KEY, project TEXT NOT NULL, at_us {int} NOT NULL, actor TEXT NOT NULL,"
    "  action TEXT NOT NULL, target TEXT NOT NULL, athlete TEXT, request_id TEXT){table};"
    "CREATE INDEX audit_of_project ON audit (project, id);"
    "CREATE INDEX audit_of_athlete ON audit (athlete);"
    "ALTER TABLE session ADD COLUMN project TEXT NOT NULL DEFAULT 'prj_default';"
    "ALTER TABLE session ADD COLUMN test {int} NOT NULL DEFAULT 0;"
    "ALTER TABLE session ADD COLUMN athlete TEXT;"
    "CREATE INDEX session_of_project ON session (project, test, created_us, id);"
    "CREATE INDEX session_of_athlete ON session (athlete);",

    "CREATE INDEX analysis_by_sport_and_status ON analysis (project, test, sport, status, id);"
    "CREATE INDEX event_by_type ON event (project, test, type, id);"
    "DROP INDEX session_of_project;"
    "CREATE INDEX session_of_project ON session (project, test, id);",

    // While a delivery is under way until when, and afterwards when it was.
    "ALTER TABLE webhook_endpoint ADD COLUMN busy_until_us {int};"
    "CREATE INDEX delivery_of_endpoint_due ON delivery (endpoint, status, next_us);",

    "ALTER TABLE audit ADD COLUMN test {int} NOT NULL DEFAULT 0;"
    "UPDATE audit SET test = 1 WHERE actor IN (SELECT id FROM api_key WHERE test = 1);"
    "DROP INDEX audit_of_project;"
    "CREATE INDEX audit_of_project ON audit (project, test, id);",

    "CREATE TABLE doomed_key (subject TEXT PRIMARY KEY){table};",

    // Uploads outlived what they were of, and that with the digest of a video.
    "DELETE FROM upload WHERE status = 'used' AND id NOT IN (SELECT subject FROM source_part);",

    "CREATE INDEX session_open ON session (token_expires_us) WHERE ended = 0;",
};

}  // namespace plyo::service
