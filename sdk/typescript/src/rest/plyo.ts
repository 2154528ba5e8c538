import { Analyses } from "./resources/analyses.js";
import { Athletes } from "./resources/athletes.js";
import { ApiKeys, AuditLog, CatalogueResource, ProjectResource, UsageResource } from "./resources/project.js";
import { Sessions, SessionTickets } from "./resources/sessions.js";
import { Uploads } from "./resources/uploads.js";
import { Events, WebhookEndpoints } from "./resources/webhook_endpoints.js";
import { Transport } from "./transport.js";

export interface PlyoOptions {
  /** `plyo_live_…` or `plyo_test_…`. Without it a page is known by its cookie. */
  apiKey?: string | undefined;
  /** The page's own server in browsers, else `http://127.0.0.1:8080`. */
  baseUrl?: string | undefined;
  /** Of each try, 60 s where it is not said; files have longer. */
  timeoutMs?: number | undefined;
  /** How often a request is sent again after it was lost or the server had no room, 2 where it is not said. */
  maxRetries?: number | undefined;
  fetch?: typeof globalThis.fetch | undefined;
  /** Sent with each request. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** The REST interface of a Plyo server. Clients know nothing of each other; one serves any number of calls at a time. */
export class Plyo {
  readonly baseUrl: string;
  readonly athletes: Athletes;
  readonly analyses: Analyses;
  readonly uploads: Uploads;
  readonly sessions: Sessions;
  readonly sessionTickets: SessionTickets;
  readonly webhookEndpoints: WebhookEndpoints;
  readonly events: Events;
  readonly apiKeys: ApiKeys;
  readonly project: ProjectResource;
  readonly usage: UsageResource;
  readonly auditLog: AuditLog;
  readonly catalogue: CatalogueResource;

  constructor(options: PlyoOptions = {}) {
    const transport = new Transport(options);
    this.baseUrl = transport.baseUrl;
    this.athletes = new Athletes(transport);
    this.analyses = new Analyses(transport);
    this.uploads = new Uploads(transport);
    this.sessions = new Sessions(transport);
    this.sessionTickets = new SessionTickets(transport);
    this.webhookEndpoints = new WebhookEndpoints(transport);
    this.events = new Events(transport);
    this.apiKeys = new ApiKeys(transport);
    this.project = new ProjectResource(transport);
    this.usage = new UsageResource(transport);
    this.auditLog = new AuditLog(transport);
    this.catalogue = new CatalogueResource(transport);
  }
}
