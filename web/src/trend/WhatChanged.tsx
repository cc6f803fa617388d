import { useSession } from "../session.tsx";
import { type Change, turn } from "./telling.ts";

interface WhatChangedProps {
  change: Change | null | undefined;
  span: "week" | "cycle";
}

/** What is different from before, in words; silent about what is too little to tell, or too few days. */
export function WhatChanged({ change, span }: WhatChangedProps) {
  const { words } = useSession();
  const way = turn(change);
  if (!change || !way) return null;
  return (
    <p class="changed">
      {words.say(`trend.changed.${span}.${way}`, {
        before: words.number(change.before),
        after: words.number(change.after),
      })}
    </p>
  );
}
