/** A treatment as it is listed and as it is typed in: pure. */
import { type DraftDate, draftDate, knownDate, noDate } from "../dateParts.ts";
import { daysBetween } from "../dates.ts";
import type {
  DoseUnit,
  SideEffect,
  StopReason,
  ToxinResponse,
  TreatmentKind,
  TreatmentsQuery,
} from "../generated/types.ts";
import { productChosen, recordedProduct } from "./products.ts";

export type Treatment = NonNullable<TreatmentsQuery["me"]["patient"]>["treatments"]["edges"][number]["node"];

const WHOLE_DAY = "YYYY-MM-DD".length;
const LONGEST_DAYS = 182;

export interface Draft {
  kind: TreatmentKind | undefined;
  date: DraftDate;
  ended: DraftDate;
  product: string;
  dose: string;
  doseUnit: DoseUnit;
  response: ToxinResponse | undefined;
  muscles: readonly string[];
  noticed: DraftDate;
  woreOff: DraftDate;
  sideEffects: readonly SideEffect[];
  stopReason: StopReason | undefined;
  changes: readonly { on: DraftDate; dose: string }[];
}

export const emptyDraft: Draft = {
  kind: undefined,
  date: noDate,
  ended: noDate,
  product: "",
  dose: "",
  doseUnit: "MILLIGRAMS",
  response: undefined,
  muscles: [],
  noticed: noDate,
  woreOff: noDate,
  sideEffects: [],
  stopReason: undefined,
  changes: [],
};

export function draftOf(treatment: Treatment): Draft {
  return {
    kind: treatment.kind,
    date: draftDate(treatment.startedOn),
    ended: draftDate(treatment.endedOn),
    product: productChosen(treatment.product),
    dose: treatment.dose === null ? "" : String(treatment.dose),
    doseUnit: treatment.doseUnit ?? "MILLIGRAMS",
    response: treatment.response ?? undefined,
    muscles: treatment.muscles,
    noticed: draftDate(treatment.benefitNoticedOn),
    woreOff: draftDate(treatment.woreOffOn),
    sideEffects: treatment.sideEffects,
    stopReason: treatment.stopReason ?? undefined,
    changes: treatment.changes.map(({ on, dose }) => ({ on: draftDate(on), dose: dose === null ? "" : String(dose) })),
  };
}

export type Gap = "kind" | "startedOn" | "endedOn" | "dose" | "benefitNoticedOn" | "woreOffOn" | "changes";
export interface Said {
  startedOn: string;
  endedOn: string | null;
  product: string | null;
  dose: number | null;
  doseUnit: DoseUnit | null;
  response: ToxinResponse | null;
  muscles: string[];
  benefitNoticedOn: string | null;
  woreOffOn: string | null;
  sideEffects: SideEffect[];
  stopReason: StopReason | null;
  changes: { on: string; dose: number | null }[];
}

/** What a draft says, or which fields cannot be read yet. */
export function saidBy(draft: Draft): { said: Said; kind: TreatmentKind } | { gaps: readonly Gap[] } {
  const { kind } = draft;
  const startedOn = knownDate(draft.date);
  const injection = kind === "TOXIN_INJECTION";
  const ended = injection ? null : optional(draft.ended, knownDate(draft.ended));
  const noticed = injection ? optional(draft.noticed, wholeDay(draft.noticed)) : null;
  const woreOff = injection ? optional(draft.woreOff, wholeDay(draft.woreOff)) : null;
  const dose = kind === "DBS" ? null : amount(draft.dose);
  const changes = injection
    ? []
    : draft.changes
        .filter(({ on, dose: changed }) => !isEmpty(on) || changed.trim())
        .map((change) => ({ on: knownDate(change.on), dose: kind === "DBS" ? null : amount(change.dose) }));
  const gaps: Gap[] = [];
  if (!kind) gaps.push("kind");
  if (!startedOn) gaps.push("startedOn");
  if (ended === undefined) gaps.push("endedOn");
  if (noticed === undefined) gaps.push("benefitNoticedOn");
  if (woreOff === undefined) gaps.push("woreOffOn");
  if (dose === undefined) gaps.push("dose");
  const known = changes.flatMap(({ on, dose: changed }) =>
    on && changed !== undefined ? [{ on, dose: changed }] : [],
  );
  if (known.length < changes.length) gaps.push("changes");
  if (
    gaps.length > 0 ||
    !kind ||
    !startedOn ||
    ended === undefined ||
    noticed === undefined ||
    woreOff === undefined ||
    dose === undefined
  ) {
    return { gaps };
  }
  const counted = dose !== null || known.some((change) => change.dose !== null);
  return {
    kind,
    said: {
      startedOn,
      endedOn: ended,
      product: kind === "DBS" ? null : recordedProduct(draft.product),
      dose,
      doseUnit: kind === "ORAL_MEDICINE" && counted ? draft.doseUnit : null,
      response: injection ? (draft.response ?? null) : null,
      muscles: injection ? [...draft.muscles] : [],
      benefitNoticedOn: noticed,
      woreOffOn: woreOff,
      sideEffects: [...draft.sideEffects],
      stopReason: draft.stopReason ?? null,
      changes: known,
    },
  };
}

/** The injection whose effect may still be running: the latest one that is known to the day, 26 weeks at most. */
export function running(treatments: readonly Treatment[], today: string): Treatment | undefined {
  const [latest] = treatments
    .filter(({ kind, startedOn }) => kind === "TOXIN_INJECTION" && startedOn <= today)
    .sort((one, other) => other.startedOn.localeCompare(one.startedOn));
  return latest && mayWork(latest.startedOn, today) ? latest : undefined;
}

/** Whether an injection is known to the day and no more than half a year old. */
export function mayWork(injectedOn: string, today: string): boolean {
  return injectedOn.length === WHOLE_DAY && daysBetween(injectedOn, today) <= LONGEST_DAYS;
}

function isEmpty({ year, month, day }: DraftDate): boolean {
  return !year.trim() && !month && !day.trim();
}

function optional(draft: DraftDate, known: string | undefined): string | null | undefined {
  return isEmpty(draft) ? null : known;
}

function wholeDay(draft: DraftDate): string | undefined {
  const known = knownDate(draft);
  return known?.length === WHOLE_DAY ? known : undefined;
}

/** A number written with a point or a comma; null where nothing is written, undefined where it is no number above 0. */
function amount(text: string): number | null | undefined {
  const written = text.trim().replace(",", ".");
  if (!written) return null;
  const value = Number(written);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}
