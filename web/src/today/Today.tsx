import { useEffect, useMemo, useState } from "preact/hooks";
import { useQuery } from "../asking.ts";
import { openDay } from "../dates.ts";
import { Instruments, TodaysCheckIn } from "../generated/operations.ts";
import type { AnswerInput, InstrumentsQuery, TodaysCheckInQuery } from "../generated/types.ts";
import { focusHeading, Page } from "../parts/Page.tsx";
import { Problem } from "../parts/Problem.tsx";
import { Skeleton } from "../parts/Waiting.tsx";
import { spaced } from "../phones.ts";
import { useQueue } from "../queue/useQueue.ts";
import { usePatient, useSession } from "../session.tsx";
import { CheckInForm } from "./CheckInForm.tsx";
import { Saved } from "./Saved.tsx";

const DAILY = "daily";
type Instrument = InstrumentsQuery["instruments"][number];
type TodayRecord = NonNullable<TodaysCheckInQuery["me"]["patient"]>["today"];

/** Today's check-in: asked, then shown as saved, with a way to change it. */
export function Today() {
  const { words, dates } = useSession();
  const instruments = useQuery(Instruments, { language: words.language }, { keep: true });
  const record = useQuery(TodaysCheckIn, {}, { keep: true });
  const { settings } = usePatient();
  const known = record.data?.me.patient?.today;
  const today = known && record.stale ? onDay(known, openDay(new Date(), settings.timeZone)) : known;
  const daily = instruments.data?.instruments.find(({ id }) => id === DAILY);
  useNewDay(known?.date, record.reload);
  useReceipt(record.reload);

  const trouble = record.trouble ?? instruments.trouble;
  const retry = () => {
    record.reload();
    instruments.reload();
  };
  return (
    <Page title={words.say("today.title")} lead={today && dates.day(today.date)}>
      <Notices />
      {trouble && <Problem problem={trouble} retry={retry} />}
      {!trouble && (today && daily ? <Day key={today.date} today={today} daily={daily} /> : <Skeleton lines={6} />)}
    </Page>
  );
}

/** Without a signal, what was known of an earlier day says nothing about this one. */
function onDay(known: TodayRecord, date: string): TodayRecord {
  return known.date < date ? { ...known, date, checkIn: null } : known;
}

/** Asks again after an entry was acknowledged, so that this phone knows of it when there is no signal. */
function useReceipt(reload: () => void): void {
  const receipt = useQueue()?.receipt;
  useEffect(() => {
    if (receipt) reload();
  }, [receipt, reload]);
}

/** Asks again when the app comes back to the front on another day. */
function useNewDay(date: string | undefined, reload: () => void): void {
  const { settings } = usePatient();
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === "visible" && date && openDay(new Date(), settings.timeZone) !== date) reload();
    };
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [date, reload, settings.timeZone]);
}

function Notices() {
  const { words, me } = useSession();
  const patient = usePatient();
  if (!patient.textsStopped) return null;
  return <p class="note">{words.say("texts.stopped", { number: spaced(me?.textsFrom ?? "") })}</p>;
}

function Day({ today, daily }: { today: TodayRecord; daily: Instrument }) {
  const patient = usePatient();
  const queue = useQueue();
  const [changing, setChanging] = useState(false);
  const [before, setBefore] = useState<readonly AnswerInput[]>();
  const waiting = queue?.waiting.filter(({ about }) => about === today.date) ?? [];
  const received = latest(queue?.receipt?.about === today.date ? queue.receipt : undefined, today.checkIn);
  const newest = waiting.at(-1);
  const answers = useMemo(() => newest?.answers ?? received?.answers.map(plain), [newest, received]);

  const save = (given: readonly AnswerInput[]) => {
    queue?.save({
      id: crypto.randomUUID(),
      patient: patient.id,
      instrumentId: daily.id,
      about: today.date,
      timeZone: patient.settings.timeZone,
      clientAt: new Date().toISOString(),
      answers: given,
      // A first save that still waits is followed by a second entry for the same day: the service makes it a revision.
      ...(received ? { amends: received.id } : {}),
    });
    setBefore(changing ? answers : undefined);
    setChanging(false);
    requestAnimationFrame(focusHeading);
  };

  if (!answers || changing) {
    return (
      <CheckInForm
        daily={daily}
        start={answers ?? []}
        save={save}
        {...(answers ? { cancel: () => setChanging(false) } : {})}
      />
    );
  }
  return (
    <Saved
      daily={daily}
      answers={answers}
      waiting={newest}
      receivedAt={received?.receivedAt}
      change={() => setChanging(true)}
      {...(before
        ? {
            undo: () => {
              save(before);
              setBefore(undefined);
            },
          }
        : {})}
    />
  );
}

/** Of an acknowledgement and what was loaded, the one with more revisions. */
function latest(one: Known | undefined, other: Known | null): Known | undefined {
  if (!one || !other) return one ?? other ?? undefined;
  return one.revisions.length >= other.revisions.length ? one : other;
}

type Known = Pick<NonNullable<TodayRecord["checkIn"]>, "id" | "receivedAt" | "answers"> & {
  revisions: readonly unknown[];
};
type Received = Known["answers"][number];

/** An answer as it was received, in the shape in which it is sent: only what was answered. */
function plain({ itemId, rating, yes, notAnswered }: Received): AnswerInput {
  if (rating !== null) return { itemId, rating };
  return yes === null ? { itemId, notAnswered: notAnswered ?? "SKIPPED" } : { itemId, yes };
}
