import { useId, useState, type FormEvent } from "react";
import { Refused } from "../catalogue";
import { questionFailed } from "../failures";
import { useLanguage } from "../language";
import { signIn } from "../sign_in";
import type { StringKey } from "../strings";
import { StartBar } from "./start_bar";

export function SignInPage(props: { onSignedIn: () => void }) {
  const { t } = useLanguage();
  const [key, setKey] = useState("");
  const [wrong, setWrong] = useState<StringKey | null>(null);
  const [asking, setAsking] = useState(false);
  const id = useId();

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!key.trim()) return document.getElementById(id)?.focus();
    setAsking(true);
    try {
      await signIn(key.trim());
      props.onSignedIn();
    } catch (error) {
      setWrong(error instanceof Refused && error.isNotSignedIn ? "key_wrong" : questionFailed(error));
      setAsking(false);
      document.getElementById(id)?.focus();
    }
  };

  return (
    <div className="start">
      <StartBar />
      <main className="sign-in">
        <form className="card start-form" onSubmit={(event) => void submit(event)} noValidate>
          <h1>{t("sign_in")}</h1>
          <p>{t("sign_in_text")}</p>
          {/* Password managers keep a password under a name. */}
          <input hidden autoComplete="username" value="Plyo" readOnly />
          <div className="field">
            <label htmlFor={id}>{t("key")}</label>
            <div className="input">
              <input
                id={id} type="password" autoComplete="current-password" spellCheck={false} maxLength={200} value={key} autoFocus
                aria-invalid={wrong ? true : undefined} aria-describedby={wrong ? `${id}-wrong` : undefined} onChange={(e) => setKey(e.target.value)}
              />
            </div>
            {wrong && <p className="mistake" id={`${id}-wrong`} role="alert">{t(wrong)}</p>}
          </div>
          <button type="submit" className="button primary" disabled={asking} aria-busy={asking}>{t("sign_in")}</button>
        </form>
      </main>
    </div>
  );
}
