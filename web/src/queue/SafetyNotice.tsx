import { useEffect, useId, useRef } from "preact/hooks";
import { useSession } from "../session.tsx";
import { useQueue } from "./useQueue.ts";

/** Fixed words for somebody whose note speaks of danger: shown over everything, with a number to tap. */
export function SafetyNotice() {
  const { words } = useSession();
  const queue = useQueue();
  const title = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const safety = queue?.safety;
  useEffect(() => {
    if (safety && !dialog.current?.open) dialog.current?.showModal();
  }, [safety]);
  if (!safety) return null;
  return (
    <dialog ref={dialog} class="safety" aria-labelledby={title} onClose={queue.safetyRead}>
      <h2 id={title}>{words.say("safety.title")}</h2>
      <p>{safety.message}</p>
      {safety.call && (
        <a class="button primary" href={`tel:${safety.call}`}>
          {words.say("safety.call", { number: safety.call })}
        </a>
      )}
      <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
        {words.say("safety.close")}
      </button>
    </dialog>
  );
}
