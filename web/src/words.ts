import type { Language } from "./generated/types.ts";
import en from "./words/en.json" with { type: "json" };
import es from "./words/es.json" with { type: "json" };
import spanishFaults from "./words/faults.es.json" with { type: "json" };

/** Every text of the app; a language that misses one does not compile. */
export type Key = keyof typeof en;
type CountedKey = Key extends infer K ? (K extends `${infer Stem}_other` ? Stem : never) : never;
export type Slots = Readonly<Record<string, string | number>>;

const catalogues: Record<Language, Record<Key, string>> = { EN: en, ES: es };
export const tags: Record<Language, string> = { EN: "en", ES: "es" };

/** The service says in English what is wrong with a field; other languages say what each field needs. */
const faults: Partial<Record<Language, Readonly<Record<string, string>>>> = { ES: spanishFaults };

export interface Words {
  readonly language: Language;
  /** The text under `key`, its {slots} filled in. */
  say(key: Key, slots?: Slots): string;
  /** The text under a key that may not exist, such as one made from a code of the service. */
  known(key: string): string | undefined;
  /** What is wrong with a field, by its path and in the words of the service: "forms[0].onset". */
  fault(path: string, message: string): string;
  /** A number as it is written in this language. */
  number(value: number): string;
  /** "one, two and three". */
  list(parts: readonly string[]): string;
  /** The text for a number of things, in the right plural. */
  count(stem: CountedKey, number: number, slots?: Slots): string;
}

export function words(language: Language): Words {
  const catalogue = catalogues[language];
  const plurals = new Intl.PluralRules(tags[language]);
  const list = new Intl.ListFormat(tags[language]);
  // A value that the service learned after this app was built has no text here yet and is shown as it is.
  const text = (key: Key): string => (catalogue as Partial<Record<Key, string>>)[key] ?? key;
  const say = (key: Key, slots: Slots = {}): string =>
    text(key).replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(slots[name] ?? whole));
  return {
    language,
    say,
    known: (key) => (Object.hasOwn(catalogue, key) ? say(key as Key) : undefined),
    number: (value) => value.toLocaleString(tags[language], { maximumFractionDigits: 3 }),
    list: (parts) => list.format(parts),
    fault: (path, message) => faults[language]?.[fieldOf(path)] ?? message,
    count: (stem, number, slots = {}) =>
      say(`${stem}_${plurals.select(number) === "one" ? "one" : "other"}` as Key, { number, ...slots }),
  };
}

/** "postalCode" of "input.postal_code" and "coreItems" of "core_items[1]". */
function fieldOf(path: string): string {
  const last =
    path
      .replaceAll(/\[\d+\]/g, "")
      .split(".")
      .at(-1) ?? "";
  return last.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The language as this phone writes it, such as en-GB, for dates and hours. */
export function regionOf(language: Language, wishes: readonly string[] = navigator.languages): string {
  const tag = tags[language];
  return wishes.find((wish) => wish.toLowerCase().split("-")[0] === tag) ?? tag;
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
