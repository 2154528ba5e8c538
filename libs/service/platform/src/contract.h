// Made by tools/gen_openapi.py from contract/openapi.yaml; ./dev gen writes it anew.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plyo::service::contract {

using Json = nlohmann::ordered_json;

inline constexpr std::string_view kVersion = "2026-11-29";

inline constexpr std::array<std::string_view, 13> kScopes = {
    "athletes:read",  "athletes:write", "analyses:read",  "analyses:write", "sessions:read",
    "sessions:write", "webhooks:read",  "webhooks:write", "keys:read",      "keys:write",
    "project:read",   "project:write",  "catalogue:read"};

inline constexpr std::array<std::string_view, 7> kEventTypes = {
    "analysis.completed", "analysis.failed",           "analysis.cancelled", "rep.recorded",
    "session.ended",      "webhook_endpoint.disabled", "athlete.deleted"};

enum class OperationId : std::uint8_t {
  kListAthletes,
  kCreateAthlete,
  kGetAthlete,
  kUpdateAthlete,
  kDeleteAthlete,
  kExportAthlete,
  kGetAthleteTrend,
  kListConsents,
  kCreateConsent,
  kWithdrawConsent,
  kListAnalyses,
  kCreateAnalysis,
  kGetAnalysis,
  kDeleteAnalysis,
  kCancelAnalysis,
  kGetAnalysisResult,
  kStreamAnalysis,
  kGetAnalysisFile,
  kCreateUpload,
  kGetUpload,
  kDeleteUpload,
  kPutUploadPart,
  kCreateSessionTicket,
  kListSessions,
  kGetSession,
  kDeleteSession,
  kGetSessionFile,
  kListWebhookEndpoints,
  kCreateWebhookEndpoint,
  kGetWebhookEndpoint,
  kUpdateWebhookEndpoint,
  kDeleteWebhookEndpoint,
  kRotateWebhookSecret,
  kListWebhookDeliveries,
  kListEvents,
  kGetEvent,
  kReplayEvent,
  kListApiKeys,
  kCreateApiKey,
  kGetApiKey,
  kRevokeApiKey,
  kRotateApiKey,
  kGetProject,
  kUpdateProject,
  kGetUsage,
  kListAuditLog,
  kGetCatalogue,
};

struct Operation {
  OperationId id;
  std::string_view name;  ///< operationId
  std::string_view method;
  std::string_view path;    ///< with {parameters}
  std::string_view scope;   ///< that a key needs
  std::string_view body;    ///< name of the schema of a JSON body; empty: none
  std::string_view types;   ///< content types of the body, with spaces
  bool repeatable;          ///< takes an Idempotency-Key
  bool tagged;              ///< answers with the ETag of an object
  std::string_view needed;  ///< names in the query that must not be left out, with spaces
};

