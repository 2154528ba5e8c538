/** Chooses the pictures of a camera that runs faster than the server wants: evenly, by their capture times. */
export class RateLimiter {
  private dueUs = -Infinity;

  constructor(private fps: number) {}

  setRate(fps: number): void {
    this.fps = fps;
  }

  wants(captureUs: number): boolean {
    const stepUs = 1e6 / this.fps;
    // Cameras are not exact: a picture that is a little early is the one that was meant.
    if (captureUs < this.dueUs - 0.3 * stepUs) return false;
    // After a pause, and at the begin, the beat starts anew.
    this.dueUs = (captureUs > this.dueUs + stepUs ? captureUs : this.dueUs) + stepUs;
    return true;
  }
}
