export interface BackoffOptions {
  /** Longest wait before the first try, ms. */
  firstMs?: number;
  /** Longest wait at all, ms. */
  mostMs?: number;
  /** Share of each wait that is drawn: 0.5, its upper half, where it is not said; 1 draws all of it. */
  spread?: number;
  /** 0 to below 1; for tests. */
  random?: () => number;
}

/** Waits that double, each drawn, so that clients that were cut off together do not return together. */
export class Backoff {
  private tries = 0;
  private readonly firstMs: number;
  private readonly mostMs: number;
  private readonly spread: number;
  private readonly random: () => number;

  constructor(options: BackoffOptions = {}) {
    this.firstMs = options.firstMs ?? 250;
    this.mostMs = options.mostMs ?? 8000;
    this.spread = options.spread ?? 0.5;
    this.random = options.random ?? Math.random;
  }

  /** The wait before the next try, ms; `atLeastMs` is what the server asked for. */
  next(atLeastMs = 0): number {
    const limit = Math.min(this.mostMs, this.firstMs * 2 ** this.tries);
    this.tries++;
    return Math.max(limit * (1 - this.spread + this.random() * this.spread), atLeastMs * (1 + this.random() / 4));
  }

  /** A connection has held. */
  reset(): void {
    this.tries = 0;
  }
}
