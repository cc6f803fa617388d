import type { AnswerInput } from "../generated/types.ts";
import { answerOf, DRAFTS, phoneStore, write } from "./phoneStore.ts";

export interface DraftKey {
  readonly patient: string;
  readonly instrumentId: string;
  readonly about: string;
}
interface Draft extends DraftKey {
  readonly answers: readonly AnswerInput[];
}

/** Taps that were not saved yet, so that a call or an empty battery in between loses none. */
export async function draftOf({ patient, instrumentId, about }: DraftKey): Promise<readonly AnswerInput[]> {
  try {
    const store = (await phoneStore()).transaction(DRAFTS).objectStore(DRAFTS);
    const draft = (await answerOf(store.get([patient, instrumentId, about]))) as Draft | undefined;
    return draft?.answers ?? [];
  } catch {
    return [];
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