inline constexpr std::array<Operation, 47> kOperations = {{
    {OperationId::kListAthletes, "list_athletes", "GET", "/v1/athletes", "athletes:read", "", "",
     false, false, ""},
    {OperationId::kCreateAthlete, "create_athlete", "POST", "/v1/athletes", "athletes:write",
     "athlete_input", "application/json", true, true, ""},
    {OperationId::kGetAthlete, "get_athlete", "GET", "/v1/athletes/{athlete_id}", "athletes:read",
     "", "", false, true, ""},
    {OperationId::kUpdateAthlete, "update_athlete", "PATCH", "/v1/athletes/{athlete_id}",
     "athletes:write", "athlete_patch", "application/json", false, true, ""},
    {OperationId::kDeleteAthlete, "delete_athlete", "DELETE", "/v1/athletes/{athlete_id}",
     "athletes:write", "", "", false, false, ""},
    {OperationId::kExportAthlete, "export_athlete", "GET", "/v1/athletes/{athlete_id}/export",
     "athletes:read", "", "", false, false, ""},
    {OperationId::kGetAthleteTrend, "get_athlete_trend", "GET", "/v1/athletes/{athlete_id}/trends",
     "athletes:read", "", "", false, false, "sport metric"},
    {OperationId::kListConsents, "list_consents", "GET", "/v1/athletes/{athlete_id}/consents",
     "athletes:read", "", "", false, false, ""},
    {OperationId::kCreateConsent, "create_consent", "POST", "/v1/athletes/{athlete_id}/consents",
     "athletes:write", "consent_input", "application/json", true, false, ""},
    {OperationId::kWithdrawConsent, "withdraw_consent", "DELETE",
     "/v1/athletes/{athlete_id}/consents/{consent_id}", "athletes:write", "", "", false, false, ""},
    {OperationId::kListAnalyses, "list_analyses", "GET", "/v1/analyses", "analyses:read", "", "",
     false, false, ""},
    {OperationId::kCreateAnalysis, "create_analysis", "POST", "/v1/analyses", "analyses:write",
     "analysis_input", "application/json multipart/form-data", true, true, ""},
    {OperationId::kGetAnalysis, "get_analysis", "GET", "/v1/analyses/{analysis_id}",
     "analyses:read", "", "", false, true, ""},
    {OperationId::kDeleteAnalysis, "delete_analysis", "DELETE", "/v1/analyses/{analysis_id}",
     "analyses:write", "", "", false, false, ""},
    {OperationId::kCancelAnalysis, "cancel_analysis", "POST", "/v1/analyses/{analysis_id}/cancel",
     "analyses:write", "", "", true, true, ""},
    {OperationId::kGetAnalysisResult, "get_analysis_result", "GET",
     "/v1/analyses/{analysis_id}/result", "analyses:read", "", "", false, true, ""},
    {OperationId::kStreamAnalysis, "stream_analysis", "GET", "/v1/analyses/{analysis_id}/events",
     "analyses:read", "", "", false, false, ""},
    {OperationId::kGetAnalysisFile, "get_analysis_file", "GET",
     "/v1/analyses/{analysis_id}/files/{file_name}", "analyses:read", "", "", false, false, ""},
    {OperationId::kCreateUpload, "create_upload", "POST", "/v1/uploads", "analyses:write",
     "upload_input", "application/json", true, false, ""},
    {OperationId::kGetUpload, "get_upload", "GET", "/v1/uploads/{upload_id}", "analyses:read", "",
     "", false, false, ""},
    {OperationId::kDeleteUpload, "delete_upload", "DELETE", "/v1/uploads/{upload_id}",
     "analyses:write", "", "", false, false, ""},
    {OperationId::kPutUploadPart, "put_upload_part", "PUT",
     "/v1/uploads/{upload_id}/parts/{part_number}", "analyses:write", "",
     "application/octet-stream", false, false, ""},
    {OperationId::kCreateSessionTicket, "create_session_ticket", "POST", "/v1/session_tickets",
     "sessions:write", "session_ticket_input", "application/json", true, false, ""},
    {OperationId::kListSessions, "list_sessions", "GET", "/v1/sessions", "sessions:read", "", "",
     false, false, ""},
    {OperationId::kGetSession, "get_session", "GET", "/v1/sessions/{session_id}", "sessions:read",
     "", "", false, false, ""},
    {OperationId::kDeleteSession, "delete_session", "DELETE", "/v1/sessions/{session_id}",
     "sessions:write", "", "", false, false, ""},
    {OperationId::kGetSessionFile, "get_session_file", "GET",
     "/v1/sessions/{session_id}/files/{file_name}", "sessions:read", "", "", false, false, ""},
    {OperationId::kListWebhookEndpoints, "list_webhook_endpoints", "GET", "/v1/webhook_endpoints",
     "webhooks:read", "", "", false, false, ""},
    {OperationId::kCreateWebhookEndpoint, "create_webhook_endpoint", "POST",
     "/v1/webhook_endpoints", "webhooks:write", "webhook_endpoint_input", "application/json", true,
     false, ""},
    {OperationId::kGetWebhookEndpoint, "get_webhook_endpoint", "GET",
     "/v1/webhook_endpoints/{webhook_endpoint_id}", "webhooks:read", "", "", false, true, ""},
    {OperationId::kUpdateWebhookEndpoint, "update_webhook_endpoint", "PATCH",
     "/v1/webhook_endpoints/{webhook_endpoint_id}", "webhooks:write", "webhook_endpoint_patch",
     "application/json", false, true, ""},
    {OperationId::kDeleteWebhookEndpoint, "delete_webhook_endpoint", "DELETE",
     "/v1/webhook_endpoints/{webhook_endpoint_id}", "webhooks:write", "", "", false, false, ""},
    {OperationId::kRotateWebhookSecret, "rotate_webhook_secret", "POST",
     "/v1/webhook_endpoints/{webhook_endpoint_id}/rotate_secret", "webhooks:write", "", "", true,
     false, ""},
    {OperationId::kListWebhookDeliveries, "list_webhook_deliveries", "GET",
     "/v1/webhook_endpoints/{webhook_endpoint_id}/deliveries", "webhooks:read", "", "", false,
     false, ""},
    {OperationId::kListEvents, "list_events", "GET", "/v1/events", "webhooks:read", "", "", false,
     false, ""},
    {OperationId::kGetEvent, "get_event", "GET", "/v1/events/{event_id}", "webhooks:read", "", "",
     false, false, ""},
    {OperationId::kReplayEvent, "replay_event", "POST", "/v1/events/{event_id}/replay",
     "webhooks:write", "", "", true, false, ""},
    {OperationId::kListApiKeys, "list_api_keys", "GET", "/v1/api_keys", "keys:read", "", "", false,
     false, ""},
    {OperationId::kCreateApiKey, "create_api_key", "POST", "/v1/api_keys", "keys:write",
     "api_key_input", "application/json", true, false, ""},
    {OperationId::kGetApiKey, "get_api_key", "GET", "/v1/api_keys/{api_key_id}", "keys:read", "",
     "", false, false, ""},
    {OperationId::kRevokeApiKey, "revoke_api_key", "DELETE", "/v1/api_keys/{api_key_id}",
     "keys:write", "", "", false, false, ""},
    {OperationId::kRotateApiKey, "rotate_api_key", "POST", "/v1/api_keys/{api_key_id}/rotate",
     "keys:write", "api_key_rotation", "application/json", true, false, ""},
    {OperationId::kGetProject, "get_project", "GET", "/v1/project", "project:read", "", "", false,
     true, ""},
    {OperationId::kUpdateProject, "update_project", "PATCH", "/v1/project", "project:write",
     "project_patch", "application/json", false, true, ""},
    {OperationId::kGetUsage, "get_usage", "GET", "/v1/usage", "project:read", "", "", false, false,
     ""},
    {OperationId::kListAuditLog, "list_audit_log", "GET", "/v1/audit_log", "project:read", "", "",
     false, false, ""},
    {OperationId::kGetCatalogue, "get_catalogue", "GET", "/v1/catalogue", "catalogue:read", "", "",
     false, true, ""},
}};

