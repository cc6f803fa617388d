import { useState } from "preact/hooks";
import { Trouble } from "../client.ts";
import type { Language } from "../generated/types.ts";
import { Problem } from "../parts/Problem.tsx";
import { useSession } from "../session.tsx";
import { addressOf, canShare, NAME, sheetFile } from "./sheetFile.ts";

/** Ways to take the sheet out of the app: look at it and print it, hand it on, or keep it. */
export function TakeAlong({ language }: { language: Language }) {
  const { words } = useSession();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const address = addressOf(language);
  const share = async () => {
    setBusy(true);
    setTrouble(undefined);
    try {
      await navigator.share({ files: [await sheetFile(language)] });
    } catch (fault) {
      // Whoever closes the phone's own dialog has changed their mind.
      if (fault instanceof Trouble) setTrouble(fault);
      else if (!(fault instanceof DOMException && fault.name === "AbortError")) {
        setTrouble(new Trouble("fault", String(fault)));
      }
    } finally {
      setBusy(false);
    }
  };
  return (
    <section aria-label={words.say("visit.take")}>
      <a class="button primary" href={address} target="_blank" rel="noopener">
        {words.say("visit.open")}
      </a>
      <div class="equal after-primary">
        {canShare() && (
          <button type="button" disabled={busy} onClick={() => void share()}>
            {words.say("visit.share")}
          </button>
        )}
        <a class="button" href={address} download={NAME}>
          {words.say("visit.save")}
        </a>
      </div>
      <p class="hint">{words.say("visit.print")}</p>
      <Problem problem={trouble} retry={trouble && (() => void share())} />
    </section>
  );
}
