import type { AnalysisDocument, RepMessage } from "../contract.js";
import type { components } from "../openapi.js";

type Schemas = components["schemas"];

export type Problem = Schemas["problem"];
export type Metadata = Schemas["metadata"];
export type Sex = Schemas["sex"];

export type Athlete = Schemas["athlete"];
export type AthleteInput = Schemas["athlete_input"];
export type AthletePatch = Schemas["athlete_patch"];
export type Trend = Schemas["trend"];
export type Consent = Schemas["consent"];
export type ConsentInput = Schemas["consent_input"];

export type Analysis = Schemas["analysis"];
export type AnalysisInput = Schemas["analysis_input"];
export type AnalysisForm = Schemas["analysis_form"];
export type AnalysisSource = Schemas["analysis_source"];
export type AnalysisAthlete = Schemas["analysis_athlete"];
export type AnalysisStatus = Schemas["analysis_status"];
export type AnalysisFile = Schemas["analysis_file"];
export type AnalysisFailure = Schemas["failure"];
export type OutputKind = Schemas["output_kind"];
export type PoseModel = Schemas["pose_model"];
export type FixtureName = Extract<AnalysisSource, { type: "fixture" }>["name"];

export type Upload = Schemas["upload"];
export type UploadInput = Schemas["upload_input"];

export type SessionTicket = Schemas["session_ticket"];
export type SessionTicketInput = Schemas["session_ticket_input"];
export type SessionSummary = Schemas["session_summary"];
export type Session = Omit<Schemas["session"], "reps" | "result"> & {
  /** Confirmed repetitions, as the live protocol had them. */
  reps: RepMessage[];
  /** Null until the session has ended. */
  result: AnalysisDocument | null;
};
export type AthleteExport = Omit<Schemas["athlete_export"], "analyses" | "sessions"> & {
  analyses: Array<{ analysis: Analysis; result?: AnalysisDocument }>;
  sessions: Session[];
};

export type EventType = Schemas["event_type"];
type EventOf<T extends EventType, D> = Omit<Schemas["event"], "type" | "data"> & { type: T; data: D };
/** What happened. The name `Event` is the DOM's. */
export type PlyoEvent =
  | EventOf<"analysis.completed" | "analysis.failed" | "analysis.cancelled", Analysis>
  | EventOf<"webhook_endpoint.disabled", WebhookEndpoint>
  | EventOf<"rep.recorded" | "session.ended" | "athlete.deleted", Record<string, unknown>>;
export type WebhookEndpoint = Schemas["webhook_endpoint"];
export type WebhookEndpointInput = Schemas["webhook_endpoint_input"];
export type WebhookEndpointPatch = Schemas["webhook_endpoint_patch"];
export type WebhookEndpointCreated = Schemas["webhook_endpoint_created"];
export type WebhookDelivery = Schemas["webhook_delivery"];

export type Scope = Schemas["scope"];
export type ApiKey = Schemas["api_key"];
export type ApiKeyInput = Schemas["api_key_input"];
export type ApiKeyCreated = Schemas["api_key_created"];
export type ApiKeyRotation = Schemas["api_key_rotation"];
export type Project = Schemas["project"];
export type ProjectPatch = Schemas["project_patch"];
export type Usage = Schemas["usage"];
export type Quota = Schemas["quota"];
export type AuditEntry = Schemas["audit_entry"];
export type Catalogue = Schemas["catalogue"];
