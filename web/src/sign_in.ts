// Who has a key gives it once; from then on the browser has a cookie that no script reads.
import { checked } from "./catalogue";

const BY_KEY = "plyo.signed_in_by_key";

/** Throws Refused where that is no key of this server, or one that may not be used here. */
export async function signIn(key: string): Promise<void> {
  checked(await fetch("/sign-in", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ key }) }));
  localStorage.setItem(BY_KEY, "1");
}

export async function signOut(): Promise<void> {
  await fetch("/sign-in", { method: "DELETE" });
  localStorage.removeItem(BY_KEY);
}

/** Whoever came by the printed address has nothing to sign out of. */
export const isSignedInByKey = (): boolean => localStorage.getItem(BY_KEY) !== null;
