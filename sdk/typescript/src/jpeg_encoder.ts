/** Pictures to JPEG where a browser has no H.264 encoder. One at a time: what comes meanwhile is refused. */
export class JpegEncoder {
  private readonly canvas: OffscreenCanvas;
  private readonly context: OffscreenCanvasRenderingContext2D;
  private busy = false;

  constructor(
    readonly width: number,
    readonly height: number,
    private readonly quality = 0.8,
  ) {
    this.canvas = new OffscreenCanvas(width, height);
    const context = this.canvas.getContext("2d", { alpha: false });
    if (!context) throw new Error("no 2D canvas");
    this.context = context;
  }

  /** Null where the one before is not done. The picture is copied before this returns. */
  async encode(picture: CanvasImageSource): Promise<Uint8Array | null> {
    if (this.busy) return null;
    this.busy = true;
    try {
      this.context.drawImage(picture, 0, 0, this.width, this.height);
      const blob = await this.canvas.convertToBlob({ type: "image/jpeg", quality: this.quality });
      return new Uint8Array(await blob.arrayBuffer());
    } finally {
      this.busy = false;
    }
  }
}
