import type { AnswerInput, DiaryDaysQuery } from "../generated/types.ts";
import { rests, type WaitingCheckIn as Waiting } from "../queue/waiting.ts";

export type Entry = DiaryDaysQuery["checkIns"]["edges"][number]["node"];
export type Answers = readonly AnswerInput[];

/** How one questionnaire of one day stands on this phone. */
export interface Standing {
  /** The id by which it is changed; undefined where nothing was saved yet. */
  entry: string | undefined;
  /** What was received, with what waits laid over it; undefined where nothing stands. */
  answers: Answers | undefined;
  /** What stood before it was taken back; undefined where it was not. */
  takenBack: Answers | undefined;
  /** The moment of the last word, where there is one. */
  saidAt: string | undefined;
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
  let answers: Answers | undefined = received && !received.withdrawn ? received.answers.map(plain) : undefined;
  let takenBack = received?.withdrawn ? lastStanding(received) : undefined;
  for (const one of going) {
    entry = one.entry;
    if (one.act === "WITHDRAW") {
      takenBack = answers ?? takenBack;
      answers = undefined;
    } else {
      answers = laidOver(answers ?? [], one.answers);
      takenBack = undefined;
    }
  }
  const newest = going.at(-1);
  return {
    entry,
    answers,
    takenBack,
    saidAt: newest?.clientAt ?? received?.saidAt,
    received,
    waiting: newest,
    refused,
  };
}

function lastStanding({ revisions }: Entry): Answers | undefined {
  return revisions.findLast(({ withdrawn }) => !withdrawn)?.answers.map(plain);
}

/** Of what was loaded and what was acknowledged, the one with more revisions. */
export function newest(entries: readonly Entry[]): Entry | undefined {
  return entries.reduce<Entry | undefined>(
    (best, one) => (best && best.revisions.length >= one.revisions.length ? best : one),
    undefined,
  );
}

type Step = Pick<Waiting, "act" | "answers">;

/**
 * What has to be said so that it stands as wished, or not at all: only what differs, so that nothing said elsewhere is
 * overwritten. An answer that is to be gone takes all with it, and the others come back.
 */
export function steps({ entry, answers }: Pick<Standing, "entry" | "answers">, wish: Answers | undefined): Step[] {
  if (!wish) return answers ? [{ act: "WITHDRAW", answers: [] }] : [];
  if (!entry) return [{ act: "RECORD", answers: wish }];
  if (answers?.some(({ itemId }) => !of(wish, itemId))) {
    return [
      { act: "WITHDRAW", answers: [] },
      { act: "AMEND", answers: wish },
    ];
  }
  const changed = wish.filter((one) => !same(one, of(answers ?? [], one.itemId)));
  return changed.length > 0 ? [{ act: "AMEND", answers: changed }] : [];
}

/** An answer as it was received, in the shape in which it is sent: only what was answered. */
export function plain({ itemId, rating, yes, notAnswered }: Entry["answers"][number]): AnswerInput {
  if (rating !== null) return { itemId, rating };
  return yes === null ? { itemId, notAnswered: notAnswered ?? "SKIPPED" } : { itemId, yes };
}

/** Answers keep what is not said anew. */
export function laidOver(before: Answers, over: Answers): Answers {
  return [...before.filter(({ itemId }) => !of(over, itemId)), ...over];
}

function of(answers: Answers, item: AnswerInput["itemId"]): AnswerInput | undefined {
  return answers.find(({ itemId }) => itemId === item);
}

function same(one: AnswerInput, other: AnswerInput | undefined): boolean {
  return one.rating === other?.rating && one.yes === other?.yes && one.notAnswered === other?.notAnswered;
}
