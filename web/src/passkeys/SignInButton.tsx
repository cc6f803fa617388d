import { useEffect, useState } from "preact/hooks";
import { Icon } from "../parts/Icon.tsx";
import { useSession } from "../session.tsx";
import { knowsPasskeys, offersPasskeys } from "./device.ts";
import { Hitch } from "./Hitch.tsx";
import { signInWithPasskey, useSigningIn } from "./usePasskeys.ts";

/** A little less than a challenge lives, so that a page that stays open never offers one that is over. */
const RENEW_MS = 4 * 60_000;

/** The better way in: a button, and where the browser can, suggestions in the field for the number. */
export function SignInButton() {
  const { words, refresh } = useSession();
  const { signIn, busy, hitch } = useSigningIn();
  useSuggestions(!busy, refresh);
  if (!knowsPasskeys()) return null;
  return (
    <div class="or">
      <button type="button" disabled={busy} onClick={async () => (await signIn()) && refresh()}>
        <Icon name="key" />
        {words.say(busy ? "passkey.waiting" : "passkey.signIn")}
      </button>
      <Hitch hitch={hitch} />
    </div>
  );
}

function useSuggestions(wanted: boolean, signedIn: () => Promise<void>) {
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` stands for a new challenge in place of an old one.
  useEffect(() => {
    if (!wanted) return undefined;
    const ended = new AbortController();
    const timer = setTimeout(() => setRound((count) => count + 1), RENEW_MS);
    const suggest = async () => {
      if (!(await offersPasskeys()) || ended.signal.aborted) return;
      if ((await signInWithPasskey({ signal: ended.signal })) === true) await signedIn();
    };
    // The suggestion is an extra: whatever stands in its way, the button and the number are there.
    suggest().catch(() => undefined);
    return () => {
      clearTimeout(timer);
      ended.abort();
    };
  }, [wanted, round, signedIn]);
}
