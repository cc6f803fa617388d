import type { TrialsQuery } from "../generated/types.ts";
import type { Words } from "../words.ts";

type Reach = NonNullable<TrialsQuery["trials"]["edges"][number]["node"]["reach"]>;

/** A band of people in words; the service never tells the number itself. */
export function inBand({ atLeast, atMost }: Reach, words: Words): string {
  if (atMost === null) return words.say("reach.over", { number: atLeast - 1 });
  if (atLeast === 0) return words.say("reach.under", { number: atMost + 1 });
  return words.say("reach.between", { atLeast, atMost });
}