// Objects. What is not said is left out of JSON; texts and numbers were checked before they are
// read. NOLINTBEGIN(readability-identifier-naming,bugprone-exception-escape): nlohmann::json looks
// for these names; a Json may be moved.

/// An athlete to be added.
struct AthleteInput {
  std::optional<std::string> external_id{};
  std::optional<std::string> name{};  ///< As it shall stand in reports.
  std::optional<double> height_m{};   ///< Standing height, m; gives the scale of pictures.
  std::optional<double> mass_kg{};    ///< Body mass, kg; gives power and force.
  std::optional<std::string> sex{};
  std::optional<std::string> birth_date{};  ///< Tells a minor.
  std::optional<std::map<std::string, std::string>> metadata{};
};
void to_json(Json& json, const AthleteInput& object);
void from_json(const Json& json, AthleteInput& object);

/// A person who is measured.
struct Athlete {
  std::string id{};
  std::string created_at{};
  std::string updated_at{};
  bool test = false;  ///< Made with a key of test mode.
  std::optional<std::string> external_id{};
  std::optional<std::string> name{};  ///< As it shall stand in reports.
  std::optional<double> height_m{};   ///< Standing height, m.
  std::optional<double> mass_kg{};    ///< Body mass, kg.
  std::optional<std::string> sex{};
  std::optional<std::string> birth_date{};  ///< Tells a minor.
  std::optional<std::map<std::string, std::string>> metadata{};
};
void to_json(Json& json, const Athlete& object);
void from_json(const Json& json, Athlete& object);

/// A consent.
struct Consent {
  std::string id{};
  std::string athlete_id{};
  std::string given_by{};  ///< Who agreed.
  bool guardian = false;   ///< Whether that is the guardian of a minor.
  std::string given_at{};
  std::optional<std::string> withdrawn_at{};
  std::optional<std::string> text{};  ///< What was agreed to.
};
void to_json(Json& json, const Consent& object);
void from_json(const Json& json, Consent& object);

/// What is known of the person, where there is no athlete; goes before what the athlete says.
struct AnalysisAthlete {
  std::optional<double> height_m{};  ///< Standing height, m.
  std::optional<double> mass_kg{};   ///< Body mass, kg.
  std::optional<std::string> sex{};
};
void to_json(Json& json, const AnalysisAthlete& object);
void from_json(const Json& json, AnalysisAthlete& object);

