// What the page says of what went wrong.
import type { LiveError } from "plyo";
import { Refused } from "./catalogue";
import type { StringKey } from "./strings";

/** Of a question that failed, where it is not that nobody is signed in. */
export function questionFailed(error: unknown): StringKey {
  const status = error instanceof Refused ? error.status : 0;
  return status === 403 ? "not_allowed" : status === 400 || status === 404 ? "watched_gone" : "no_server";
}

/** Of a camera or a file that could not be opened. */
export function openingFailed(error: unknown, isFile: boolean): StringKey {
  if (isFile) return "file_unplayable";
  const byName: Readonly<Record<string, StringKey>> = {
    NotAllowedError: "camera_denied", NotFoundError: "camera_missing", OverconstrainedError: "camera_missing", SecurityError: "camera_insecure",
  };
  return byName[(error as Error).name] ?? "camera_busy";
}

/** Of a session that failed; null where only the server's own words say it. */
export function sessionFailed({ code, closeCode }: Pick<LiveError, "code" | "closeCode">, watching: boolean): StringKey | null {
  const gone = watching ? "watched_gone" : "session_lost";
  const byCode: Readonly<Record<string, StringKey>> = {
    unauthorized: "unauthorized", forbidden: "not_allowed", forbidden_origin: "not_allowed", session_not_found: gone, not_found: gone,
    session_taken: "session_taken", quota_exceeded: "quota_exceeded",
  };
  const byClose: Readonly<Record<number, StringKey>> = { 4401: "unauthorized", 4404: gone, 4409: "session_taken" };
  // Several codes share a close code.
  return (code === undefined ? byClose[closeCode] : byCode[code]) ?? null;
}
