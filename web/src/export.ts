import type { Rep } from "plyo";

export interface RepRow {
  /** 1 for the first of this page. */
  number: number;
  session: string;
  trackId: number;
  rep: Rep;
}

// RFC 4180; a spreadsheet takes a leading = + - @ of text for a formula, so numbers alone may begin with a sign.
function cell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line a figure, SI units. */
export function repsToCsv(rows: readonly RepRow[]): string {
  const lines = [["jump", "session", "track_id", "status", "metric", "value", "unit", "u", "reason", "flags"].join(",")];
  for (const { number, session, trackId, rep } of rows) {
    for (const metric of rep.metrics) {
      const present = metric.value !== null;
      lines.push([
        cell(number), cell(session), cell(trackId), cell(rep.status), cell(metric.id), cell(metric.value), cell(metric.unit),
        cell(present && "u" in metric ? metric.u : null), cell(!present && "reason" in metric ? metric.reason : null),
        cell([...new Set([...rep.flags, ...metric.flags])].join(" ")),
      ].join(","));
    }
  }
  return `${lines.join("\r\n")}\r\n`;
}

export function repsToJson(rows: readonly RepRow[], documents: readonly unknown[]): string {
  return `${JSON.stringify({ reps: rows.map(({ session, trackId, rep }) => ({ session, track_id: trackId, rep })), documents }, null, 2)}\n`;
}

export function download(name: string, type: string, text: string): void {
  const link = document.createElement("a");
  const url = URL.createObjectURL(new Blob([text], { type }));
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
