import { useEffect, useRef, useState } from "preact/hooks";
import { useMutation } from "../asking.ts";
import { SignIn as SignInWithCode } from "../generated/operations.ts";
import { TextField } from "../parts/Field.tsx";
import { describe, faultOf, Problem } from "../parts/Problem.tsx";
import { Status } from "../parts/Waiting.tsx";
import { spaced, withCountryCode } from "../phones.ts";
import { useSession } from "../session.tsx";
import { useTextedCode } from "./textedCode.ts";
import { useCodeRequest } from "./useCodeRequest.ts";
import { Wait } from "./Wait.tsx";
import { type Waiting, waiting } from "./waiting.ts";

const DIGITS = 6;

interface CodeFormProps {
  phone: string;
  minutes: number;
  sentAgain: (minutes: number) => void;
  back: () => void;
}

/** The code from the text: typed, pasted, or filled in by the phone, which needs no further tap. */
export function CodeForm({ phone, minutes, sentAgain, back }: CodeFormProps) {
  const { words } = useSession();
  const entry = useEntry(phone);
  const again = useCodeRequest(phone, sentAgain);
  const [resent, setResent] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector("input")?.focus(), []);
  useTextedCode(entry.fill);
  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void entry.submit();
      }}
    >
      <TextField
        label={words.say("signIn.code")}
        hint={words.say("signIn.codeSent", { phone: spaced(withCountryCode(phone)), minutes })}
        fault={entry.fault}
        value={entry.code}
        change={entry.change}
        class="code"
        inputmode="numeric"
        autocomplete="one-time-code"
        maxLength={11}
        required
      />
      <Wait wait={entry.wait} over={entry.waited} />
      <Problem problem={entry.trouble} />
      <button type="submit" class="primary" disabled={entry.busy || Boolean(entry.wait)}>
        {words.say(entry.busy ? "signIn.checking" : "signIn.enter")}
      </button>
      <NoTextHelp />
      <div class="row flush">
        <button
          type="button"
          class="quiet"
          disabled={again.busy || Boolean(again.wait)}
          onClick={async () => {
            setResent(false);
            const sent = await again.ask();
            setResent(sent);
            if (sent) entry.begin();
          }}
        >
          {words.say("signIn.again")}
        </button>
        <button type="button" class="quiet" onClick={back}>
          {words.say("signIn.otherNumber")}
        </button>
      </div>
      <Status>{resent && <p class="note note-good">{words.say("signIn.resent")}</p>}</Status>
      <Wait wait={again.wait} over={again.waited} />
      <Problem problem={again.trouble ?? again.problem} />
    </form>
  );
}

function useEntry(phone: string) {
  const { words, refresh } = useSession();
  const signIn = useMutation(SignInWithCode);
  const [code, setCode] = useState("");
  const [fault, setFault] = useState<string>();
  const [wait, setWait] = useState<Waiting>();
  const enter = async (text: string): Promise<void> => {
    const digits = text.replaceAll(/\D/g, "");
    if (digits.length !== DIGITS) return setFault(words.say("signIn.codeShort"));
    setFault(undefined);
    const answer = (await signIn.run({ phone: withCountryCode(phone), code: digits }))?.signIn;
    if (answer?.__typename === "SignedIn") return refresh();
    if (answer?.__typename === "TooManyRequests") return setWait(waiting("tries", answer.retryAfterSeconds));
    if (answer?.__typename === "CodeRejected" && answer.retryAfterSeconds > 0)
      setWait(waiting("tries", answer.retryAfterSeconds));
    if (answer)
      setFault(faultOf(answer.__typename === "InvalidInput" ? answer : undefined, "code") ?? describe(answer, words));
    return undefined;
  };
  const fill = (text: string) => {
    setCode(text);
    void enter(text);
  };
  const change = (text: string) => {
    const [before, after] = [code, text].map((each) => each.replaceAll(/\D/g, "").length);
    // All digits at once come from the phone or from a copy: there is nothing left to correct.
    if (before === 0 && after === DIGITS && !wait) fill(text);
    else setCode(text);
  };
  const begin = () => {
    setCode("");
    setFault(undefined);
  };
  return {
    code,
    begin,
    change,
    fill,
    submit: () => enter(code),
    fault,
    wait,
    waited: () => setWait(undefined),
    busy: signIn.busy,
    trouble: signIn.trouble,
  };
}

function NoTextHelp() {
  const { words, me } = useSession();
  return (
    <details class="help">
      <summary>{words.say("signIn.noText")}</summary>
      <p>{words.say("signIn.noTextWait")}</p>
      <p>{words.say("signIn.noTextStart", { number: spaced(me?.textsFrom ?? "") })}</p>
    </details>
  );
}
