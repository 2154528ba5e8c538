import type { Language } from "./strings";

/** Says figures and advice aloud. */
export class Voice {
  muted = false;
  private lastHintMs = -Infinity;

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

  /** Advice on the picture, not more often than one can follow it. */
  hint(text: string, nowMs: number): void {
    if (nowMs - this.lastHintMs < 4000) return;
    this.lastHintMs = nowMs;
    this.say(text);
  }
}
