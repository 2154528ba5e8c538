/** How far the server's clock is from the client's, by the quickest of the last exchanges: the least waiting, the least error. */
export class ClockOffset {
  private readonly samples: Array<{ roundTripUs: number; offsetUs: number }> = [];

  constructor(private readonly keep = 8) {}

  /** Times in µs: when the question left and when its answer came, on the client's clock; the server's clock in it. */
  add(sentUs: number, receivedUs: number, serverUs: number): void {
    this.samples.push({ roundTripUs: receivedUs - sentUs, offsetUs: serverUs - (sentUs + receivedUs) / 2 });
    if (this.samples.length > this.keep) this.samples.shift();
  }

  private best() {
    return this.samples.reduce<{ roundTripUs: number; offsetUs: number } | null>(
      (best, sample) => (best && best.roundTripUs <= sample.roundTripUs ? best : sample), null);
  }

  /** Server minus client, µs; at most half of the round trip wrong. Null before the first answer. */
  get offsetUs(): number | null {
    return this.best()?.offsetUs ?? null;
  }

  /** Shortest way there and back of the last exchanges, ms. */
  get roundTripMs(): number | null {
    const best = this.best();
    return best ? best.roundTripUs / 1000 : null;
  }
}
