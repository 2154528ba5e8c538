import type { ApiPromise, PagePromise } from "../page.js";
import { path, type CreateOptions, type RequestOptions, type Transport } from "../transport.js";
import type { Session, SessionSummary, SessionTicket, SessionTicketInput } from "../types.js";
import type { ListParams } from "./athletes.js";

/** Live sessions, afterwards. */
export class Sessions {
  constructor(private readonly transport: Transport) {}

  list(params: ListParams & { athlete_id?: string | undefined; sport?: string | undefined } = {}, options?: RequestOptions): PagePromise<SessionSummary> {
    return this.transport.list({ method: "GET", path: "/v1/sessions", query: { ...params }, options });
  }

  get(sessionId: string, options?: RequestOptions): ApiPromise<Session> {
    return this.transport.json({ method: "GET", path: path`/v1/sessions/${sessionId}`, options });
  }

  /** With its repetitions, result and events. One that goes on is refused: `ConflictError`. */
  delete(sessionId: string, options?: RequestOptions): ApiPromise<void> {
    return this.transport.delete(path`/v1/sessions/${sessionId}`, options);
  }

  /** `session.json`, `metrics.csv`, or `report.html` once it has ended: `.text()`, `.blob()` or the stream `.body` of what it gives. */
  file(sessionId: string, fileName: string, options?: RequestOptions): Promise<Response> {
    return this.transport.response({ method: "GET", path: path`/v1/sessions/${sessionId}/files/${fileName}`, accept: "*/*", options });
  }
}

/** Tickets for the socket, for pages that must not hold a key: `LiveClient` takes them by its option `ticket`. */
export class SessionTickets {
  constructor(private readonly transport: Transport) {}

  create(ticket: SessionTicketInput = {}, options?: CreateOptions): ApiPromise<SessionTicket> {
    return this.transport.json({ method: "POST", path: "/v1/session_tickets", json: ticket, options });
  }
}
