import type { AnalysisDocument } from "plyo";

export interface MetricDescriptor {
  id: string;
  unit: string;
  label: string;
  decimals: number;
  headline: boolean;
  /** Which of two values is the better one. */
  better?: "more" | "less" | null;
  of_summary?: boolean;
  max?: number | null;
}

/** A number that the sport takes beside the athlete's. */
export interface ParameterDescriptor {
  id: string;
  unit: string;
  label: string;
  min: number;
  max: number;
}

/** When a figure is worth a word to the athlete. */
export interface CueDescriptor {
  id: string;
  text: string;
}

export interface SportDescriptor {
  id: string;
  label: string;
  repeats_steps?: boolean;
  metrics: MetricDescriptor[];
  parameters?: ParameterDescriptor[];
  cues?: CueDescriptor[];
}

/** The server's answer is another than success. */
export class Refused extends Error {
  constructor(readonly status: number) {
    super(String(status));
  }

  /** Whether no key, or none of this server, came along. */
  get isNotSignedIn(): boolean {
    return this.status === 401;
  }
}

/** An answer of success; throws Refused else. */
export function checked(answer: Response): Response {
  if (!answer.ok) throw new Refused(answer.status);
  return answer;
}

async function fetchJson(path: string): Promise<unknown> {
  return checked(await fetch(path, { headers: { accept: "application/json" } })).json();
}

/** What the server measures. */
export async function fetchCatalogue(): Promise<SportDescriptor[]> {
  return ((await fetchJson("/v1/catalogue")) as { sports: SportDescriptor[] }).sports;
}

/** A session as the server has stored it, live or over. */
export interface StoredSession {
  sport: string;
  /** Once it has ended. */
  result: AnalysisDocument | null;
}

export async function fetchSession(id: string): Promise<StoredSession> {
  return (await fetchJson(`/v1/sessions/${id}`)) as StoredSession;
}
