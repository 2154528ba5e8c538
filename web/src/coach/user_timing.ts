// What this page measures of itself, as the browser's own developer tools and any test can read it (User Timing). An entry is
// handed to whoever watches and kept by nobody, so that an hour of coaching leaves nothing behind.

function tell(name: string, startMs: number, endMs: number, detail: Readonly<Record<string, unknown>>): void {
  performance.measure(name, { start: Math.max(0, startMs), end: Math.max(0, startMs, endMs), detail });
  performance.clearMeasures(name);
}

/** From the capture of a picture until its skeleton was on the screen. */
export function tellSkeleton(capturedMs: number, shownMs: number, sequence: number): void {
  tell("plyo.skeleton", capturedMs, shownMs, { sequence });
}

/**
 * Until the figures of a repetition were on the screen: `plyo.landing` from the landing on, `plyo.window` from the capture of
 * the picture that brought them.
 */
export function tellRep(name: "plyo.landing" | "plyo.window", sinceMs: number, rep: { index: number; status: string }): void {
  // The second picture of the screen from now on begins when the first, which has the figures, has gone to it.
  requestAnimationFrame(() => requestAnimationFrame(() => {
    if (!document.hidden) tell(name, sinceMs, performance.now(), { index: rep.index, status: rep.status });
  }));
}
