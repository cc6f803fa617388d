import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { useSession } from "../session.tsx";

interface PageProps {
  title: string;
  lead?: string | undefined;
  wide?: boolean;
  /** Heading and lead share a line where they fit. */
  tight?: boolean;
  children: ComponentChildren;
}

/** One page: its heading, which takes the focus when the page is reached, and what stands below. */
export function Page({ title, lead, wide, tight, children }: PageProps) {
  const { words } = useSession();
  useEffect(() => {
    document.title = `${title} – ${words.say("app.name")}`;
  }, [title, words]);
  return (
    <div class={wide ? "page page-wide" : tight ? "page page-tight" : "page"}>
      <h1 tabIndex={-1}>{title}</h1>
      {lead && <p class="lead">{lead}</p>}
      {children}
    </div>
  );
}

/** Moves the reading position to the heading of the page that was just reached. */
export function focusHeading(): void {
  scrollTo(0, 0);
  document.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
}
