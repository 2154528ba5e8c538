import type { ReactNode } from "react";
import { useLanguage } from "../language";
import { LANGUAGES, LANGUAGE_NAMES, type Language } from "../strings";
import { Brand } from "./icons";

/** The bar of the pages before a session. */
export function StartBar(props: { children?: ReactNode }) {
  const { t, language, setLanguage } = useLanguage();
  return (
    <header className="bar">
      <Brand />
      <label className="language">
        <span className="visually-hidden">{t("language")}</span>
        <select value={language} onChange={(e) => setLanguage(e.target.value as Language)}>
          {LANGUAGES.map((l) => <option key={l} value={l} lang={l}>{LANGUAGE_NAMES[l]}</option>)}
        </select>
      </label>
      {props.children}
    </header>
  );
}
