export interface BackoffOptions {
  /** Longest wait before the first try, ms. */
  firstMs?: number;
  /** Longest wait at all, ms. */
  mostMs?: number;
  /** 0 to below 1; for tests. */
  random?: () => number;
}

/** Waits that double, each drawn from its upper half, so that clients that were cut off together do not return together. */
export class Backoff {
  private tries = 0;
  private readonly firstMs: number;
  private readonly mostMs: number;
  private readonly random: () => number;

  constructor(options: BackoffOptions = {}) {
    this.firstMs = options.firstMs ?? 250;
    this.mostMs = options.mostMs ?? 8000;
    this.random = options.random ?? Math.random;
  }

  /** The wait before the next try, ms; `atLeastMs` is what the server asked for. */
  next(atLeastMs = 0): number {
    const limit = Math.min(this.mostMs, this.firstMs * 2 ** this.tries);
    this.tries++;
    return Math.max(limit * (0.5 + this.random() / 2), atLeastMs * (1 + this.random() / 4));
  }

  /** A connection has held. */
  reset(): void {
    this.tries = 0;
  }
}
