import type { AnswerInput } from "../generated/types.ts";
import { answerOf, DRAFTS, phoneStore, write } from "./phoneStore.ts";

export interface DraftKey {
  readonly patient: string;
  readonly instrumentId: string;
  readonly about: string;
}
interface Draft extends DraftKey {
  readonly answers?: readonly AnswerInput[];
  readonly text?: string;
}
/** In the place of a questionnaire: the words of a note that is being written. */
export const NOTE = "note";

/** Taps that were not saved yet, so that a call or an empty battery in between loses none. */
export async function draftOf(key: DraftKey): Promise<readonly AnswerInput[]> {
  return (await kept(key))?.answers ?? [];
}

export async function draftedText(key: DraftKey): Promise<string> {
  return (await kept(key))?.text ?? "";
}

async function kept({ patient, instrumentId, about }: DraftKey): Promise<Draft | undefined> {
  try {
    const store = (await phoneStore()).transaction(DRAFTS).objectStore(DRAFTS);
    return (await answerOf(store.get([patient, instrumentId, about]))) as Draft | undefined;
  } catch {
    return undefined;
  }
}

/** A phone that stores nothing still has the page itself. */
export async function keepDraft(draft: Draft): Promise<void> {
  await write([DRAFTS], (transaction) => transaction.objectStore(DRAFTS).put(draft)).catch(() => undefined);
}

export async function dropDraft({ patient, instrumentId, about }: DraftKey): Promise<void> {
  const act = (transaction: IDBTransaction) => transaction.objectStore(DRAFTS).delete([patient, instrumentId, about]);
  await write([DRAFTS], act).catch(() => undefined);
}
