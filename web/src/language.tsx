import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { languageOf, translate, translateId, type Language, type StringKey } from "./strings";

interface Speech {
  language: Language;
  setLanguage: (language: Language) => void;
  t: (key: StringKey, values?: Readonly<Record<string, string | number>>) => string;
  /** The text of an id, or what the server calls it, or the id in words. */
  name: (kind: "hint" | "phase" | "metric" | "cue" | "sport" | "parameter", id: string, serverLabel?: string) => string;
}

const LanguageContext = createContext<Speech | null>(null);
const STORED = "plyo.language";

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() => languageOf([localStorage.getItem(STORED) ?? "", ...navigator.languages]));
  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem(STORED, language);
  }, [language]);
  const speech = useMemo<Speech>(() => ({
    language,
    setLanguage,
    t: (key, values) => translate(language, key, values),
    name: (kind, id, serverLabel) => translateId(language, kind, id) ?? serverLabel ?? id.replaceAll("_", " "),
  }), [language]);
  return <LanguageContext.Provider value={speech}>{children}</LanguageContext.Provider>;
}

export function useLanguage(): Speech {
  return useContext(LanguageContext)!;
}
