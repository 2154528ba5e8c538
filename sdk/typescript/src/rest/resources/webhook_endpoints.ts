import type { ApiPromise, PagePromise } from "../page.js";
import { path, type ConditionalOptions, type CreateOptions, type RequestOptions, type Transport, type UpdateOptions } from "../transport.js";
import type {
  EventType, PlyoEvent, WebhookDelivery, WebhookEndpoint, WebhookEndpointCreated, WebhookEndpointInput, WebhookEndpointPatch,
} from "../types.js";
import type { ListParams } from "./athletes.js";

/** Where events are sent. What comes there is checked by `webhooks.unwrap`. */
export class WebhookEndpoints {
  constructor(private readonly transport: Transport) {}

  /** The answer holds the secret, which is shown this once. */
  create(endpoint: WebhookEndpointInput, options?: CreateOptions): ApiPromise<WebhookEndpointCreated> {
    return this.transport.json({ method: "POST", path: "/v1/webhook_endpoints", json: endpoint, options });
  }

  list(params: ListParams = {}, options?: RequestOptions): PagePromise<WebhookEndpoint> {
    return this.transport.list({ method: "GET", path: "/v1/webhook_endpoints", query: { ...params }, options });
  }

  get(webhookEndpointId: string, options: ConditionalOptions): ApiPromise<WebhookEndpoint | null>;
  get(webhookEndpointId: string, options?: RequestOptions): ApiPromise<WebhookEndpoint>;
  get(webhookEndpointId: string, options?: RequestOptions): ApiPromise<WebhookEndpoint | null> {
    return this.transport.json({ method: "GET", path: path`/v1/webhook_endpoints/${webhookEndpointId}`, options });
  }

  /** Only what is given changes. One that was disabled goes on with `enabled: true`. */
  update(webhookEndpointId: string, patch: WebhookEndpointPatch, options?: UpdateOptions): ApiPromise<WebhookEndpoint> {
    return this.transport.json({ method: "PATCH", path: path`/v1/webhook_endpoints/${webhookEndpointId}`, json: patch, options });
  }

  delete(webhookEndpointId: string, options?: RequestOptions): ApiPromise<void> {
    return this.transport.delete(path`/v1/webhook_endpoints/${webhookEndpointId}`, options);
  }

  /** For 24 hours deliveries are signed with the old secret and the new one. */
  rotateSecret(webhookEndpointId: string, options?: CreateOptions): ApiPromise<WebhookEndpointCreated> {
    return this.transport.json({ method: "POST", path: path`/v1/webhook_endpoints/${webhookEndpointId}/rotate_secret`, options });
  }

  /** What was sent there, what it answered, and when it is tried again. */
  deliveries(webhookEndpointId: string, params: ListParams = {}, options?: RequestOptions): PagePromise<WebhookDelivery> {
    return this.transport.list({ method: "GET", path: path`/v1/webhook_endpoints/${webhookEndpointId}/deliveries`, query: { ...params }, options });
  }
}

/** What happened in the last thirty days. */
export class Events {
  constructor(private readonly transport: Transport) {}

  list(params: ListParams & { type?: EventType | undefined } = {}, options?: RequestOptions): PagePromise<PlyoEvent> {
    return this.transport.list({ method: "GET", path: "/v1/events", query: { ...params }, options });
  }

  get(eventId: string, options?: RequestOptions): ApiPromise<PlyoEvent> {
    return this.transport.json({ method: "GET", path: path`/v1/events/${eventId}`, options });
  }

  /** Sends it again, with the same id, to every endpoint that wants its type. */
  replay(eventId: string, options?: CreateOptions): ApiPromise<PlyoEvent> {
    return this.transport.json({ method: "POST", path: path`/v1/events/${eventId}/replay`, options });
  }
}
