/**
 * From capture times of any origin to the page's clock. The quickest picture of the last seconds is taken to have come
 * without delay, so what the browser itself keeps a picture back at the least is not counted.
 */
export class CaptureClock {
  private readonly arrivals: Array<{ atMs: number; offsetMs: number }> = [];

  constructor(private readonly memoryMs = 5000) {}

  add(captureUs: number, arrivedMs: number): void {
    this.arrivals.push({ atMs: arrivedMs, offsetMs: arrivedMs - captureUs / 1000 });
    while (this.arrivals[0]!.atMs < arrivedMs - this.memoryMs) this.arrivals.shift();
  }

  /** Null before the first picture. */
  toPageMs(captureUs: number): number | null {
    if (!this.arrivals.length) return null;
    let offset = Infinity;
    for (const arrival of this.arrivals) offset = Math.min(offset, arrival.offsetMs);
    return captureUs / 1000 + offset;
  }
}
