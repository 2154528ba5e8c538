// The session that this tab is in, so that it is not lost with the page: by a reload, by "Back", by a phone that lets go of a tab
// that is not seen. The browser forgets it with the tab.
import type { SessionLeft } from "./coach/session";
import type { StartChoice } from "./view/start_page";

export interface LeftSession extends SessionLeft {
  /** What it was begun with; a file is not there any more. */
  choice: StartChoice & { file: null };
  fromFile: boolean;
  /** When the page was opened in which it began, ms of the system's clock: its capture times count from there. */
  originMs: number;
}

const STORED = "plyo.session";

export function leftSession(): LeftSession | null {
  try {
    return JSON.parse(sessionStorage.getItem(STORED) ?? "null") as LeftSession | null;
  } catch {
    return null;
  }
}

export function keepSession(left: LeftSession | null): void {
  if (left) sessionStorage.setItem(STORED, JSON.stringify(left));
  else sessionStorage.removeItem(STORED);
}
