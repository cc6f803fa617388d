import { useState } from "preact/hooks";
import { useMutation } from "../asking.ts";
import { RequestSignInCode } from "../generated/operations.ts";
import type { TypedProblem } from "../parts/Problem.tsx";
import { withCountryCode } from "../phones.ts";
import { useSession } from "../session.tsx";
import { type Waiting, waiting } from "./waiting.ts";

/** Asks for a code: `wait` while it is too early for another, `problem` for anything else that was wrong. */
export function useCodeRequest(phone: string, sent: (minutes: number) => void) {
  const { words } = useSession();
  const request = useMutation(RequestSignInCode);
  const [problem, setProblem] = useState<TypedProblem>();
  const [wait, setWait] = useState<Waiting>();
  const ask = async (): Promise<boolean> => {
    setProblem(undefined);
    const answer = (await request.run({ phone: withCountryCode(phone), language: words.language }))?.requestSignInCode;
    if (answer?.__typename === "SignInCodeSent") {
      sent(Math.max(1, Math.round(answer.expiresInSeconds / 60)));
      return true;
    }
    if (answer?.__typename === "TooManyRequests") setWait(waiting("codes", answer.retryAfterSeconds));
    else if (answer?.__typename === "TextsUnavailable") setWait(waiting("texts", answer.retryAfterSeconds));
    else setProblem(answer);
    return false;
  };
  return { ask, problem, wait, waited: () => setWait(undefined), trouble: request.trouble, busy: request.busy };
}
