import type { Language } from "./strings";

const HINT_EVERY_MS = 4000;

/**
 * Safari on an iPhone stays silent until something was to be said within a gesture of the user's; what the page says comes with the
 * server's messages. So the first click has it say nothing.
 */
export function speakFromFirstClickOn(): void {
  addEventListener("click", () => globalThis.speechSynthesis?.speak(new SpeechSynthesisUtterance("")), { once: true, capture: true });
}

/** Says figures and advice aloud. */
export class Voice {
  muted = false;
  private lastHintMs = -Infinity;
  private nextHint: ReturnType<typeof setTimeout> | undefined;

  constructor(private language: Language) {}

  setLanguage(language: Language): void {
    this.language = language;
  }

  mute(muted: boolean): void {
    this.muted = muted;
    if (muted) globalThis.speechSynthesis?.cancel();
  }

  /** The figure of a repetition, in place of all that was to be said of the one before. */
  figure(text: string): void {
    if (!this.muted) globalThis.speechSynthesis?.cancel();
    this.say(text);
  }

  /** After what is being said. */
  say(text: string): void {
    const speech = globalThis.speechSynthesis;
    if (this.muted || !speech || !text) return;
    const words = new SpeechSynthesisUtterance(text);
    words.lang = this.language;
    // One that speaks on the machine itself, where there is one: a coaching voice needs no network.
    words.voice = speech.getVoices().find((v) => v.localService && v.lang.startsWith(this.language)) ?? null;
    speech.speak(words);
  }

  /** Advice on the picture as it is now, null for none: not more often than one can follow it, and then what still holds. */
  hint(text: string | null, nowMs: number): void {
    clearTimeout(this.nextHint);
    if (!text) return;
    const atMs = this.lastHintMs + HINT_EVERY_MS;
    if (nowMs < atMs) {
      this.nextHint = setTimeout(() => this.hint(text, atMs), atMs - nowMs);
      return;
    }
    this.lastHintMs = nowMs;
    this.say(text);
  }
}