/// What was given.
struct AnalysisSource {
  std::string type{};
  std::optional<std::int64_t> bytes{};  ///< Size, once known.
  std::optional<std::string> deleted_at{};
};
void to_json(Json& json, const AnalysisSource& object);
void from_json(const Json& json, AnalysisSource& object);

/// Why it failed.
struct Failure {
  std::string code{};    ///< Stable id, as in the error reference.
  std::string detail{};  ///< What is wrong, and where.
  std::string remedy{};  ///< What to do about it.
};
void to_json(Json& json, const Failure& object);
void from_json(const Json& json, Failure& object);

/// A file of the analysis.
struct AnalysisFile {
  std::string name{};
  std::string content_type{};  ///< MIME type.
  std::int64_t bytes = 0;      ///< Size.
  std::string sha256{};        ///< Digest, hex.
};
void to_json(Json& json, const AnalysisFile& object);
void from_json(const Json& json, AnalysisFile& object);

/// One video or table of landmarks that is measured.
struct Analysis {
  std::string id{};
  std::string created_at{};
  std::optional<std::string> started_at{};
  std::optional<std::string> finished_at{};
  bool test = false;  ///< Made with a key of test mode.
  std::string sport{};
  std::optional<std::string> athlete_id{};
  std::optional<AnalysisAthlete> athlete{};
  std::optional<std::string> model{};
  std::optional<double> capture_fps{};                        ///< True rate of capture, frames/s.
  std::optional<std::map<std::string, double>> parameters{};  ///< Parameters of the sport.
  std::vector<std::string> outputs{};
  std::optional<bool> blur_faces{};       ///< Whether faces are made unrecognisable.
  bool keep_source = false;               ///< Whether the video is kept.
  std::optional<std::string> priority{};  ///< Whether it waits for others.
  std::optional<std::map<std::string, std::string>> metadata{};
  AnalysisSource source{};  ///< What was given.
  std::string status{};
  double progress = 0;  ///< Share that is done.
  std::optional<Failure> error{};
  std::vector<AnalysisFile> files{};
};
void to_json(Json& json, const Analysis& object);
void from_json(const Json& json, Analysis& object);

struct AthleteExportAnalyses {
  Analysis analysis{};
  std::vector<std::string> paths{};  ///< Where its files are given; the video, `source.bin`, is
                                     ///< among them while it is stored.
  std::optional<Json> result{};
};
void to_json(Json& json, const AthleteExportAnalyses& object);
void from_json(const Json& json, AthleteExportAnalyses& object);

/// Everything that is stored about an athlete.
struct AthleteExport {
  std::string schema = "plyo.athlete_export/1";  ///< Kind and version of the document.
  std::string exported_at{};
  Athlete athlete{};
  std::vector<Consent> consents{};
  std::vector<AthleteExportAnalyses> analyses{};
  std::vector<Json> sessions{};
};
void to_json(Json& json, const AthleteExport& object);
void from_json(const Json& json, AthleteExport& object);

struct TrendPoints {
  std::string source_id{};  ///< The analysis or session.
  std::string at{};
  double mean = 0;            ///< Mean over the repetitions.
  double max = 0;             ///< Largest repetition.
  double min = 0;             ///< Smallest repetition.
  std::optional<double> u{};  ///< Standard uncertainty of the mean, where every repetition has one.
  std::int64_t count = 0;     ///< How many repetitions.
};
void to_json(Json& json, const TrendPoints& object);
void from_json(const Json& json, TrendPoints& object);

/// One metric of one sport over time, oldest first.
struct Trend {
  std::string athlete_id{};
  std::string sport{};
  std::string metric{};
  std::optional<std::string> unit{};  ///< Unit of the values, absent where there is no point.
  std::vector<TrendPoints> points{};
};
void to_json(Json& json, const Trend& object);
void from_json(const Json& json, Trend& object);

/// A consent to be recorded.
struct ConsentInput {
  std::string given_by{};  ///< Who agreed: the athlete, or the guardian of a minor.
  bool guardian = false;   ///< Whether that is the guardian of a minor.
  std::optional<std::string> given_at{};
  std::optional<std::string> text{};  ///< What was agreed to.
};
void to_json(Json& json, const ConsentInput& object);
void from_json(const Json& json, ConsentInput& object);

