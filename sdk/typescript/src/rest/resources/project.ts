import type { ApiPromise, PagePromise } from "../page.js";
import { path, type ConditionalOptions, type CreateOptions, type RequestOptions, type Transport, type UpdateOptions } from "../transport.js";
import type { ApiKey, ApiKeyCreated, ApiKeyInput, ApiKeyRotation, AuditEntry, Catalogue, Project, ProjectPatch, Usage } from "../types.js";
import type { ListParams } from "./athletes.js";

export class ApiKeys {
  constructor(private readonly transport: Transport) {}

  /** The answer holds the key, which is shown this once. It cannot have a scope that the caller lacks. */
  create(key: ApiKeyInput, options?: CreateOptions): ApiPromise<ApiKeyCreated> {
    return this.transport.json({ method: "POST", path: "/v1/api_keys", json: key, options });
  }

  list(params: ListParams = {}, options?: RequestOptions): PagePromise<ApiKey> {
    return this.transport.list({ method: "GET", path: "/v1/api_keys", query: { ...params }, options });
  }

  get(apiKeyId: string, options?: RequestOptions): ApiPromise<ApiKey> {
    return this.transport.json({ method: "GET", path: path`/v1/api_keys/${apiKeyId}`, options });
  }

  /** It opens nothing from here on. */
  revoke(apiKeyId: string, options?: RequestOptions): ApiPromise<void> {
    return this.transport.delete(path`/v1/api_keys/${apiKeyId}`, options);
  }

  /** A new key with the same scopes; the old one holds for the overlap. */
  rotate(apiKeyId: string, rotation: ApiKeyRotation = {}, options?: CreateOptions): ApiPromise<ApiKeyCreated> {
    return this.transport.json({ method: "POST", path: path`/v1/api_keys/${apiKeyId}/rotate`, json: rotation, options });
  }
}

/** What the key belongs to: its plan and its rules for personal data. */
export class ProjectResource {
  constructor(private readonly transport: Transport) {}

  get(options: ConditionalOptions): ApiPromise<Project | null>;
  get(options?: RequestOptions): ApiPromise<Project>;
  get(options?: RequestOptions): ApiPromise<Project | null> {
    return this.transport.json({ method: "GET", path: "/v1/project", options });
  }

  /** Only what is given changes. */
  update(patch: ProjectPatch, options?: UpdateOptions): ApiPromise<Project> {
    return this.transport.json({ method: "PATCH", path: "/v1/project", json: patch, options });
  }
}

export class UsageResource {
  constructor(private readonly transport: Transport) {}

  /** What the project has used this month, and what its plan allows. */
  get(options?: RequestOptions): ApiPromise<Usage> {
    return this.transport.json({ method: "GET", path: "/v1/usage", options });
  }
}

/** Who changed what. */
export class AuditLog {
  constructor(private readonly transport: Transport) {}

  list(params: ListParams = {}, options?: RequestOptions): PagePromise<AuditEntry> {
    return this.transport.list({ method: "GET", path: "/v1/audit_log", query: { ...params }, options });
  }
}

export class CatalogueResource {
  constructor(private readonly transport: Transport) {}

  /** Sports with their metrics, events, phases and parameters. */
  get(options: ConditionalOptions): ApiPromise<Catalogue | null>;
  get(options?: RequestOptions): ApiPromise<Catalogue>;
  get(options?: RequestOptions): ApiPromise<Catalogue | null> {
    return this.transport.json({ method: "GET", path: "/v1/catalogue", options });
  }
}
