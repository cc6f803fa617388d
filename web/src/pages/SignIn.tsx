import { useState } from "preact/hooks";
import { useMutation } from "../asking.ts";
import { RequestSignInCode, SignIn as SignInWithCode } from "../generated/operations.ts";
import { Fault, TextField } from "../parts/Field.tsx";
import { Page } from "../parts/Page.tsx";
import { describe, faultOf, Problem, type TypedProblem } from "../parts/Problem.tsx";
import { Status } from "../parts/Waiting.tsx";
import { SignInButton } from "../passkeys/SignInButton.tsx";
import { spaced, withCountryCode } from "../phones.ts";
import { useSession } from "../session.tsx";

/** First the number, then the code that was texted to it. */
export function SignIn() {
  const { words } = useSession();
  const [phone, setPhone] = useState("");
  const [minutes, setMinutes] = useState<number>();
  if (minutes === undefined) {
    return (
      <Page title={words.say("signIn.title")} lead={words.say("signIn.lead")}>
        <PhoneForm phone={phone} change={setPhone} sent={setMinutes} />
        <SignInButton />
        <ul class="promises">
          <li>{words.say("signIn.promise.minute")}</li>
          <li>{words.say("signIn.promise.trials")}</li>
          <li>{words.say("signIn.promise.yours")}</li>
        </ul>
        <p class="hint">{words.say("signIn.nobodyWatches")}</p>
      </Page>
    );
  }
  return (
    <Page title={words.say("signIn.codeTitle")}>
      <CodeForm phone={phone} minutes={minutes} sentAgain={setMinutes} back={() => setMinutes(undefined)} />
    </Page>
  );
}

interface PhoneFormProps {
  phone: string;
  change: (phone: string) => void;
  sent: (minutes: number) => void;
}

function useCodeRequest(phone: string, sent: (minutes: number) => void) {
  const { words } = useSession();
  const request = useMutation(RequestSignInCode);
  const [problem, setProblem] = useState<TypedProblem>();
  const ask = async () => {
    setProblem(undefined);
    const answer = (await request.run({ phone: withCountryCode(phone), language: words.language }))?.requestSignInCode;
    if (answer?.__typename === "SignInCodeSent") sent(Math.max(1, Math.round(answer.expiresInSeconds / 60)));
    else setProblem(answer);
    return answer?.__typename === "SignInCodeSent";
  };
  return { ask, problem, trouble: request.trouble, busy: request.busy };
}

function PhoneForm({ phone, change, sent }: PhoneFormProps) {
  const { words } = useSession();
  const [empty, setEmpty] = useState(false);
  const request = useCodeRequest(phone, sent);
  const { problem } = request;
  const fault = empty
    ? words.say("signIn.phoneEmpty")
    : problem?.code === "INVALID_INPUT"
      ? (faultOf(problem, "phone") ?? problem.message)
      : undefined;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setEmpty(!phone.trim());
        if (phone.trim()) void request.ask();
      }}
    >
      <TextField
        label={words.say("signIn.phone")}
        hint={words.say("signIn.phoneHint")}
        fault={fault}
        value={phone}
        change={change}
        type="tel"
        inputmode="tel"
        autocomplete="tel webauthn"
        required
      />
      <Problem problem={request.trouble ?? (problem?.code === "INVALID_INPUT" ? undefined : problem)} />
      <button type="submit" class="primary" disabled={request.busy}>
        {words.say(request.busy ? "signIn.sending" : "signIn.send")}
      </button>
    </form>
  );
}

interface CodeFormProps {
  phone: string;
  minutes: number;
  sentAgain: (minutes: number) => void;
  back: () => void;
}

function CodeForm({ phone, minutes, sentAgain, back }: CodeFormProps) {
  const { words, refresh } = useSession();
  const signIn = useMutation(SignInWithCode);
  const again = useCodeRequest(phone, sentAgain);
  const [code, setCode] = useState("");
  const [fault, setFault] = useState<string>();
  const [resent, setResent] = useState(false);
  const submit = async () => {
    const digits = code.replaceAll(/\D/g, "");
    if (digits.length !== 6) return setFault(words.say("signIn.codeShort"));
    setFault(undefined);
    const answer = (await signIn.run({ phone: withCountryCode(phone), code: digits }))?.signIn;
    if (answer?.__typename === "SignedIn") return refresh();
    if (answer)
      setFault(faultOf(answer.__typename === "InvalidInput" ? answer : undefined, "code") ?? describe(answer, words));
    return undefined;
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <p>{words.say("signIn.codeSent", { phone, minutes })}</p>
      <TextField
        label={words.say("signIn.code")}
        fault={fault}
        value={code}
        change={setCode}
        class="code"
        inputmode="numeric"
        autocomplete="one-time-code"
        maxLength={11}
        required
      />
      <Problem problem={signIn.trouble} />
      <button type="submit" class="primary" disabled={signIn.busy}>
        {words.say(signIn.busy ? "signIn.checking" : "signIn.enter")}
      </button>
      <NoTextHelp />
      <div class="row flush">
        <button type="button" class="quiet" disabled={again.busy} onClick={async () => setResent(await again.ask())}>
          {words.say("signIn.again")}
        </button>
        <button type="button" class="quiet" onClick={back}>
          {words.say("signIn.otherNumber")}
        </button>
      </div>
      <Status>{resent && words.say("signIn.resent")}</Status>
      <Fault text={again.problem && describe(again.problem, words)} />
      <Problem problem={again.trouble} />
    </form>
  );
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
