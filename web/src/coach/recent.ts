/** The figures of the last seconds and their percentiles. */
export class Recent {
  private readonly values: Array<{ atMs: number; value: number }> = [];

  constructor(private readonly memoryMs = 10_000) {}

  add(value: number, atMs: number): void {
    this.values.push({ atMs, value });
    this.forget(atMs);
  }

  percentile(share: number, atMs: number): number | null {
    this.forget(atMs);
    if (!this.values.length) return null;
    const sorted = this.values.map((v) => v.value).sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? null;
  }

  get count(): number {
    return this.values.length;
  }

  clear(): void {
    this.values.length = 0;
  }

  private forget(atMs: number): void {
    while (this.values.length && this.values[0]!.atMs < atMs - this.memoryMs) this.values.shift();
  }
}
