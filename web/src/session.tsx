import { type ComponentChildren, createContext } from "preact";
import { useCallback, useContext, useEffect, useMemo, useState } from "preact/hooks";
import { send, Trouble } from "./client.ts";
import { type Dates, dates } from "./dates.ts";
import { ChangeSettings, Me, SignOut } from "./generated/operations.ts";
import type { Language, MeQuery } from "./generated/types.ts";
import { Kept, PREFIX, WEAK_SIGNAL_MS } from "./kept.ts";
import { PhoneRoom } from "./queue/phoneRoom.ts";
import { go } from "./router.ts";
import { keepLanguage, regionOf, startLanguage, tags, type Words, words } from "./words.ts";

export type Caller = MeQuery["me"];
export type PatientRecord = NonNullable<Caller["patient"]>;

export interface Session {
  /** Undefined until the service has said who is calling. */
  me: Caller | undefined;
  trouble: Trouble | undefined;
  /** There was no signal since the app was opened: `me` is what this phone kept, which is enough for a check-in. */
  remembered: boolean;
  words: Words;
  dates: Dates;
  /** Asks the service again who is calling. */
  refresh: () => Promise<void>;
  speak: (language: Language) => Promise<void>;
  signOut: () => Promise<void>;
}

const kept = new Kept(localStorage);
// Another name for another shape, so that what an older app kept is not taken for the new one.
const CALLER = "caller-2";
/** Somebody signed out without a signal: whatever is asked next, the service is told first. */
const LEAVING = "leaving";
let leaving = false;
const AGAIN_MS = 10_000;

async function leave(): Promise<void> {
  await send(SignOut, {});
  leaving = false;
  kept.forget();
}

/** Keeps what the patient's own pages need; whoever else is calling leaves nothing behind. */
function remember(me: Caller): void {
  const { patient } = me;
  if (kept.get<Caller>(CALLER)?.patient?.id !== patient?.id) kept.forget();
  if (!patient?.enrolment) return;
  const enrolment = { ...patient.enrolment, forms: [], birthMonth: "", country: "", postalCode: null };
  kept.put(CALLER, { ...me, name: null, patient: { ...patient, phoneEnding: "", enrolment } });
}

/** The patient whose cookie this browser holds, as far as any of its tabs knows. */
export function callerKept(): string | undefined {
  return kept.get<Caller>(CALLER)?.patient?.id;
}

const Current = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(Current);
  if (!session) throw new Error("A page stands outside the session.");
  return session;
}

/** For pages that only an enrolling or enrolled patient reaches. */
export function usePatient(): PatientRecord {
  const patient = useSession().me?.patient;
  if (!patient) throw new Error("A patient's page was opened without a patient.");
  return patient;
}

export function SessionProvider({ children }: { children: ComponentChildren }) {
  const [me, setMe] = useState<Caller>();
  const [trouble, setTrouble] = useState<Trouble>();
  const [remembered, setRemembered] = useState(true);
  const [language, setLanguage] = useState<Language>(startLanguage);

  const refresh = useCallback(async () => {
    const speakTo = ({ patient }: Caller) => patient?.enrolment && setLanguage(patient.settings.language);
    const recall = () => {
      const last = kept.get<Caller>(CALLER);
      if (!last) return;
      setMe((before) => before ?? last);
      speakTo(last);
    };
    const weak = setTimeout(recall, WEAK_SIGNAL_MS);
    try {
      if (leaving || kept.get<boolean>(LEAVING)) await leave();
      const answer = await send(Me, {});
      setTrouble(undefined);
      setMe(answer.me);
      setRemembered(false);
      remember(answer.me);
      speakTo(answer.me);
    } catch (fault) {
      const caught = fault instanceof Trouble ? fault : new Trouble("fault", String(fault));
      setTrouble(caught);
      if (caught.kind === "offline") recall();
    } finally {
      clearTimeout(weak);
    }
  }, []);

  useEffect(() => void refresh(), [refresh]);
  useEffect(() => {
    // Another tab signed somebody out or in: the cookie is shared by all of them.
    const look = ({ key }: StorageEvent) => void (key === PREFIX + CALLER && refresh());
    addEventListener("storage", look);
    return () => removeEventListener("storage", look);
  }, [refresh]);
  useEffect(() => {
    if (trouble?.kind !== "offline") return undefined;
    // Not every browser says at once that the signal is back.
    const again = () => void refresh();
    const timer = setInterval(again, AGAIN_MS);
    addEventListener("online", again);
    return () => {
      clearInterval(timer);
      removeEventListener("online", again);
    };
  }, [trouble, refresh]);
  useEffect(() => {
    document.documentElement.lang = tags[language];
  }, [language]);

  const enrolled = Boolean(me?.patient?.enrolment);
  const speak = useCallback(
    async (wish: Language) => {
      setLanguage(wish);
      keepLanguage(wish);
      if (!enrolled) return;
      // The switch works at once; that the service could not be told changes nothing on this screen.
      await send(ChangeSettings, { input: { language: wish } }).then(refresh, () => undefined);
    },
    [enrolled, refresh],
  );
  const signOut = useCallback(async () => {
    leaving = true;
    kept.forget();
    kept.put(LEAVING, true);
    setMe(undefined);
    await new PhoneRoom().forget().catch(() => undefined);
    await refresh();
    go("/");
  }, [refresh]);

  const session = useMemo<Session>(
    () => ({
      me,
      trouble,
      remembered,
      words: words(language),
      dates: dates(regionOf(language)),
      refresh,
      speak,
      signOut,
    }),
    [me, trouble, remembered, language, refresh, speak, signOut],
  );
  return <Current.Provider value={session}>{children}</Current.Provider>;
}
