import type { ComponentChildren } from "preact";
import type { Asked } from "../asking.ts";
import { useSession } from "../session.tsx";
import { Problem } from "./Problem.tsx";

/** Grey shapes while an answer is under way. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  const { words } = useSession();
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">{words.say("state.loading")}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} class="skeleton-line" />
      ))}
    </div>
  );
}

interface WhenReadyProps<Data> {
  asked: Asked<Data> & { reload: () => void };
  lines?: number;
  children: (data: Data) => ComponentChildren;
}

/** Shapes while loading, the problem with a way to try again, or the answer. */
export function WhenReady<Data>({ asked, lines, children }: WhenReadyProps<Data>) {
  if (asked.state === "loading") return <Skeleton lines={lines ?? 3} />;
  if (asked.state === "failed") return <Problem problem={asked.trouble} retry={asked.reload} />;
  return <>{children(asked.data)}</>;
}

/** A page part with nothing in it yet, and what will bring something. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <div class="empty">{children}</div>;
}

/** Says what just happened; read aloud without taking the focus. */
export function Status({ children }: { children?: ComponentChildren }) {
  return (
    <div role="status" class="status">
      {children}
    </div>
  );
}
