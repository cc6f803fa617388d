import { useEffect, useRef, useState } from "preact/hooks";
import { focusHeading, Page } from "../parts/Page.tsx";
import { SignInButton } from "../passkeys/SignInButton.tsx";
import { useSession } from "../session.tsx";
import { CodeForm } from "./CodeForm.tsx";
import { Institution } from "./Institution.tsx";
import { PhoneForm } from "./PhoneForm.tsx";

/** First the number, then the code that was texted to it. */
export function SignIn() {
  const { words } = useSession();
  const [phone, setPhone] = useState("");
  const [minutes, setMinutes] = useState<number>();
  const asked = minutes !== undefined;
  const before = useRef(asked);
  useEffect(() => {
    if (before.current && !asked) focusHeading();
    before.current = asked;
  }, [asked]);
  if (asked) {
    return (
      <Page title={words.say("signIn.codeTitle")}>
        <CodeForm phone={phone} minutes={minutes} sentAgain={setMinutes} back={() => setMinutes(undefined)} />
      </Page>
    );
  }
  return (
    <Page title={words.say("signIn.title")} lead={words.say("signIn.lead")}>
      <PhoneForm phone={phone} change={setPhone} sent={setMinutes} />
      <SignInButton />
      <Institution />
      <ul class="promises">
        <li>{words.say("signIn.promise.minute")}</li>
        <li>{words.say("signIn.promise.trials")}</li>
        <li>{words.say("signIn.promise.yours")}</li>
      </ul>
      <p class="hint">{words.say("signIn.nobodyWatches")}</p>
    </Page>
  );
}
