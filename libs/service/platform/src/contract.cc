// Made by tools/gen_openapi.py from contract/openapi.yaml; ./dev gen writes it anew.
#include "contract.h"

namespace plyo::service::contract {
namespace {

template <typename Value>
void Read(const Json& json, const char* name, Value& value) {
  if (const auto at = json.find(name); at != json.end() && !at->is_null()) at->get_to(value);
}
template <typename Value>
void Read(const Json& json, const char* name, std::optional<Value>& value) {
  if (const auto at = json.find(name); at != json.end() && !at->is_null()) value = at->get<Value>();
}

}  // namespace

// NOLINTBEGIN(readability-identifier-naming): nlohmann::json looks for these names.

void to_json(Json& json, const AthleteInput& object) {
  json = Json::object();
  if (object.external_id) json["external_id"] = *object.external_id;
  if (object.name) json["name"] = *object.name;
  if (object.height_m) json["height_m"] = *object.height_m;
  if (object.mass_kg) json["mass_kg"] = *object.mass_kg;
  if (object.sex) json["sex"] = *object.sex;
  if (object.birth_date) json["birth_date"] = *object.birth_date;
  if (object.metadata) json["metadata"] = *object.metadata;
}
void from_json(const Json& json, AthleteInput& object) {
  Read(json, "external_id", object.external_id);
  Read(json, "name", object.name);
  Read(json, "height_m", object.height_m);
  Read(json, "mass_kg", object.mass_kg);
  Read(json, "sex", object.sex);
  Read(json, "birth_date", object.birth_date);
  Read(json, "metadata", object.metadata);
}

void to_json(Json& json, const Athlete& object) {
  json = Json::object();
  json["id"] = object.id;
  json["created_at"] = object.created_at;
  json["updated_at"] = object.updated_at;
  json["test"] = object.test;
  if (object.external_id) json["external_id"] = *object.external_id;
  if (object.name) json["name"] = *object.name;
  if (object.height_m) json["height_m"] = *object.height_m;
  if (object.mass_kg) json["mass_kg"] = *object.mass_kg;
  if (object.sex) json["sex"] = *object.sex;
  if (object.birth_date) json["birth_date"] = *object.birth_date;
  if (object.metadata) json["metadata"] = *object.metadata;
}
void from_json(const Json& json, Athlete& object) {
  Read(json, "id", object.id);
  Read(json, "created_at", object.created_at);
  Read(json, "updated_at", object.updated_at);
  Read(json, "test", object.test);
  Read(json, "external_id", object.external_id);
  Read(json, "name", object.name);
  Read(json, "height_m", object.height_m);
  Read(json, "mass_kg", object.mass_kg);
  Read(json, "sex", object.sex);
  Read(json, "birth_date", object.birth_date);
  Read(json, "metadata", object.metadata);
}

void to_json(Json& json, const Consent& object) {
  json = Json::object();
  json["id"] = object.id;
  json["athlete_id"] = object.athlete_id;
  json["given_by"] = object.given_by;
  json["guardian"] = object.guardian;
  json["given_at"] = object.given_at;
  if (object.withdrawn_at) json["withdrawn_at"] = *object.withdrawn_at;
  if (object.text) json["text"] = *object.text;
}
void from_json(const Json& json, Consent& object) {
  Read(json, "id", object.id);
  Read(json, "athlete_id", object.athlete_id);
  Read(json, "given_by", object.given_by);
  Read(json, "guardian", object.guardian);
  Read(json, "given_at", object.given_at);
  Read(json, "withdrawn_at", object.withdrawn_at);
  Read(json, "text", object.text);
}

void to_json(Json& json, const AnalysisAthlete& object) {
  json = Json::object();
  if (object.height_m) json["height_m"] = *object.height_m;
  if (object.mass_kg) json["mass_kg"] = *object.mass_kg;
  if (object.sex) json["sex"] = *object.sex;
}
void from_json(const Json& json, AnalysisAthlete& object) {
  Read(json, "height_m", object.height_m);
  Read(json, "mass_kg", object.mass_kg);
  Read(json, "sex", object.sex);
}

void to_json(Json& json, const AnalysisSource& object) {
  json = Json::object();
  json["type"] = object.type;
  if (object.bytes) json["bytes"] = *object.bytes;
  if (object.deleted_at) json["deleted_at"] = *object.deleted_at;
}
void from_json(const Json& json, AnalysisSource& object) {
  Read(json, "type", object.type);
  Read(json, "bytes", object.bytes);
  Read(json, "deleted_at", object.deleted_at);
}

void to_json(Json& json, const Failure& object) {
  json = Json::object();
  json["code"] = object.code;
  json["detail"] = object.detail;
  json["remedy"] = object.remedy;
}
void from_json(const Json& json, Failure& object) {
  Read(json, "code", object.code);
  Read(json, "detail", object.detail);
  Read(json, "remedy", object.remedy);
}

void to_json(Json& json, const AnalysisFile& object) {
  json = Json::object();
  json["name"] = object.name;
  json["content_type"] = object.content_type;
  json["bytes"] = object.bytes;
  json["sha256"] = object.sha256;
}
void from_json(const Json& json, AnalysisFile& object) {
  Read(json, "name", object.name);
  Read(json, "content_type", object.content_type);
  Read(json, "bytes", object.bytes);
  Read(json, "sha256", object.sha256);
}

void to_json(Json& json, const Analysis& object) {
  json = Json::object();
  json["id"] = object.id;
  json["created_at"] = object.created_at;
  if (object.started_at) json["started_at"] = *object.started_at;
  if (object.finished_at) json["finished_at"] = *object.finished_at;
  json["test"] = object.test;
  json["sport"] = object.sport;
  if (object.athlete_id) json["athlete_id"] = *object.athlete_id;
  if (object.athlete) json["athlete"] = *object.athlete;
  if (object.model) json["model"] = *object.model;
  if (object.capture_fps) json["capture_fps"] = *object.capture_fps;
  if (object.parameters) json["parameters"] = *object.parameters;
  json["outputs"] = object.outputs;
  if (object.blur_faces) json["blur_faces"] = *object.blur_faces;
  json["keep_source"] = object.keep_source;
  if (object.priority) json["priority"] = *object.priority;
  if (object.metadata) json["metadata"] = *object.metadata;
  json["source"] = object.source;
  json["status"] = object.status;
  json["progress"] = object.progress;
  if (object.error) json["error"] = *object.error;
  json["files"] = object.files;
}
void from_json(const Json& json, Analysis& object) {
  Read(json, "id", object.id);
  Read(json, "created_at", object.created_at);
  Read(json, "started_at", object.started_at);
  Read(json, "finished_at", object.finished_at);
  Read(json, "test", object.test);
  Read(json, "sport", object.sport);
  Read(json, "athlete_id", object.athlete_id);
  Read(json, "athlete", object.athlete);
  Read(json, "model", object.model);
  Read(json, "capture_fps", object.capture_fps);
  Read(json, "parameters", object.parameters);
  Read(json, "outputs", object.outputs);
  Read(json, "blur_faces", object.blur_faces);
  Read(json, "keep_source", object.keep_source);
  Read(json, "priority", object.priority);
  Read(json, "metadata", object.metadata);
  Read(json, "source", object.source);
  Read(json, "status", object.status);
  Read(json, "progress", object.progress);
  Read(json, "error", object.error);
  Read(json, "files", object.files);
}

void to_json(Json& json, const AthleteExportAnalyses& object) {
  json = Json::object();
  json["analysis"] = object.analysis;
  json["paths"] = object.paths;
  if (object.result) json["result"] = *object.result;
}
void from_json(const Json& json, AthleteExportAnalyses& object) {
  Read(json, "analysis", object.analysis);
  Read(json, "paths", object.paths);
  Read(json, "result", object.result);
}

void to_json(Json& json, const AthleteExport& object) {
  json = Json::object();
  json["schema"] = object.schema;
  json["exported_at"] = object.exported_at;
  json["athlete"] = object.athlete;
  json["consents"] = object.consents;
  json["analyses"] = object.analyses;
  json["sessions"] = object.sessions;
}
void from_json(const Json& json, AthleteExport& object) {
  Read(json, "schema", object.schema);
  Read(json, "exported_at", object.exported_at);
  Read(json, "athlete", object.athlete);
  Read(json, "consents", object.consents);
  Read(json, "analyses", object.analyses);
  Read(json, "sessions", object.sessions);
}

void to_json(Json& json, const TrendPoints& object) {
  json = Json::object();
  json["source_id"] = object.source_id;
  json["at"] = object.at;
  json["mean"] = object.mean;
  json["max"] = object.max;
  json["min"] = object.min;
  if (object.u) json["u"] = *object.u;
  json["count"] = object.count;
}
void from_json(const Json& json, TrendPoints& object) {
  Read(json, "source_id", object.source_id);
  Read(json, "at", object.at);
  Read(json, "mean", object.mean);
  Read(json, "max", object.max);
  Read(json, "min", object.min);
  Read(json, "u", object.u);
  Read(json, "count", object.count);
}

void to_json(Json& json, const Trend& object) {
  json = Json::object();
  json["athlete_id"] = object.athlete_id;
  json["sport"] = object.sport;
  json["metric"] = object.metric;
  if (object.unit) json["unit"] = *object.unit;
  json["points"] = object.points;
}
void from_json(const Json& json, Trend& object) {
  Read(json, "athlete_id", object.athlete_id);
  Read(json, "sport", object.sport);
  Read(json, "metric", object.metric);
  Read(json, "unit", object.unit);
  Read(json, "points", object.points);
}

void to_json(Json& json, const ConsentInput& object) {
  json = Json::object();
  json["given_by"] = object.given_by;
  json["guardian"] = object.guardian;
  if (object.given_at) json["given_at"] = *object.given_at;
  if (object.text) json["text"] = *object.text;
}
void from_json(const Json& json, ConsentInput& object) {
  Read(json, "given_by", object.given_by);
  Read(json, "guardian", object.guardian);
  Read(json, "given_at", object.given_at);
  Read(json, "text", object.text);
}

void to_json(Json& json, const AnalysisForm& object) {
  json = Json::object();
  json["sport"] = object.sport;
  if (object.athlete_id) json["athlete_id"] = *object.athlete_id;
  if (object.athlete) json["athlete"] = *object.athlete;
  if (object.model) json["model"] = *object.model;
  if (object.capture_fps) json["capture_fps"] = *object.capture_fps;
  if (object.parameters) json["parameters"] = *object.parameters;
  if (object.outputs) json["outputs"] = *object.outputs;
  json["blur_faces"] = object.blur_faces;
  json["keep_source"] = object.keep_source;
  json["priority"] = object.priority;
  if (object.metadata) json["metadata"] = *object.metadata;
}
void from_json(const Json& json, AnalysisForm& object) {
  Read(json, "sport", object.sport);
  Read(json, "athlete_id", object.athlete_id);
  Read(json, "athlete", object.athlete);
  Read(json, "model", object.model);
  Read(json, "capture_fps", object.capture_fps);
  Read(json, "parameters", object.parameters);
  Read(json, "outputs", object.outputs);
  Read(json, "blur_faces", object.blur_faces);
  Read(json, "keep_source", object.keep_source);
  Read(json, "priority", object.priority);
  Read(json, "metadata", object.metadata);
}

void to_json(Json& json, const AnalysisInput& object) {
  json = Json::object();
  json["sport"] = object.sport;
  if (object.athlete_id) json["athlete_id"] = *object.athlete_id;
  if (object.athlete) json["athlete"] = *object.athlete;
  if (object.model) json["model"] = *object.model;
  if (object.capture_fps) json["capture_fps"] = *object.capture_fps;
  if (object.parameters) json["parameters"] = *object.parameters;
  if (object.outputs) json["outputs"] = *object.outputs;
  json["blur_faces"] = object.blur_faces;
  json["keep_source"] = object.keep_source;
  json["priority"] = object.priority;
  if (object.metadata) json["metadata"] = *object.metadata;
  json["source"] = object.source;
}
void from_json(const Json& json, AnalysisInput& object) {
  Read(json, "sport", object.sport);
  Read(json, "athlete_id", object.athlete_id);
  Read(json, "athlete", object.athlete);
  Read(json, "model", object.model);
  Read(json, "capture_fps", object.capture_fps);
  Read(json, "parameters", object.parameters);
  Read(json, "outputs", object.outputs);
  Read(json, "blur_faces", object.blur_faces);
  Read(json, "keep_source", object.keep_source);
  Read(json, "priority", object.priority);
  Read(json, "metadata", object.metadata);
  Read(json, "source", object.source);
}

void to_json(Json& json, const UploadInput& object) {
  json = Json::object();
  json["bytes"] = object.bytes;
  json["part_bytes"] = object.part_bytes;
  if (object.sha256) json["sha256"] = *object.sha256;
}
void from_json(const Json& json, UploadInput& object) {
  Read(json, "bytes", object.bytes);
  Read(json, "part_bytes", object.part_bytes);
  Read(json, "sha256", object.sha256);
}

void to_json(Json& json, const Upload& object) {
  json = Json::object();
  json["id"] = object.id;
  json["created_at"] = object.created_at;
  json["expires_at"] = object.expires_at;
  json["status"] = object.status;
  json["bytes"] = object.bytes;
  json["part_bytes"] = object.part_bytes;
  if (object.sha256) json["sha256"] = *object.sha256;
  json["parts"] = object.parts;
}
void from_json(const Json& json, Upload& object) {
  Read(json, "id", object.id);
  Read(json, "created_at", object.created_at);
  Read(json, "expires_at", object.expires_at);
  Read(json, "status", object.status);
  Read(json, "bytes", object.bytes);
  Read(json, "part_bytes", object.part_bytes);
  Read(json, "sha256", object.sha256);
  Read(json, "parts", object.parts);
}

void to_json(Json& json, const SessionTicketInput& object) {
  json = Json::object();
  if (object.athlete_id) json["athlete_id"] = *object.athlete_id;
}
void from_json(const Json& json, SessionTicketInput& object) {
  Read(json, "athlete_id", object.athlete_id);
}

void to_json(Json& json, const SessionTicket& object) {
  json = Json::object();
  json["ticket"] = object.ticket;
  json["expires_at"] = object.expires_at;
  json["url"] = object.url;
  json["protocols"] = object.protocols;
}
void from_json(const Json& json, SessionTicket& object) {
  Read(json, "ticket", object.ticket);
  Read(json, "expires_at", object.expires_at);
  Read(json, "url", object.url);
  Read(json, "protocols", object.protocols);
}

void to_json(Json& json, const SessionSummary& object) {
  json = Json::object();
  json["id"] = object.id;
  json["created_at"] = object.created_at;
  json["sport"] = object.sport;
  if (object.athlete_id) json["athlete_id"] = *object.athlete_id;
  json["ended"] = object.ended;
  json["reps"] = object.reps;
}
void from_json(const Json& json, SessionSummary& object) {
  Read(json, "id", object.id);
  Read(json, "created_at", object.created_at);
  Read(json, "sport", object.sport);
  Read(json, "athlete_id", object.athlete_id);
  Read(json, "ended", object.ended);
  Read(json, "reps", object.reps);
}

void to_json(Json& json, const Event& object) {
  json = Json::object();
  json["id"] = object.id;
  json["type"] = object.type;
  json["created_at"] = object.created_at;
  json["test"] = object.test;
  json["data"] = object.data;
}
void from_json(const Json& json, Event& object) {
  Read(json, "id", object.id);
  Read(json, "type", object.type);
  Read(json, "created_at", object.created_at);
  Read(json, "test", object.test);
  Read(json, "data", object.data);
}

void to_json(Json& json, const WebhookEndpointInput& object) {
  json = Json::object();
  json["url"] = object.url;
  if (object.event_types) json["event_types"] = *object.event_types;
  if (object.description) json["description"] = *object.description;
}
void from_json(const Json& json, WebhookEndpointInput& object) {
  Read(json, "url", object.url);
  Read(json, "event_types", object.event_types);
  Read(json, "description", object.description);
}

void to_json(Json& json, const WebhookEndpoint& object) {
  json = Json::object();
  json["id"] = object.id;
  json["created_at"] = object.created_at;
  json["test"] = object.test;
  json["url"] = object.url;
  json["event_types"] = object.event_types;
  if (object.description) json["description"] = *object.description;
  json["enabled"] = object.enabled;
  if (object.disabled_reason) json["disabled_reason"] = *object.disabled_reason;
}
void from_json(const Json& json, WebhookEndpoint& object) {
  Read(json, "id", object.id);
  Read(json, "created_at", object.created_at);
  Read(json, "test", object.test);
  Read(json, "url", object.url);
  Read(json, "event_types", object.event_types);
  Read(json, "description", object.description);
  Read(json, "enabled", object.enabled);
  Read(json, "disabled_reason", object.disabled_reason);
}

void to_json(Json& json, const WebhookEndpointCreated& object) {
  json = Json::object();
  json["id"] = object.id;
  json["created_at"] = object.created_at;
  json["test"] = object.test;
  json["url"] = object.url;
  json["event_types"] = object.event_types;
  if (object.description) json["description"] = *object.description;
  json["enabled"] = object.enabled;
  if (object.disabled_reason) json["disabled_reason"] = *object.disabled_reason;
  json["secret"] = object.secret;
}
void from_json(const Json& json, WebhookEndpointCreated& object) {
  Read(json, "id", object.id);
  Read(json, "created_at", object.created_at);
  Read(json, "test", object.test);
  Read(json, "url", object.url);
  Read(json, "event_types", object.event_types);
  Read(json, "description", object.description);
  Read(json, "enabled", object.enabled);
  Read(json, "disabled_reason", object.disabled_reason);
  Read(json, "secret", object.secret);
}

void to_json(Json& json, const WebhookDelivery& object) {
  json = Json::object();
  json["id"] = object.id;
  json["event_id"] = object.event_id;
  json["event_type"] = object.event_type;
  json["status"] = object.status;
  json["attempts"] = object.attempts;
  if (object.last_attempt_at) json["last_attempt_at"] = *object.last_attempt_at;
  if (object.next_attempt_at) json["next_attempt_at"] = *object.next_attempt_at;
  if (object.response_status) json["response_status"] = *object.response_status;
  if (object.error) json["error"] = *object.error;
}
void from_json(const Json& json, WebhookDelivery& object) {
  Read(json, "id", object.id);
  Read(json, "event_id", object.event_id);
  Read(json, "event_type", object.event_type);
  Read(json, "status", object.status);
  Read(json, "attempts", object.attempts);
  Read(json, "last_attempt_at", object.last_attempt_at);
  Read(json, "next_attempt_at", object.next_attempt_at);
  Read(json, "response_status", object.response_status);
  Read(json, "error", object.error);
}

void to_json(Json& json, const ApiKeyInput& object) {
  json = Json::object();
  json["name"] = object.name;
  if (object.scopes) json["scopes"] = *object.scopes;
  if (object.expires_at) json["expires_at"] = *object.expires_at;
  json["test"] = object.test;
}
void from_json(const Json& json, ApiKeyInput& object) {
  Read(json, "name", object.name);
  Read(json, "scopes", object.scopes);
  Read(json, "expires_at", object.expires_at);
  Read(json, "test", object.test);
}

void to_json(Json& json, const ApiKey& object) {
  json = Json::object();
  json["id"] = object.id;
  json["created_at"] = object.created_at;
  json["name"] = object.name;
  json["hint"] = object.hint;
  json["scopes"] = object.scopes;
  json["test"] = object.test;
  json["status"] = object.status;
  if (object.expires_at) json["expires_at"] = *object.expires_at;
  if (object.last_used_at) json["last_used_at"] = *object.last_used_at;
}
void from_json(const Json& json, ApiKey& object) {
  Read(json, "id", object.id);
  Read(json, "created_at", object.created_at);
  Read(json, "name", object.name);
  Read(json, "hint", object.hint);
  Read(json, "scopes", object.scopes);
  Read(json, "test", object.test);
  Read(json, "status", object.status);
  Read(json, "expires_at", object.expires_at);
  Read(json, "last_used_at", object.last_used_at);
}

void to_json(Json& json, const ApiKeyCreated& object) {
  json = Json::object();
  json["id"] = object.id;
  json["created_at"] = object.created_at;
  json["name"] = object.name;
  json["hint"] = object.hint;
  json["scopes"] = object.scopes;
  json["test"] = object.test;
  json["status"] = object.status;
  if (object.expires_at) json["expires_at"] = *object.expires_at;
  if (object.last_used_at) json["last_used_at"] = *object.last_used_at;
  json["key"] = object.key;
}
void from_json(const Json& json, ApiKeyCreated& object) {
  Read(json, "id", object.id);
  Read(json, "created_at", object.created_at);
  Read(json, "name", object.name);
  Read(json, "hint", object.hint);
  Read(json, "scopes", object.scopes);
  Read(json, "test", object.test);
  Read(json, "status", object.status);
  Read(json, "expires_at", object.expires_at);
  Read(json, "last_used_at", object.last_used_at);
  Read(json, "key", object.key);
}

void to_json(Json& json, const ApiKeyRotation& object) {
  json = Json::object();
  json["overlap_s"] = object.overlap_s;
}
void from_json(const Json& json, ApiKeyRotation& object) {
  Read(json, "overlap_s", object.overlap_s);
}

void to_json(Json& json, const Project& object) {
  json = Json::object();
  json["id"] = object.id;
  json["organization_id"] = object.organization_id;
  json["name"] = object.name;
  json["plan"] = object.plan;
  json["consent"] = object.consent;
  json["source_retention_s"] = object.source_retention_s;
}
void from_json(const Json& json, Project& object) {
  Read(json, "id", object.id);
  Read(json, "organization_id", object.organization_id);
  Read(json, "name", object.name);
  Read(json, "plan", object.plan);
  Read(json, "consent", object.consent);
  Read(json, "source_retention_s", object.source_retention_s);
}

void to_json(Json& json, const Quota& object) {
  json = Json::object();
  json["used"] = object.used;
  if (object.limit) json["limit"] = *object.limit;
}
void from_json(const Json& json, Quota& object) {
  Read(json, "used", object.used);
  Read(json, "limit", object.limit);
}

void to_json(Json& json, const Usage& object) {
  json = Json::object();
  json["period_start"] = object.period_start;
  json["period_end"] = object.period_end;
  json["plan"] = object.plan;
  json["analyses"] = object.analyses;
  json["live_sessions"] = object.live_sessions;
  json["webhook_endpoints"] = object.webhook_endpoints;
  if (object.upload_bytes) json["upload_bytes"] = *object.upload_bytes;
}
void from_json(const Json& json, Usage& object) {
  Read(json, "period_start", object.period_start);
  Read(json, "period_end", object.period_end);
  Read(json, "plan", object.plan);
  Read(json, "analyses", object.analyses);
  Read(json, "live_sessions", object.live_sessions);
  Read(json, "webhook_endpoints", object.webhook_endpoints);
  Read(json, "upload_bytes", object.upload_bytes);
}

void to_json(Json& json, const AuditEntry& object) {
  json = Json::object();
  json["id"] = object.id;
  json["at"] = object.at;
  json["actor"] = object.actor;
  json["action"] = object.action;
  json["target"] = object.target;
  if (object.request_id) json["request_id"] = *object.request_id;
}
void from_json(const Json& json, AuditEntry& object) {
  Read(json, "id", object.id);
  Read(json, "at", object.at);
  Read(json, "actor", object.actor);
  Read(json, "action", object.action);
  Read(json, "target", object.target);
  Read(json, "request_id", object.request_id);
}

void to_json(Json& json, const AthleteList& object) {
  json = Json::object();
  json["data"] = object.data;
  json["next_cursor"] = object.next_cursor ? Json(*object.next_cursor) : Json();
}
void from_json(const Json& json, AthleteList& object) {
  Read(json, "data", object.data);
  Read(json, "next_cursor", object.next_cursor);
}

void to_json(Json& json, const ConsentList& object) {
  json = Json::object();
  json["data"] = object.data;
  json["next_cursor"] = object.next_cursor ? Json(*object.next_cursor) : Json();
}
void from_json(const Json& json, ConsentList& object) {
  Read(json, "data", object.data);
  Read(json, "next_cursor", object.next_cursor);
}

void to_json(Json& json, const AnalysisList& object) {
  json = Json::object();
  json["data"] = object.data;
  json["next_cursor"] = object.next_cursor ? Json(*object.next_cursor) : Json();
}
void from_json(const Json& json, AnalysisList& object) {
  Read(json, "data", object.data);
  Read(json, "next_cursor", object.next_cursor);
}

void to_json(Json& json, const WebhookEndpointList& object) {
  json = Json::object();
  json["data"] = object.data;
  json["next_cursor"] = object.next_cursor ? Json(*object.next_cursor) : Json();
}
void from_json(const Json& json, WebhookEndpointList& object) {
  Read(json, "data", object.data);
  Read(json, "next_cursor", object.next_cursor);
}

void to_json(Json& json, const WebhookDeliveryList& object) {
  json = Json::object();
  json["data"] = object.data;
  json["next_cursor"] = object.next_cursor ? Json(*object.next_cursor) : Json();
}
void from_json(const Json& json, WebhookDeliveryList& object) {
  Read(json, "data", object.data);
  Read(json, "next_cursor", object.next_cursor);
}

void to_json(Json& json, const EventList& object) {
  json = Json::object();
  json["data"] = object.data;
  json["next_cursor"] = object.next_cursor ? Json(*object.next_cursor) : Json();
}
void from_json(const Json& json, EventList& object) {
  Read(json, "data", object.data);
  Read(json, "next_cursor", object.next_cursor);
}

void to_json(Json& json, const ApiKeyList& object) {
  json = Json::object();
  json["data"] = object.data;
  json["next_cursor"] = object.next_cursor ? Json(*object.next_cursor) : Json();
}
void from_json(const Json& json, ApiKeyList& object) {
  Read(json, "data", object.data);
  Read(json, "next_cursor", object.next_cursor);
}

void to_json(Json& json, const AuditEntryList& object) {
  json = Json::object();
  json["data"] = object.data;
  json["next_cursor"] = object.next_cursor ? Json(*object.next_cursor) : Json();
}
void from_json(const Json& json, AuditEntryList& object) {
  Read(json, "data", object.data);
  Read(json, "next_cursor", object.next_cursor);
}

void to_json(Json& json, const SessionList& object) {
  json = Json::object();
  json["data"] = object.data;
  json["next_cursor"] = object.next_cursor ? Json(*object.next_cursor) : Json();
}
void from_json(const Json& json, SessionList& object) {
  Read(json, "data", object.data);
  Read(json, "next_cursor", object.next_cursor);
}

// NOLINTEND(readability-identifier-naming)
}  // namespace plyo::service::contract
