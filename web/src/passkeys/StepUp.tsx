import { type ComponentChildren, createContext } from "preact";
import { useCallback, useContext, useEffect, useId, useRef, useState } from "preact/hooks";
import { asTrouble, useQuery } from "../asking.ts";
import { Passkeys } from "../generated/operations.ts";
import { WhenReady } from "../parts/Waiting.tsx";
import { useSession } from "../session.tsx";
import { knowsPasskeys } from "./device.ts";
import { Hitch } from "./Hitch.tsx";
import { useAdding, useSteppingUp } from "./usePasskeys.ts";

const Confirm = createContext<() => Promise<boolean>>(async () => false);

/** Lets any page below ask for a fresh proof that it is still the same person. */
export function StepUpProvider({ children }: { children: ComponentChildren }) {
  const [settle, setSettle] = useState<(confirmed: boolean) => void>();
  const confirm = useCallback(() => new Promise<boolean>((settled) => setSettle(() => settled)), []);
  const close = (confirmed: boolean) => {
    setSettle(undefined);
    settle?.(confirmed);
  };
  return (
    <Confirm.Provider value={confirm}>
      {children}
      {settle && <StepUpDialog close={close} />}
    </Confirm.Provider>
  );
}

/**
 * Asks the service; where it wants a fresh proof, lets the person give one and asks once more.
 * Undefined where the person did not want to.
 */
export function useStepUp() {
  const confirm = useContext(Confirm);
  return useCallback(
    async <Answer,>(ask: () => Promise<Answer>): Promise<Answer | undefined> => {
      try {
        const answer = await ask();
        if (!wantsProof(answer)) return answer;
      } catch (fault) {
        if (asTrouble(fault).code !== "STEP_UP_REQUIRED") throw fault;
      }
      return (await confirm()) ? ask() : undefined;
    },
    [confirm],
  );
}

function wantsProof(answer: unknown): boolean {
  return (answer as { code?: unknown } | null | undefined)?.code === "STEP_UP_REQUIRED";
}

function StepUpDialog({ close }: { close: (confirmed: boolean) => void }) {
  const { words } = useSession();
  const title = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const asked = useQuery(Passkeys, {});
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby={title} onClose={() => close(false)}>
      <h2 id={title}>{words.say("stepUp.title")}</h2>
      <WhenReady asked={asked} lines={2}>
        {({ passkeys }) =>
          passkeys.some(({ undoUntil }) => !undoUntil) ? (
            <Prove done={() => close(true)} />
          ) : (
            <AddFirst added={asked.reload} />
          )
        }
      </WhenReady>
      <button type="button" class="quiet" onClick={() => close(false)}>
        {words.say("action.cancel")}
      </button>
    </dialog>
  );
}

function Prove({ done }: { done: () => void }) {
  const { words } = useSession();
  const { stepUp, busy, hitch } = useSteppingUp();
  return (
    <>
      <p>{words.say("stepUp.text")}</p>
      <Hitch hitch={hitch} />
      <button type="button" class="primary" disabled={busy} onClick={async () => (await stepUp()) && done()}>
        {words.say(busy ? "passkey.waiting" : "stepUp.confirm")}
      </button>
    </>
  );
}

/** Somebody who has none yet makes one on the spot, and then confirms with it. */
function AddFirst({ added }: { added: () => void }) {
  const { words } = useSession();
  const { add, busy, hitch } = useAdding();
  if (!knowsPasskeys()) return <p class="note">{words.say("passkey.refused.unsupported")}</p>;
  return (
    <>
      <p>{words.say("stepUp.none")}</p>
      <p class="hint">{words.say("passkeys.whatKey")}</p>
      <Hitch hitch={hitch} />
      <button type="button" class="primary" disabled={busy} onClick={async () => (await add()) && added()}>
        {words.say(busy ? "passkey.waiting" : "passkeys.addFirst")}
      </button>
    </>
  );
}
