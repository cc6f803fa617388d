import type { AnswerInput, DiaryDaysQuery } from "../generated/types.ts";
import { rests, type Waiting } from "../queue/waiting.ts";

export type Entry = DiaryDaysQuery["checkIns"]["edges"][number]["node"];
export type Answers = readonly AnswerInput[];

/** How one questionnaire of one day stands on this phone. */
export interface Standing {
  /** The id by which it is changed; undefined where nothing was saved yet. */
  entry: string | undefined;
  /** What was received, with what waits laid over it; undefined where nothing stands. */
  answers: Answers | undefined;
  received: Entry | undefined;
  /** The newest of what waits to be sent. */
  waiting: Waiting | undefined;
  /** What the service did not take. */
  refused: Waiting | undefined;
}

/** Everything is about one questionnaire of one day: what the service told, what it acknowledged, and what waits. */
export function standing(received: Entry | undefined, waiting: readonly Waiting[]): Standing {
  const refused = waiting.find((one) => one.refused);
  const going = waiting.filter((one) => !one.refused && !rests(one, waiting));
  let entry = received?.id;
  let answers: Answers | undefined = received && received.answers.length > 0 ? received.answers.map(plain) : undefined;
  for (const one of going) {
    entry = one.entry;
    answers = laidOver(answers ?? [], one.answers);
  }
  return { entry, answers, received, waiting: going.at(-1), refused };
}

/** Of what was loaded and what was acknowledged, the one with more revisions. */
export function newest(entries: readonly Entry[]): Entry | undefined {
  return entries.reduce<Entry | undefined>(
    (best, one) => (best && best.revisions.length >= one.revisions.length ? best : one),
    undefined,
  );
}

type Step = Pick<Waiting, "act" | "answers">;

/** What has to be said so that it stands as wished: only what differs, so that nothing said elsewhere is overwritten. */
export function steps({ entry, answers }: Pick<Standing, "entry" | "answers">, wish: Answers): Step[] {
  if (!entry) return [{ act: "RECORD", answers: wish }];
  const changed = wish.filter((one) => !same(one, of(answers ?? [], one.itemId)));
  return changed.length > 0 ? [{ act: "AMEND", answers: changed }] : [];
}

/** An answer as it was received, in the shape in which it is sent: only what was answered. */
export function plain({ itemId, rating, yes, notAnswered }: Entry["answers"][number]): AnswerInput {
  if (rating !== null) return { itemId, rating };
  return yes === null ? { itemId, notAnswered: notAnswered ?? "SKIPPED" } : { itemId, yes };
}

function laidOver(before: Answers, over: Answers): Answers {
  return [...before.filter(({ itemId }) => !of(over, itemId)), ...over];
}

function of(answers: Answers, item: AnswerInput["itemId"]): AnswerInput | undefined {
  return answers.find(({ itemId }) => itemId === item);
}

function same(one: AnswerInput, other: AnswerInput | undefined): boolean {
  return one.rating === other?.rating && one.yes === other?.yes && one.notAnswered === other?.notAnswered;
}
