/** How many questions a visit has room for; the service holds to it. */
export const MOST = 5;

interface Asked {
  readonly id: string;
  readonly suggestionId?: string | null;
}

/** What is still to be picked: the suggestions that are not on the list. */
export function remaining<Suggestion extends { id: string }>(
  offered: readonly Suggestion[],
  questions: readonly Asked[],
): Suggestion[] {
  const taken = new Set(questions.map(({ suggestionId }) => suggestionId));
  return offered.filter(({ id }) => !taken.has(id));
}

export interface Shown<Question> {
  question: Question;
  /** Where it is, or was, in the list. */
  place: number;
  removed: boolean;
}

/** The list with the question that was just taken off in its old place, so that it can be brought back there. */
export function withGone<Question extends Asked>(
  questions: readonly Question[],
  gone: { question: Question; place: number } | undefined,
): Shown<Question>[] {
  const shown = questions.map((question, place) => ({ question, place, removed: false }));
  if (!gone || questions.some(({ id }) => id === gone.question.id)) return shown;
  const place = Math.min(gone.place, shown.length);
  return [...shown.slice(0, place), { question: gone.question, place, removed: true }, ...shown.slice(place)];
}
