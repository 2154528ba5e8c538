export { Plyo, type PlyoOptions } from "./plyo.js";
export { ApiPromise, Page, PagePromise } from "./page.js";
export type { ConditionalOptions, CreateOptions, RequestOptions, UpdateOptions } from "./transport.js";
export type { FileSource } from "./files.js";
export {
  AnalysisCancelledError, AnalysisFailedError, ApiConnectionError, ApiError, ApiTimeoutError, InvalidAnswerError, PlyoError, ServerError, UploadError,
  WaitTimeoutError, WebhookSignatureError,
} from "./errors.js";
export * from "./error_classes.js";
export type * from "./types.js";
export type { Athletes, Consents, ListParams } from "./resources/athletes.js";
export type {
  Analyses, AnalysisInputSource, AnalysisListParams, AnalysisParams, AnalysisProgress, FileOptions, WaitOptions,
} from "./resources/analyses.js";
export type { UploadFileOptions, UploadProgress, Uploads } from "./resources/uploads.js";
export type { Sessions, SessionTickets } from "./resources/sessions.js";
export type { Events, WebhookEndpoints } from "./resources/webhook_endpoints.js";
export type { ApiKeys, AuditLog, CatalogueResource, ProjectResource, UsageResource } from "./resources/project.js";
export * as webhooks from "./webhooks.js";
export type { UnwrapOptions, WebhookHeaders } from "./webhooks.js";
