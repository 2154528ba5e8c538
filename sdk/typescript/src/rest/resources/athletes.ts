import type { ApiPromise, PagePromise } from "../page.js";
import { path, type ConditionalOptions, type CreateOptions, type RequestOptions, type Transport, type UpdateOptions } from "../transport.js";
import type { Athlete, AthleteExport, AthleteInput, AthletePatch, Consent, ConsentInput, Trend } from "../types.js";

export interface ListParams {
  /** Objects of a page, 20 where it is not said, at most 100. */
  limit?: number | undefined;
  /** `next_cursor` of the page before. */
  cursor?: string | undefined;
}

/** People who are measured, and their progress. */
export class Athletes {
  readonly consents: Consents;

  constructor(private readonly transport: Transport) {
    this.consents = new Consents(transport);
  }

  create(athlete: AthleteInput = {}, options?: CreateOptions): ApiPromise<Athlete> {
    return this.transport.json({ method: "POST", path: "/v1/athletes", json: athlete, options });
  }

  list(params: ListParams & { external_id?: string | undefined } = {}, options?: RequestOptions): PagePromise<Athlete> {
    return this.transport.list({ method: "GET", path: "/v1/athletes", query: { ...params }, options });
  }

  get(athleteId: string, options: ConditionalOptions): ApiPromise<Athlete | null>;
  get(athleteId: string, options?: RequestOptions): ApiPromise<Athlete>;
  get(athleteId: string, options?: RequestOptions): ApiPromise<Athlete | null> {
    return this.transport.json({ method: "GET", path: path`/v1/athletes/${athleteId}`, options });
  }

  /** Only what is given changes; null removes. */
  update(athleteId: string, patch: AthletePatch, options?: UpdateOptions): ApiPromise<Athlete> {
    return this.transport.json({ method: "PATCH", path: path`/v1/athletes/${athleteId}`, json: patch, options });
  }

  /** With every analysis, file, session and event of theirs, for good. */
  delete(athleteId: string, options?: RequestOptions): ApiPromise<void> {
    return this.transport.delete(path`/v1/athletes/${athleteId}`, options);
  }

  /** Everything that is stored about the athlete. */
  export(athleteId: string, options?: RequestOptions): ApiPromise<AthleteExport> {
    return this.transport.json({ method: "GET", path: path`/v1/athletes/${athleteId}/export`, options });
  }

  /** One metric of one sport over time, oldest first. */
  trend(athleteId: string, params: { sport: string; metric: string }, options?: RequestOptions): ApiPromise<Trend> {
    return this.transport.json({ method: "GET", path: path`/v1/athletes/${athleteId}/trends`, query: { ...params }, options });
  }
}

/** Who agreed, when, and who withdrew. */
export class Consents {
  constructor(private readonly transport: Transport) {}

  create(athleteId: string, consent: ConsentInput, options?: CreateOptions): ApiPromise<Consent> {
    return this.transport.json({ method: "POST", path: path`/v1/athletes/${athleteId}/consents`, json: consent, options });
  }

  list(athleteId: string, params: ListParams = {}, options?: RequestOptions): PagePromise<Consent> {
    return this.transport.list({ method: "GET", path: path`/v1/athletes/${athleteId}/consents`, query: { ...params }, options });
  }

  withdraw(athleteId: string, consentId: string, options?: RequestOptions): ApiPromise<Consent> {
    return this.transport.json({ method: "DELETE", path: path`/v1/athletes/${athleteId}/consents/${consentId}`, options });
  }
}
