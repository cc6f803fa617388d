import type { AnswerInput } from "../generated/types.ts";
import type { Given } from "../parts/Rating.tsx";
import type { Answers } from "./standing.ts";
import type { Instrument } from "./useDiary.ts";

/** Answers by their items. */
export function given(answers: Answers): Readonly<Record<string, Given>> {
  return Object.fromEntries(answers.map(({ itemId, ...answer }) => [itemId, answer]));
}

/** Answers in the order of the questionnaire. */
export function inOrder({ items }: Instrument, answers: Readonly<Record<string, Given>>): AnswerInput[] {
  return items.flatMap(({ id }) => (answers[id] ? [{ itemId: id, ...answers[id] }] : []));
}