/// What to measure in the video of the same request.
struct AnalysisForm {
  std::string sport{};
  std::optional<std::string> athlete_id{};
  std::optional<AnalysisAthlete> athlete{};
  std::optional<std::string> model{};
  std::optional<double> capture_fps{};  ///< True rate of capture of a slow-motion file, frames/s.
  std::optional<std::map<std::string, double>>
      parameters{};  ///< Parameters of the sport by id, as the catalogue lists them.
  std::optional<std::vector<std::string>>
      outputs{};             ///< Files to make; without it the report and the metrics.
  bool blur_faces = false;   ///< Make faces unrecognisable in report and annotated video.
  bool keep_source = false;  ///< Keep the video; else it is deleted 24 hours after the analysis.
  std::string priority = "normal";  ///< `low` waits until nothing else does.
  std::optional<std::map<std::string, std::string>> metadata{};
};
void to_json(Json& json, const AnalysisForm& object);
void from_json(const Json& json, AnalysisForm& object);

/// What to measure, and in what.
struct AnalysisInput {
  std::string sport{};
  std::optional<std::string> athlete_id{};
  std::optional<AnalysisAthlete> athlete{};
  std::optional<std::string> model{};
  std::optional<double> capture_fps{};  ///< True rate of capture of a slow-motion file, frames/s.
  std::optional<std::map<std::string, double>>
      parameters{};  ///< Parameters of the sport by id, as the catalogue lists them.
  std::optional<std::vector<std::string>>
      outputs{};             ///< Files to make; without it the report and the metrics.
  bool blur_faces = false;   ///< Make faces unrecognisable in report and annotated video.
  bool keep_source = false;  ///< Keep the video; else it is deleted 24 hours after the analysis.
  std::string priority = "normal";  ///< `low` waits until nothing else does.
  std::optional<std::map<std::string, std::string>> metadata{};
  Json source{};
};
void to_json(Json& json, const AnalysisInput& object);
void from_json(const Json& json, AnalysisInput& object);

/// An upload to be begun.
struct UploadInput {
  std::int64_t bytes = 0;             ///< Size of the whole file.
  std::int64_t part_bytes = 8388608;  ///< Size of every part but the last.
  std::optional<std::string>
      sha256{};  ///< Digest of the whole file, hex: checked when all parts are there. Where it is
                 ///< another one, the last part is answered by `invalid_argument`, and all parts
                 ///< are to be sent again.
};
void to_json(Json& json, const UploadInput& object);
void from_json(const Json& json, UploadInput& object);

/// A file that comes in parts.
struct Upload {
  std::string id{};
  std::string created_at{};
  std::string expires_at{};
  std::string status{};  ///< `complete`: an analysis may take it. `used`: one has; the upload goes
                         ///< with that one's source.
  std::int64_t bytes = 0;               ///< Size of the whole file.
  std::int64_t part_bytes = 0;          ///< Size of every part but the last.
  std::optional<std::string> sha256{};  ///< Digest that was announced, hex.
  std::vector<std::int64_t> parts{};    ///< Numbers of the parts that have come.
};
void to_json(Json& json, const Upload& object);
void from_json(const Json& json, Upload& object);

/// For whom the socket shall be.
struct SessionTicketInput {
  std::optional<std::string> athlete_id{};
};
void to_json(Json& json, const SessionTicketInput& object);
void from_json(const Json& json, SessionTicketInput& object);

/// Opens one socket.
struct SessionTicket {
  std::string ticket{};  ///< The ticket.
  std::string expires_at{};
  std::string url{};                     ///< Path of the socket, on the same host.
  std::vector<std::string> protocols{};  ///< Sub-protocols to offer.
};
void to_json(Json& json, const SessionTicket& object);
void from_json(const Json& json, SessionTicket& object);

/// A live session in a list.
struct SessionSummary {
  std::string id{};
  std::string created_at{};
  std::string sport{};
  std::optional<std::string> athlete_id{};
  bool ended = false;     ///< Whether it is over.
  std::int64_t reps = 0;  ///< Confirmed repetitions.
};
void to_json(Json& json, const SessionSummary& object);
void from_json(const Json& json, SessionSummary& object);

/// Something that happened.
struct Event {
  std::string id{};
  std::string type{};
  std::string created_at{};
  bool test = false;  ///< Of test mode.
  Json data{};        ///< The analysis; or `session_id`, `athlete_id` and `rep`; or the endpoint.
};
void to_json(Json& json, const Event& object);
void from_json(const Json& json, Event& object);

