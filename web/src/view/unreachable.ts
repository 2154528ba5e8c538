import type { LiveState } from "plyo";
import { useEffect, useState } from "react";

// By then several tries have failed.
const TRIED_MS = 8000;
const CERTIFICATE = "/certificate.crt";

/** The server answers, and its WebSocket never opened: a proxy lets none through, or the device does not trust the certificate. */
export interface Unreachable {
  /** Where the server gives the one that is to be trusted; null where it has none of its own. */
  certificate: string | null;
}

/** Null, too, while nothing answers at all: that is the network, and passes. */
export function useUnreachable(state: LiveState): Unreachable | null {
  const [found, setFound] = useState<Unreachable | null>(null);
  useEffect(() => {
    setFound(null);
    if (state !== "connecting") return;
    let over = false;
    const look = async (): Promise<void> => {
      try {
        if (!(await fetch("/version", { cache: "no-store" })).ok) return;
        const { ok } = await fetch(CERTIFICATE, { method: "HEAD" });
        if (!over) setFound({ certificate: ok ? CERTIFICATE : null });
      } catch {
        // The next look tells.
      }
    };
    const timer = setInterval(() => void look(), TRIED_MS);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, [state]);
  return found;
}
