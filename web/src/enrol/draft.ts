import { type DraftDate, draftDate, knownDate, noDate } from "../dateParts.ts";
import type {
  Distribution,
  EnrolmentInput,
  Form,
  Language,
  Sex,
  ToxinResponse,
  YesNoUnknown,
} from "../generated/types.ts";
import type { Caller } from "../session.tsx";
import { recordedProduct } from "../treatments/products.ts";

export const FORMS: readonly Form[] = ["CERVICAL", "BLEPHAROSPASM", "LARYNGEAL", "CRANIOFACIAL", "LIMB", "OTHER"];
export const STEPS = ["you", "forms", "treatment", "place"] as const;
export type Step = (typeof STEPS)[number];

/** What has been answered so far; undefined and "" mean not answered, never a default. */
export interface Draft {
  name: string;
  birth: DraftDate;
  sex: Sex | undefined;
  forms: readonly Form[];
  unaffected: boolean;
  onsets: Readonly<Partial<Record<Form, DraftDate>>>;
  distribution: Distribution | undefined;
  isolated: YesNoUnknown | undefined;
  toxinEver: YesNoUnknown | undefined;
  lastInjection: DraftDate;
  product: string;
  response: ToxinResponse | undefined;
  /** Made once, so that sending the enrolment again adds no second injection. */
  treatmentId: string;
  dbs: YesNoUnknown | undefined;
  country: string;
  postalCode: string;
  timeZone: string;
  promptTime: string;
  noPrompt: boolean;
  /** Chosen later, in the settings; carried along so that a correction keeps them. */
  coreItems: readonly string[] | undefined;
}

/** Starts empty, or with what is on record when somebody corrects it. */
export function newDraft(me: Caller, zone: string): Draft {
  const known = me.patient?.enrolment;
  const settings = me.patient?.settings;
  return {
    name: me.name ?? "",
    birth: draftDate(known?.birthMonth),
    sex: known?.sex,
    forms: known?.forms.map(({ form }) => form) ?? [],
    unaffected: known?.forms.length === 0,
    onsets: Object.fromEntries((known?.forms ?? []).map(({ form, onset }) => [form, draftDate(onset)])),
    distribution: known?.distribution,
    isolated: known?.isolated,
    toxinEver: known?.toxinEver,
    lastInjection: noDate,
    product: "",
    response: undefined,
    treatmentId: crypto.randomUUID(),
    dbs: known?.dbs,
    country: known?.country ?? "",
    postalCode: known?.postalCode ?? "",
    timeZone: known && settings ? settings.timeZone : zone,
    promptTime: (known && settings?.promptTime) || "",
    noPrompt: Boolean(known && settings && !settings.promptTime),
    coreItems: known ? settings?.coreItems : undefined,
  };
}

export type Missing = "name" | "birth" | "sex" | "forms" | "toxinEver" | "dbs" | "country" | "timeZone" | "promptTime";

/** What a step still needs before the next one can be shown. */
export function missingIn(step: Step, draft: Draft, texts: boolean): readonly Missing[] {
  const gaps: Record<Step, readonly (Missing | false)[]> = {
    you: [!draft.name.trim() && "name", !(knownDate(draft.birth)?.length === 7) && "birth", !draft.sex && "sex"],
    forms: [draft.forms.length === 0 && !draft.unaffected && "forms"],
    treatment: [!draft.toxinEver && "toxinEver", !draft.dbs && "dbs"],
    place: [
      !draft.country && "country",
      !draft.timeZone && "timeZone",
      texts && !draft.promptTime && !draft.noPrompt && "promptTime",
    ],
  };
  return gaps[step].filter((gap) => gap !== false);
}

export function toInput(draft: Draft, language: Language): EnrolmentInput {
  const injection = draft.toxinEver === "YES" ? knownDate(draft.lastInjection) : undefined;
  return {
    name: draft.name.trim(),
    birthMonth: knownDate(draft.birth) ?? "",
    sex: draft.sex ?? "UNDISCLOSED",
    forms: draft.unaffected
      ? []
      : draft.forms.map((form) => ({ form, onset: knownDate(draft.onsets[form] ?? noDate) ?? null })),
    distribution: draft.distribution ?? "UNKNOWN",
    isolated: draft.isolated ?? "UNKNOWN",
    toxinEver: draft.toxinEver ?? "UNKNOWN",
    dbs: draft.dbs ?? "UNKNOWN",
    country: draft.country,
    postalCode: draft.postalCode.trim() || null,
    timeZone: draft.timeZone,
    language,
    promptTime: draft.noPrompt ? null : draft.promptTime || null,
    ...(draft.coreItems ? { coreItems: [...draft.coreItems] } : {}),
    treatments: injection
      ? [
          {
            treatmentId: draft.treatmentId,
            kind: "TOXIN_INJECTION",
            startedOn: injection,
            product: recordedProduct(draft.product),
            response: draft.response ?? null,
          },
        ]
      : [],
  };
}

const FIELD_STEPS: readonly (readonly [RegExp, Step])[] = [
  [/name|birth|sex/i, "you"],
  [/treatment|toxin|dbs|startedOn|product/i, "treatment"],
  [/form|onset|distribution|isolated/i, "forms"],
];

/** The step on which the field of a problem is answered. */
export function stepOf(path: string): Step {
  return FIELD_STEPS.find(([pattern]) => pattern.test(path))?.[1] ?? "place";
}