/// Where events shall be sent.
struct WebhookEndpointInput {
  std::string url{};                                      ///< https, to a public address.
  std::optional<std::vector<std::string>> event_types{};  ///< Which events; without it all.
  std::optional<std::string> description{};               ///< For people.
};
void to_json(Json& json, const WebhookEndpointInput& object);
void from_json(const Json& json, WebhookEndpointInput& object);

/// Where events are sent.
struct WebhookEndpoint {
  std::string id{};
  std::string created_at{};
  bool test = false;                             ///< Gets the events of test mode.
  std::string url{};                             ///< The address.
  std::vector<std::string> event_types{};        ///< Which events.
  std::optional<std::string> description{};      ///< For people.
  bool enabled = false;                          ///< Whether events are sent.
  std::optional<std::string> disabled_reason{};  ///< Why it was disabled.
};
void to_json(Json& json, const WebhookEndpoint& object);
void from_json(const Json& json, WebhookEndpoint& object);

/// An endpoint with its secret, which is shown this once.
struct WebhookEndpointCreated {
  std::string id{};
  std::string created_at{};
  bool test = false;                             ///< Gets the events of test mode.
  std::string url{};                             ///< The address.
  std::vector<std::string> event_types{};        ///< Which events.
  std::optional<std::string> description{};      ///< For people.
  bool enabled = false;                          ///< Whether events are sent.
  std::optional<std::string> disabled_reason{};  ///< Why it was disabled.
  std::string secret{};                          ///< `whsec_` and base64, for checking signatures.
};
void to_json(Json& json, const WebhookEndpointCreated& object);
void from_json(const Json& json, WebhookEndpointCreated& object);

/// One event on its way to one endpoint.
struct WebhookDelivery {
  std::string id{};  ///< Id of the delivery.
  std::string event_id{};
  std::string event_type{};
  std::string status{};       ///< `failed`: given up.
  std::int64_t attempts = 0;  ///< How often it was tried.
  std::optional<std::string> last_attempt_at{};
  std::optional<std::string> next_attempt_at{};
  std::optional<std::int64_t> response_status{};  ///< HTTP status of the last answer.
  std::optional<std::string> error{};  ///< Why the last try failed, where nothing was answered.
};
void to_json(Json& json, const WebhookDelivery& object);
void from_json(const Json& json, WebhookDelivery& object);

/// A key to be made.
struct ApiKeyInput {
  std::string name{};                                ///< What it is for.
  std::optional<std::vector<std::string>> scopes{};  ///< Without it those of the caller.
  std::optional<std::string> expires_at{};
  bool test = false;  ///< A key of test mode.
};
void to_json(Json& json, const ApiKeyInput& object);
void from_json(const Json& json, ApiKeyInput& object);

/// A key without its secret.
struct ApiKey {
  std::string id{};
  std::string created_at{};
  std::string name{};                 ///< What it is for.
  std::string hint{};                 ///< Its mode and the end of its id, to tell it from others.
  std::vector<std::string> scopes{};  ///< What it may do.
  bool test = false;                  ///< A key of test mode.
  std::string status{};               ///< Whether it opens anything.
  std::optional<std::string> expires_at{};
  std::optional<std::string> last_used_at{};
};
void to_json(Json& json, const ApiKey& object);
void from_json(const Json& json, ApiKey& object);

/// A key, which is shown this once.
struct ApiKeyCreated {
  std::string id{};
  std::string created_at{};
  std::string name{};                 ///< What it is for.
  std::string hint{};                 ///< Its mode and the end of its id, to tell it from others.
  std::vector<std::string> scopes{};  ///< What it may do.
  bool test = false;                  ///< A key of test mode.
  std::string status{};               ///< Whether it opens anything.
  std::optional<std::string> expires_at{};
  std::optional<std::string> last_used_at{};
  std::string key{};  ///< The key.
};
void to_json(Json& json, const ApiKeyCreated& object);
void from_json(const Json& json, ApiKeyCreated& object);

/// How long the old key holds.
struct ApiKeyRotation {
  std::int64_t overlap_s = 86400;  ///< Seconds that the old key still holds.
};
void to_json(Json& json, const ApiKeyRotation& object);
void from_json(const Json& json, ApiKeyRotation& object);

