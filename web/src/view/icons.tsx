const PATHS = {
  sound: "M4 9v6h4l5 4V5L8 9H4zm12.5 3a4.5 4.5 0 0 0-2.5-4v8a4.5 4.5 0 0 0 2.5-4z",
  silent: "M4 9v6h4l5 4V5L8 9H4zm11.3.3 1.4-1.4L19 10.2l2.3-2.3 1.4 1.4-2.3 2.3 2.3 2.3-1.4 1.4L19 13l-2.3 2.3-1.4-1.4 2.3-2.3z",
  stop: "M7 7h10v10H7z",
  full: "M5 5h6v2H7v4H5V5zm12 8h2v6h-6v-2h4v-4z",
  check: "M9.5 16.6 4.9 12l-1.4 1.4 6 6L20.5 8.4 19.1 7z",
  warn: "M12 3 1.8 20.5h20.4L12 3zm-1 6.5h2v6h-2v-6zm0 7.3h2v2h-2v-2z",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return <svg className="icon" viewBox="0 0 24 24" aria-hidden="true"><path d={PATHS[name]} fill="currentColor" /></svg>;
}

export function Brand() {
  return (
    <span className="brand">
      <svg viewBox="0 0 64 64" aria-hidden="true" className="brand-mark">
        <rect width="64" height="64" rx="16" fill="currentColor" />
        <path d="M14 48c0-20 8-32 18-32s18 12 18 32" fill="none" className="brand-arc" strokeWidth="7" strokeLinecap="round" />
      </svg>
      Plyo
    </span>
  );
}

/** Where the camera stands: side view, hip height, the whole jump in the picture. */
export function PlacementDrawing() {
  return (
    <svg className="placement" viewBox="0 0 520 300" aria-hidden="true">
      <path d="M72 150 466 22v252z" className="placement-view" />
      <path d="M20 274h480" className="placement-floor" />
      <g className="placement-camera">
        <path d="M52 156 30 274M52 156l22 118M52 156v118" />
        <rect x="30" y="132" width="34" height="30" rx="6" />
        <path d="m64 142 14-7v24l-14-7z" />
      </g>
      <g className="placement-person">
        <circle cx="400" cy="86" r="17" />
        <path d="m398 106-2 68m2-60-26-34 8-34m18 68 28-32 2-36m-32 128 20 40-8 46m-12-86-12 42-22 36m34 8h16m-50-8h16" />
      </g>
      <path d="M92 252h268m-268-7v14m268-14v14" className="placement-measure" />
      <text x="226" y="240" textAnchor="middle">3–5 m</text>
    </svg>
  );
}
