import type { Language } from "./generated/types.ts";
import en from "./words/en.json";
import es from "./words/es.json";

/** Every text of the app; a language that misses one does not compile. */
export type Key = keyof typeof en;
type CountedKey = Key extends infer K ? (K extends `${infer Stem}_other` ? Stem : never) : never;
export type Slots = Readonly<Record<string, string | number>>;

const catalogues: Record<Language, Record<Key, string>> = { EN: en, ES: es };
export const tags: Record<Language, string> = { EN: "en", ES: "es" };

export interface Words {
  readonly language: Language;
  /** The text under `key`, its {slots} filled in. */
  say(key: Key, slots?: Slots): string;
  /** The text under a key that may not exist, such as one made from a code of the service. */
  known(key: string): string | undefined;
  /** The text for a number of things, in the right plural. */
  count(stem: CountedKey, number: number, slots?: Slots): string;
}

export function words(language: Language): Words {
  const catalogue = catalogues[language];
  const plurals = new Intl.PluralRules(tags[language]);
  // A value that the service learned after this app was built has no text here yet and is shown as it is.
  const text = (key: Key): string => (catalogue as Partial<Record<Key, string>>)[key] ?? key;
  const say = (key: Key, slots: Slots = {}): string =>
    text(key).replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(slots[name] ?? whole));
  return {
    language,
    say,
    known: (key) => (Object.hasOwn(catalogue, key) ? say(key as Key) : undefined),
    count: (stem, number, slots = {}) =>
      say(`${stem}_${plurals.select(number) === "one" ? "one" : "other"}` as Key, { number, ...slots }),
  };
}

const KEPT = "language";

/** What this person chose on this phone, else the first language of the phone that we speak. */
export function startLanguage(): Language {
  const wishes = [read(KEPT), ...navigator.languages];
  for (const wish of wishes) {
    const known = (Object.keys(tags) as Language[]).find((language) => wish?.toLowerCase().startsWith(tags[language]));
    if (known) return known;
  }
  return "EN";
}

export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(KEPT, tags[language]);
  } catch {
    // A phone that keeps nothing asks again next time.
  }
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
