import { useState } from "preact/hooks";
import { useQuery } from "../asking.ts";
import { Instruments } from "../generated/operations.ts";
import type { Item } from "../parts/Rating.tsx";
import { useSession } from "../session.tsx";

/** What was chosen last, for the other views: kept nowhere, because it tells of a symptom. */
let last: string | undefined;

/** What can be followed over time, the daily core first, and which of it is shown. */
export function useMeasure() {
  const { words } = useSession();
  const asked = useQuery(Instruments, { language: words.language });
  const [chosen, setChosen] = useState(last);
  const items = asked.data?.instruments.find(({ id }) => id === "daily")?.items.filter(({ kind }) => kind === "RATING");
  const measures = items && [...items].sort((one, other) => Number(other.core) - Number(one.core));
  const measure: Item | undefined = measures?.find(({ id }) => id === chosen) ?? measures?.[0];
  const choose = (id: string) => {
    last = id;
    setChosen(id);
  };
  return { measures, measure, choose, trouble: asked.trouble, reload: asked.reload };
}
