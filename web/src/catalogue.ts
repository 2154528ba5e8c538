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

export class NotSignedIn extends Error {}

/** An answer of success; throws NotSignedIn where no key, or none of this server, came along. */
export function checked(answer: Response): Response {
  if (answer.status === 401 || answer.status === 403) throw new NotSignedIn();
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  return answer;
}

async function fetchJson(path: string): Promise<unknown> {
  return checked(await fetch(path, { headers: { accept: "application/json" } })).json();
}

/** What the server measures. */
export async function fetchCatalogue(): Promise<SportDescriptor[]> {
  return ((await fetchJson("/v1/catalogue")) as { sports: SportDescriptor[] }).sports;
}

/** Of a session that the server has. */
export async function fetchSportOf(session: string): Promise<string> {
  return ((await fetchJson(`/v1/sessions/${session}`)) as { sport: string }).sport;
}
