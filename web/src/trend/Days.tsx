import { useMemo } from "preact/hooks";
import { useQuery } from "../asking.ts";
import { addDays, daysUpTo, openDay } from "../dates.ts";
import { CheckIns, Instruments, Treatments } from "../generated/operations.ts";
import type { CheckInsQuery, TreatmentsQuery } from "../generated/types.ts";
import { Problem } from "../parts/Problem.tsx";
import { type Item, useAnswerText } from "../parts/Rating.tsx";
import { Empty, Skeleton } from "../parts/Waiting.tsx";
import { usePatient, useSession } from "../session.tsx";
import { Chart } from "./Chart.tsx";
import { type Point, summary } from "./plot.ts";

const DAYS = 30;
/** Weekly questionnaires lie between the days. */
const MOST = 100;
type CheckIn = CheckInsQuery["checkIns"]["edges"][number]["node"];
type Treatment = NonNullable<TreatmentsQuery["me"]["patient"]>["treatments"]["edges"][number]["node"];

/** The last thirty days, one drawing a measure, each with the same numbers as a table. */
export function Days() {
  const { words } = useSession();
  const { settings } = usePatient();
  const today = useMemo(() => openDay(new Date(), settings.timeZone), [settings.timeZone]);
  const instruments = useQuery(Instruments, { language: words.language });
  const checkIns = useQuery(CheckIns, { first: MOST, from: addDays(today, 1 - DAYS), to: today });
  const treatments = useQuery(Treatments, {});
  const trouble = instruments.trouble ?? checkIns.trouble ?? treatments.trouble;
  const retry = () => {
    for (const asked of [instruments, checkIns, treatments]) asked.reload();
  };
  const items = instruments.data?.instruments.find(({ id }) => id === "daily")?.items;
  const entries = checkIns.data?.checkIns.edges
    .map(({ node }) => node)
    .filter(({ instrumentId }) => instrumentId === "daily");
  const given = treatments.data?.me.patient?.treatments.edges.map(({ node }) => node);
  return (
    <>
      {trouble && <Problem problem={trouble} retry={retry} />}
      {!trouble && !(items && entries && given) && <Skeleton lines={4} />}
      {items && entries && given && (
        <Measures days={daysUpTo(today, DAYS)} items={items} entries={entries} treatments={given} />
      )}
    </>
  );
}

interface MeasuresProps {
  days: readonly string[];
  items: readonly Item[];
  entries: readonly CheckIn[];
  treatments: readonly Treatment[];
}

function Measures({ days, items, entries, treatments }: MeasuresProps) {
  const { words, dates } = useSession();
  if (entries.length === 0) {
    return (
      <Empty>
        <p>{words.say("trend.empty")}</p>
        <a class="button primary" href="/today">
          {words.say("trend.start")}
        </a>
      </Empty>
    );
  }
  const ratings = items.filter(({ kind }) => kind === "RATING");
  const others = ratings.filter((item) => !item.core && pointsOf(item, days, entries).length > 0);
  const injections = treatments.filter(({ kind, startedOn }) => kind === "TOXIN_INJECTION" && days.includes(startedOn));
  const marks = injections.map(({ startedOn }) => ({ place: days.indexOf(startedOn) }));
  const draw = (item: Item) => <Measure key={item.id} item={item} days={days} entries={entries} marks={marks} />;
  return (
    <>
      {injections.length > 0 && (
        <p class="hint">
          {words.say("trend.injectedOn", {
            days: injections.map(({ startedOn }) => dates.partial(startedOn)).join(", "),
          })}
        </p>
      )}
      {ratings.filter(({ core }) => core).map(draw)}
      {others.length > 0 && (
        <details class="more">
          <summary>{words.say("trend.more")}</summary>
          {others.map(draw)}
        </details>
      )}
      <p class="hint">{words.say("trend.legend")}</p>
      <Table days={days} items={items} entries={entries} injected={injections.map(({ startedOn }) => startedOn)} />
    </>
  );
}

interface MeasureProps extends Pick<MeasuresProps, "days" | "entries"> {
  item: Item;
  marks: readonly { place: number }[];
}

function Measure({ item, days, entries, marks }: MeasureProps) {
  const { words } = useSession();
  const points = pointsOf(item, days, entries);
  const numbers = summary(points.filter(({ counted }) => counted));
  const text = numbers
    ? words.say("trend.summary", {
        answered: numbers.answered,
        days: days.length,
        median: numbers.median.toLocaleString(document.documentElement.lang),
        lowest: numbers.lowest,
        highest: numbers.highest,
      })
    : words.say("trend.none");
  return (
    <section class="measure" aria-label={item.label}>
      <h3>{item.label}</h3>
      <p class="hint">{text}</p>
      {points.length > 0 && <Chart label={`${item.label}. ${text}`} days={days} points={points} injections={marks} />}
    </section>
  );
}

/** What was filled in later than the day after is drawn, and not counted. */
function pointsOf(item: Item, days: readonly string[], entries: readonly CheckIn[]): (Point & { counted: boolean })[] {
  return days.flatMap((day, place) => {
    const entry = entries.find(({ about }) => about === day);
    const rating = entry?.answers.find(({ itemId }) => itemId === item.id)?.rating;
    if (!entry || typeof rating !== "number") return [];
    const { timeliness } = entry;
    return [{ place, rating, late: timeliness !== "ON_THE_DAY", counted: timeliness !== "RETROSPECTIVE" }];
  });
}

interface TableProps extends Omit<MeasuresProps, "treatments"> {
  injected: readonly string[];
}

/** The same days as numbers, newest first. */
function Table({ days, items, entries, injected }: TableProps) {
  const { words, dates } = useSession();
  const text = useAnswerText();
  const shown = items.filter(
    (item) => item.core || entries.some(({ answers }) => answers.some(({ itemId }) => itemId === item.id)),
  );
  return (
    <details class="more">
      <summary>{words.say("trend.table")}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled with the keyboard. */}
      <section class="table-frame" tabIndex={0} aria-label={words.say("trend.table")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.say("date.day")}</th>
              {shown.map(({ id, label }) => (
                <th key={id} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...days].reverse().map((day) => {
              const entry = entries.find(({ about }) => about === day);
              return (
                <tr key={day}>
                  <th scope="row">
                    {dates.short(day)}
                    {injected.includes(day) && <span class="tag">{words.say("trend.injection")}</span>}
                    {entry && entry.timeliness !== "ON_THE_DAY" && <span class="tag">{words.say("trend.late")}</span>}
                  </th>
                  {shown.map(({ id }) => {
                    const answer = entry?.answers.find(({ itemId }) => itemId === id);
                    return <td key={id}>{answer ? text(answer) : "–"}</td>;
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </details>
  );
}
