import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { send, Trouble } from "./client.ts";
import { Kept, WEAK_SIGNAL_MS } from "./kept.ts";
import type { Operation } from "./operation.ts";
import type { FieldFault } from "./parts/Problem.tsx";
import { useSession } from "./session.tsx";
import type { Words } from "./words.ts";

export type Asked<Data> =
  | { state: "loading"; data: undefined; trouble: undefined }
  | { state: "ready"; data: Data; trouble: undefined }
  | { state: "failed"; data: undefined; trouble: Trouble };

const kept = new Kept(localStorage);

interface Query<Data> {
  reload: () => void;
  put: (change: (data: Data) => Data) => void;
  /** The data are the last that this phone got: there is no signal now. */
  stale: boolean;
}

/**
 * Asks once, and again when the variables change or the signal comes back; `reload` keeps what is shown until the new
 * answer is here. What is asked with `keep` is there without a signal too, as it last was.
 */
export function useQuery<Data, Variables>(
  operation: Operation<Data, Variables>,
  variables: Variables,
  options: { keep?: boolean } = {},
): Asked<Data> & Query<Data> {
  const session = useSession();
  const [asked, setAsked] = useState<Asked<Data>>({ state: "loading", data: undefined, trouble: undefined });
  const [lost, setLost] = useState(false);
  const [round, setRound] = useState(0);
  const { keep = false } = options;
  const key = JSON.stringify(variables);
  const shown = useRef(key);
  const { refresh } = session;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the variables, `round` for a wish to ask again.
  useEffect(() => {
    let current = true;
    if (shown.current !== key) setAsked({ state: "loading", data: undefined, trouble: undefined });
    shown.current = key;
    const last = () => (keep ? kept.get<Data>(`${operation.name}:${key}`) : undefined);
    const weak = setTimeout(() => {
      const data = last();
      if (!current || !data) return;
      setLost(true);
      setAsked((before) => (before.state === "ready" ? before : { state: "ready", data, trouble: undefined }));
    }, WEAK_SIGNAL_MS);
    const asking = send(operation, variables).finally(() => clearTimeout(weak));
    asking.then(
      (data) => {
        if (!current) return;
        if (keep) kept.put(`${operation.name}:${key}`, data);
        setLost(false);
        setAsked({ state: "ready", data, trouble: undefined });
      },
      (fault: unknown) => {
        if (!current) return;
        const trouble = asTrouble(fault);
        if (trouble.code === "NOT_SIGNED_IN") void refresh();
        setLost(trouble.kind === "offline");
        const data = trouble.kind === "offline" ? last() : undefined;
        setAsked(data ? { state: "ready", data, trouble: undefined } : { state: "failed", data: undefined, trouble });
      },
    );
    return () => {
      current = false;
      clearTimeout(weak);
    };
  }, [operation, key, round, refresh, keep]);

  useEffect(() => {
    if (!lost) return undefined;
    const again = () => setRound((count) => count + 1);
    addEventListener("online", again);
    return () => removeEventListener("online", again);
  }, [lost]);

  const reload = useCallback(() => setRound((count) => count + 1), []);
  const put = useCallback((change: (data: Data) => Data) => {
    setAsked((before) => (before.state === "ready" ? { ...before, data: change(before.data) } : before));
  }, []);
  return { ...asked, reload, put, stale: lost && asked.state === "ready" };
}

/** Sends a mutation: `busy` while it is under way, `trouble` when no answer came. */
export function useMutation<Data, Variables>(operation: Operation<Data, Variables>) {
  const session = useSession();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const { refresh, words } = session;
  const run = useCallback(
    async (variables: Variables): Promise<Data | undefined> => {
      setBusy(true);
      setTrouble(undefined);
      try {
        return inWords(await send(operation, variables), words);
      } catch (fault) {
        const caught = asTrouble(fault);
        if (caught.code === "NOT_SIGNED_IN") void refresh();
        setTrouble(caught);
        return undefined;
      } finally {
        setBusy(false);
      }
    },
    [operation, refresh, words],
  );
  return { run, busy, trouble };
}

/** The answer with the faults of its fields in the language of this page. */
function inWords<Data>(answer: Data, words: Words): Data {
  const told = (one: unknown) => {
    const { fields } = (one ?? {}) as { fields?: readonly FieldFault[] };
    if (!Array.isArray(fields)) return one;
    return {
      ...(one as object),
      fields: fields.map((each) => ({ ...each, message: words.fault(each.path, each.message) })),
    };
  };
  return Object.fromEntries(Object.entries(answer as object).map(([name, one]) => [name, told(one)])) as Data;
}

export function asTrouble(fault: unknown): Trouble {
  return fault instanceof Trouble ? fault : new Trouble("fault", String(fault));
}