/// What the key belongs to.
struct Project {
  std::string id{};               ///< Id of the project.
  std::string organization_id{};  ///< Id of the organisation.
  std::string name{};             ///< Its name.
  std::string plan{};             ///< Id of the plan of the operator's file.
  std::string consent{};  ///< `required`: nothing of an athlete is analysed without consent.
  std::int64_t source_retention_s =
      0;  ///< Seconds that a video is kept after its analysis, unless it is kept by choice.
};
void to_json(Json& json, const Project& object);
void from_json(const Json& json, Project& object);

/// Used and allowed; no limit where the plan has none. A live session counts once, when it begins;
/// an analysis when it is accepted, and no more where it is cancelled or deleted before it has
/// begun or fails by the server's fault.
struct Quota {
  std::int64_t used = 0;
  std::optional<std::int64_t> limit{};
};
void to_json(Json& json, const Quota& object);
void from_json(const Json& json, Quota& object);

/// What was used this month (UTC), in the mode of the key.
struct Usage {
  std::string period_start{};
  std::string period_end{};
  std::string plan{};  ///< Id of the plan.
  Quota analyses{};
  Quota live_sessions{};
  Quota webhook_endpoints{};
  std::optional<Quota> upload_bytes{};
};
void to_json(Json& json, const Usage& object);
void from_json(const Json& json, Usage& object);

/// Something that was changed.
struct AuditEntry {
  std::string id{};  ///< Id of the entry.
  std::string at{};
  std::string actor{};   ///< Id of the key, `page`, or `operator`.
  std::string action{};  ///< Id of the operation, or what the server did by itself.
  std::string target{};  ///< Id of what was changed.
  std::optional<std::string> request_id{};  ///< Finds the request in the server's log.
};
void to_json(Json& json, const AuditEntry& object);
void from_json(const Json& json, AuditEntry& object);

/// A page of a list.
struct AthleteList {
  std::vector<Athlete> data{};
  std::optional<std::string> next_cursor{};  ///< `cursor` of the next page.
};
void to_json(Json& json, const AthleteList& object);
void from_json(const Json& json, AthleteList& object);

/// A page of a list.
struct ConsentList {
  std::vector<Consent> data{};
  std::optional<std::string> next_cursor{};  ///< `cursor` of the next page.
};
void to_json(Json& json, const ConsentList& object);
void from_json(const Json& json, ConsentList& object);

/// A page of a list.
struct AnalysisList {
  std::vector<Analysis> data{};
  std::optional<std::string> next_cursor{};  ///< `cursor` of the next page.
};
void to_json(Json& json, const AnalysisList& object);
void from_json(const Json& json, AnalysisList& object);

/// A page of a list.
struct WebhookEndpointList {
  std::vector<WebhookEndpoint> data{};
  std::optional<std::string> next_cursor{};  ///< `cursor` of the next page.
};
void to_json(Json& json, const WebhookEndpointList& object);
void from_json(const Json& json, WebhookEndpointList& object);

/// A page of a list.
struct WebhookDeliveryList {
  std::vector<WebhookDelivery> data{};
  std::optional<std::string> next_cursor{};  ///< `cursor` of the next page.
};
void to_json(Json& json, const WebhookDeliveryList& object);
void from_json(const Json& json, WebhookDeliveryList& object);

/// A page of a list.
struct EventList {
  std::vector<Event> data{};
  std::optional<std::string> next_cursor{};  ///< `cursor` of the next page.
};
void to_json(Json& json, const EventList& object);
void from_json(const Json& json, EventList& object);

/// A page of a list.
struct ApiKeyList {
  std::vector<ApiKey> data{};
  std::optional<std::string> next_cursor{};  ///< `cursor` of the next page.
};
void to_json(Json& json, const ApiKeyList& object);
void from_json(const Json& json, ApiKeyList& object);

/// A page of a list.
struct AuditEntryList {
  std::vector<AuditEntry> data{};
  std::optional<std::string> next_cursor{};  ///< `cursor` of the next page.
};
void to_json(Json& json, const AuditEntryList& object);
void from_json(const Json& json, AuditEntryList& object);

/// A page of a list.
struct SessionList {
  std::vector<SessionSummary> data{};
  std::optional<std::string> next_cursor{};  ///< `cursor` of the next page.
};
void to_json(Json& json, const SessionList& object);
void from_json(const Json& json, SessionList& object);

// NOLINTEND(readability-identifier-naming,bugprone-exception-escape)
}  // namespace plyo::service::contract
