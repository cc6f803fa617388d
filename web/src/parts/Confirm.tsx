import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface ConfirmProps {
  /** What will happen, said before it does. */
  text: string;
  yes: string;
  no: string;
  act: () => void;
  back: () => void;
  busy: boolean;
  children?: ComponentChildren;
}

/** For what cannot be taken back: it takes the focus, and the way back is as large as the way on. */
export function Confirm({ text, yes, no, act, back, busy, children }: ConfirmProps) {
  const question = useRef<HTMLParagraphElement>(null);
  useEffect(() => question.current?.focus(), []);
  return (
    <div class="confirm">
      <p ref={question} tabIndex={-1}>
        {text}
      </p>
      {children}
      <div class="equal">
        <button type="button" disabled={busy} onClick={act}>
          {yes}
        </button>
        <button type="button" onClick={back}>
          {no}
        </button>
      </div>
    </div>
  );
}
