import { useEffect, useState } from "preact/hooks";
import { draftOf } from "../queue/drafts.ts";
import type { Answers } from "./standing.ts";

/** Taps of an earlier visit that were not saved; undefined until the phone has been asked, which takes milliseconds. */
export function useDraft(patient: string, instrumentId: string, about: string): Answers | undefined {
  const [draft, setDraft] = useState<Answers>();
  useEffect(() => {
    let current = true;
    void draftOf({ patient, instrumentId, about }).then((found) => current && setDraft(found));
    return () => {
      current = false;
    };
  }, [patient, instrumentId, about]);
  return draft;
}
