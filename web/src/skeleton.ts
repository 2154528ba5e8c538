/** A person as it is drawn: 33 of x, y (px of the picture), visibility. */
export interface ShownPerson {
  landmarks: ArrayLike<number>;
  com?: readonly number[];
}

const BONES: ReadonlyArray<readonly [number, number]> = [
  [11, 12], [23, 24], [11, 23], [12, 24], // trunk
  [11, 13], [13, 15], [12, 14], [14, 16], // arms
  [23, 25], [25, 27], [24, 26], [26, 28], // legs
  [27, 29], [29, 31], [27, 31], [28, 30], [30, 32], [28, 32], // feet
  [7, 0], [0, 8], // head
];
const JOINTS = [11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28, 31, 32];

/** Draws over the whole canvas, whose shape is the picture's. */
export function drawSkeleton(canvas: HTMLCanvasElement, people: readonly ShownPerson[], width: number, height: number, accent: string): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const ratio = globalThis.devicePixelRatio || 1;
  const wanted = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)] as const;
  if (canvas.width !== wanted[0] || canvas.height !== wanted[1]) [canvas.width, canvas.height] = wanted;
  context.clearRect(0, 0, canvas.width, canvas.height);
  const scale = Math.min(canvas.width / width, canvas.height / height);
  const [left, top] = [(canvas.width - width * scale) / 2, (canvas.height - height * scale) / 2];
  const thick = Math.max(3, canvas.height / 140);
  context.lineCap = "round";
  for (const { landmarks, com } of people) {
    const x = (i: number): number => left + landmarks[i * 3]! * scale;
    const y = (i: number): number => top + landmarks[i * 3 + 1]! * scale;
    const seen = (i: number): number => landmarks[i * 3 + 2]!;
    // Dark below light: it is seen on any clothes.
    for (const [color, grow] of [["rgb(0 0 0 / 55%)", 2], ["#ffffff", 1]] as const) {
      context.strokeStyle = color;
      context.lineWidth = thick * grow;
      for (const [a, b] of BONES) {
        const weight = Math.min(seen(a), seen(b));
        if (weight < 0.2) continue;
        context.globalAlpha = weight < 0.5 ? 0.4 : 1;
        context.beginPath();
        context.moveTo(x(a), y(a));
        context.lineTo(x(b), y(b));
        context.stroke();
      }
    }
    context.fillStyle = accent;
    for (const i of JOINTS) {
      if (seen(i) < 0.2) continue;
      context.globalAlpha = seen(i) < 0.5 ? 0.4 : 1;
      context.beginPath();
      context.arc(x(i), y(i), thick * 1.15, 0, 2 * Math.PI);
      context.fill();
    }
    context.globalAlpha = 1;
    if (com && com.length >= 2) {
      context.beginPath();
      context.arc(left + com[0]! * scale, top + com[1]! * scale, thick * 2.2, 0, 2 * Math.PI);
      context.lineWidth = thick;
      context.strokeStyle = accent;
      context.stroke();
    }
  }
}
