export interface MetricDescriptor {
  id: string;
  unit: string;
  label: string;
  decimals: number;
  headline: boolean;
  max?: number | null;
}

export interface SportDescriptor {
  id: string;
  label: string;
  metrics: MetricDescriptor[];
}

export class NotSignedIn extends Error {}

/** What the server measures. */
export async function fetchCatalogue(): Promise<SportDescriptor[]> {
  const answer = await fetch("/v1/catalogue", { headers: { accept: "application/json" } });
  if (answer.status === 401 || answer.status === 403) throw new NotSignedIn();
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  return ((await answer.json()) as { sports: SportDescriptor[] }).sports;
}
