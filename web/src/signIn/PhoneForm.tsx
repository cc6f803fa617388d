import { useState } from "preact/hooks";
import { TextField } from "../parts/Field.tsx";
import { describe, faultOf, Problem, type TypedProblem } from "../parts/Problem.tsx";
import { useSession } from "../session.tsx";
import { useCodeRequest } from "./useCodeRequest.ts";
import { Wait } from "./Wait.tsx";

interface PhoneFormProps {
  phone: string;
  change: (phone: string) => void;
  sent: (minutes: number) => void;
}

export function PhoneForm({ phone, change, sent }: PhoneFormProps) {
  const { words } = useSession();
  const [empty, setEmpty] = useState(false);
  const request = useCodeRequest(phone, sent);
  const { problem } = request;
  const fault = empty ? words.say("signIn.phoneEmpty") : aboutTheNumber(problem);
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
      <Wait wait={request.wait} over={request.waited} />
      <Problem problem={request.trouble ?? (fault ? undefined : problem)} />
      <button type="submit" class="primary" disabled={request.busy || Boolean(request.wait)}>
        {words.say(request.busy ? "signIn.sending" : "signIn.send")}
      </button>
    </form>
  );

  function aboutTheNumber(found: TypedProblem | undefined): string | undefined {
    if (found?.code === "INVALID_INPUT") return faultOf(found, "phone") ?? found.message;
    return found?.code === "COUNTRY_NOT_SERVED" ? describe(found, words) : undefined;
  }
}
