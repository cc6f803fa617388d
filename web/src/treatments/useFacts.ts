import { useSession } from "../session.tsx";
import type { Treatment } from "./shape.ts";

/** What is known of a treatment, in words: its title, and each fact with its name. A dose stands with its product. */
export function useFacts(treatment: Treatment): { title: string; facts: { name: string; value: string }[] } {
  const { words, dates } = useSession();
  const { kind, product, dose, doseUnit, response } = treatment;
  const named = product ? (words.known(`product.${product}`) ?? product) : undefined;
  const daily = (amount: number | null) =>
    amount === null || !doseUnit
      ? undefined
      : words.say("treatment.daily", { dose: words.number(amount), unit: words.say(`unit.${doseUnit}`) });
  const given =
    kind === "TOXIN_INJECTION" && named && dose !== null
      ? words.say("treatment.units", { dose: words.number(dose), product: named })
      : [named, daily(dose)].filter(Boolean).join(", ");
  const list = (prefix: string, codes: readonly string[]) =>
    words.list(codes.map((code) => words.known(`${prefix}.${code}`) ?? code));
  const said: [string, string | false | null | undefined][] = [
    [words.say(kind === "TOXIN_INJECTION" ? "treatment.given" : "treatment.medicine.short"), given],
    [words.say("treatment.response.short"), response && words.say(`response.${response}`)],
    [words.say("treatment.noticedOn"), treatment.benefitNoticedOn && dates.partial(treatment.benefitNoticedOn)],
    [words.say("treatment.woreOffOn"), treatment.woreOffOn && dates.partial(treatment.woreOffOn)],
    [
      words.say("treatment.changes.short"),
      treatment.changes
        .map((change) => [dates.partial(change.on), daily(change.dose)].filter(Boolean).join(": "))
        .join("; "),
    ],
    [words.say("treatment.sideEffects.short"), list("sideEffect", treatment.sideEffects)],
    [words.say("treatment.muscles.short"), list("muscle", treatment.muscles)],
    [words.say("treatment.stopReason.short"), treatment.stopReason && words.say(`stopReason.${treatment.stopReason}`)],
  ];
  return {
    title: words.say(`kind.${kind}`),
    facts: said.flatMap(([name, value]) => (value ? [{ name, value }] : [])),
  };
}
