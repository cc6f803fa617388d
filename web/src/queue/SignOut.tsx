import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useSession } from "../session.tsx";
import { useQueue } from "./useQueue.ts";

/** Signs out; where something was not sent yet, it tries to send it and then says what becomes of it. */
export function SignOut() {
  const { words, signOut } = useSession();
  const queue = useQueue();
  const [left, setLeft] = useState<number>();
  const leave = async () => {
    if (queue && queue.waiting.length > 0) await queue.flush();
    const waiting = (await queue?.left()) ?? 0;
    if (waiting > 0) setLeft(waiting);
    else await signOut();
  };
  return (
    <>
      <button type="button" class="quiet" onClick={() => void leave()}>
        {words.say("shell.signOut")}
      </button>
      {left !== undefined && <Warning waiting={left} stay={() => setLeft(undefined)} leave={signOut} />}
    </>
  );
}

interface WarningProps {
  waiting: number;
  stay: () => void;
  leave: () => Promise<void>;
}

function Warning({ waiting, stay, leave }: WarningProps) {
  const { words } = useSession();
  const title = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby={title} onClose={stay}>
      <h2 id={title}>{words.count("signOut.waiting", waiting)}</h2>
      <p>{words.count("signOut.kept", waiting)}</p>
      <div class="equal">
        <button type="button" onClick={() => dialog.current?.close()}>
          {words.say("signOut.stay")}
        </button>
        <button type="button" onClick={() => void leave()}>
          {words.say("shell.signOut")}
        </button>
      </div>
    </dialog>
  );
}
