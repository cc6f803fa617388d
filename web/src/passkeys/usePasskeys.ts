import { useCallback, useState } from "preact/hooks";
import { asTrouble } from "../asking.ts";
import { send, type Trouble } from "../client.ts";
import {
  AddPasskey,
  SignInWithPasskey,
  StartPasskeyRegistration,
  StartPasskeySignIn,
  StartStepUp,
  StepUp,
} from "../generated/operations.ts";
import type { AddPasskeyMutation } from "../generated/types.ts";
import type { TypedProblem } from "../parts/Problem.tsx";
import { useSession } from "../session.tsx";
import { DeviceRefused, makePasskey, provePasskey } from "./device.ts";
import { deviceKind } from "./kinds.ts";
import { keepNoticed } from "./noticed.ts";

/** What went wrong on the way to or from a passkey. */
export type Hitch = DeviceRefused | Trouble | TypedProblem;
export type OwnPasskey = Extract<AddPasskeyMutation["addPasskey"], { passkey: unknown }>["passkey"];

/** A walk between the service and the person's device: `run` gives what it led to, or keeps why it did not. */
function useWalk() {
  const [busy, setBusy] = useState(false);
  const [hitch, setHitch] = useState<Hitch>();
  const run = useCallback(async <Result>(walk: () => Promise<Result | TypedProblem>): Promise<Result | undefined> => {
    setBusy(true);
    setHitch(undefined);
    try {
      const result = await walk();
      if (!isProblem(result)) return result;
      setHitch(result);
    } catch (fault) {
      setHitch(fault instanceof DeviceRefused ? fault : asTrouble(fault));
    } finally {
      setBusy(false);
    }
    return undefined;
  }, []);
  return { run, busy, hitch };
}

type Asking = <Answer>(ask: () => Promise<Answer>) => Promise<Answer | undefined>;
const plainly: Asking = (ask) => ask();

/**
 * Makes a passkey on this device, under a name that can be changed afterwards. `asking` lets the person give a
 * proof where the service wants one first.
 */
export function useAdding(asking: Asking = plainly) {
  const { words } = useSession();
  const { run, busy, hitch } = useWalk();
  const add = useCallback(
    () =>
      run(async (): Promise<OwnPasskey | TypedProblem> => {
        const started = await asking(async () => (await send(StartPasskeyRegistration, {})).startPasskeyRegistration);
        if (!started) throw new DeviceRefused("cancelled");
        if (!("options" in started)) return started;
        const { made, here } = await makePasskey(started.options);
        const name = words.say(here ? `passkey.device.${deviceKind(navigator.userAgent)}` : "passkey.device.elsewhere");
        const { addPasskey: added } = await send(AddPasskey, { attestation: made, name });
        if (!("passkey" in added)) return added;
        keepNoticed(added.passkey.addedAt);
        return added.passkey;
      }),
    [run, words, asking],
  );
  return { add, busy, hitch };
}

/** Signs in with whichever passkey the person has for us. */
export async function signInWithPasskey(quietly?: { signal: AbortSignal }): Promise<true | TypedProblem> {
  const { startPasskeySignIn: started } = await send(StartPasskeySignIn, {});
  if (!("options" in started)) return started;
  const assertion = await provePasskey(started.options, quietly);
  const { signInWithPasskey: answer } = await send(SignInWithPasskey, { assertion });
  return answer.__typename === "SignedIn" ? true : answer;
}

export function useSigningIn() {
  const { run, busy, hitch } = useWalk();
  const signIn = useCallback(() => run(() => signInWithPasskey()), [run]);
  return { signIn, busy, hitch };
}

/** Proves again that it is the same person. */
export function useSteppingUp() {
  const { run, busy, hitch } = useWalk();
  const stepUp = useCallback(
    () =>
      run(async (): Promise<true | TypedProblem> => {
        const { startStepUp: started } = await send(StartStepUp, {});
        if (!("options" in started)) return started;
        const { stepUp: answer } = await send(StepUp, { assertion: await provePasskey(started.options) });
        return answer.__typename === "SteppedUp" ? true : answer;
      }),
    [run],
  );
  return { stepUp, busy, hitch };
}

function isProblem(result: unknown): result is TypedProblem {
  return typeof result === "object" && result !== null && "code" in result;
}
