import { type ComponentChildren, createContext } from "preact";
import { useCallback, useContext, useEffect, useMemo, useState } from "preact/hooks";
import { send, Trouble } from "./client.ts";
import { type Dates, dates } from "./dates.ts";
import { ChangeSettings, Me, SignOut } from "./generated/operations.ts";
import type { Language, MeQuery } from "./generated/types.ts";
import { go } from "./router.ts";
import { keepLanguage, regionOf, startLanguage, tags, type Words, words } from "./words.ts";

export type Caller = MeQuery["me"];
export type PatientRecord = NonNullable<Caller["patient"]>;

export interface Session {
  /** Undefined until the service has said who is calling. */
  me: Caller | undefined;
  trouble: Trouble | undefined;
  words: Words;
  dates: Dates;
  /** Asks the service again who is calling. */
  refresh: () => Promise<void>;
  speak: (language: Language) => Promise<void>;
  signOut: () => Promise<void>;
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
  const [language, setLanguage] = useState<Language>(startLanguage);

  const refresh = useCallback(async () => {
    try {
      const answer = await send(Me, {});
      setTrouble(undefined);
      setMe(answer.me);
      const { patient } = answer.me;
      if (patient?.enrolment) setLanguage(patient.settings.language);
    } catch (fault) {
      setTrouble(fault instanceof Trouble ? fault : new Trouble("fault", String(fault)));
    }
  }, []);

  useEffect(() => void refresh(), [refresh]);
  useEffect(() => {
    if (trouble?.kind !== "offline") return undefined;
    const again = () => void refresh();
    addEventListener("online", again);
    return () => removeEventListener("online", again);
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
    await send(SignOut, {}).catch((fault: unknown) => setTrouble(fault instanceof Trouble ? fault : undefined));
    await refresh();
    go("/");
  }, [refresh]);

  const session = useMemo<Session>(
    () => ({ me, trouble, words: words(language), dates: dates(regionOf(language)), refresh, speak, signOut }),
    [me, trouble, language, refresh, speak, signOut],
  );
  return <Current.Provider value={session}>{children}</Current.Provider>;
}
