import { useQuery } from "../asking.ts";
import { MyCycles, MyTrend, Treatments } from "../generated/operations.ts";
import type { MyTrendQuery } from "../generated/types.ts";
import { Problem } from "../parts/Problem.tsx";
import type { Item } from "../parts/Rating.tsx";
import { Skeleton, WhenReady } from "../parts/Waiting.tsx";
import { useSession } from "../session.tsx";
import { MeasureChoice } from "./MeasureChoice.tsx";
import { NothingYet } from "./NothingYet.tsx";
import { PeriodChart } from "./PeriodChart.tsx";
import { type By, type Period, periods, placeOf } from "./periods.ts";
import { useMeasure } from "./useMeasure.ts";
import { WhatChanged } from "./WhatChanged.tsx";

/** One measure by week or month: the middle of each with its range, and the same as a table. */
export function Periods({ by }: { by: By }) {
  const { measures, measure, choose, trouble, reload } = useMeasure();
  if (trouble) return <Problem problem={trouble} retry={reload} />;
  if (!measures || !measure) return <Skeleton lines={4} />;
  return (
    <>
      <MeasureChoice measures={measures} measure={measure} choose={choose} />
      <OneMeasure by={by} measure={measure} />
    </>
  );
}

function OneMeasure({ by, measure }: { by: By; measure: Item }) {
  const trend = useQuery(MyTrend, { measure: measure.id, by });
  return (
    <WhenReady asked={trend} lines={4}>
      {({ myTrend }) =>
        myTrend.points.length === 0 ? <NothingYet /> : <Shown by={by} measure={measure} trend={myTrend} />
      }
    </WhenReady>
  );
}

interface ShownProps {
  by: By;
  measure: Item;
  trend: MyTrendQuery["myTrend"];
}

function Shown({ by, measure, trend }: ShownProps) {
  const { words, dates } = useSession();
  const cycles = useQuery(MyCycles, { measure: measure.id, last: 1 });
  const treatments = useQuery(Treatments, {});
  const [first] = trend.points;
  const all = periods(by, first?.from ?? trend.from, trend.to);
  const injected = (treatments.data?.me.patient?.treatments.edges ?? [])
    .map(({ node }) => node)
    .filter(({ kind, startedOn }) => kind === "TOXIN_INJECTION" && startedOn.length === 10)
    .flatMap(({ startedOn }) => placeOf(all, startedOn) ?? []);
  const name = (period: Period) => (by === "WEEK" ? dates.short(period.from) : dates.partial(period.from.slice(0, 7)));
  const rated = trend.points.reduce((sum, { n }) => sum + n, 0);
  const summary = words.say(by === "WEEK" ? "trend.weeksRated" : "trend.monthsRated", {
    days: rated,
    filled: trend.points.length,
    all: all.length,
  });
  return (
    <>
      {by === "WEEK" && <WhatChanged change={cycles.data?.myCycles.thisWeek} span="week" />}
      <section class="measure" aria-label={measure.label}>
        <p class="hint">{summary}</p>
        <PeriodChart
          label={`${measure.label}. ${summary}`}
          periods={all}
          name={by === "WEEK" ? name : (period) => dates.monthShort(period.from)}
          points={trend.points}
          injected={injected}
        />
      </section>
      <p class="hint">{words.say("trend.periodLegend")}</p>
      <details class="more">
        <summary>{words.say("trend.table")}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled with the keyboard. */}
        <section class="table-frame" tabIndex={0} aria-label={words.say("trend.table")}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.say(by === "WEEK" ? "trend.weekFrom" : "date.month")}</th>
                <th scope="col">{words.say("trend.middle")}</th>
                <th scope="col">{words.say("trend.range")}</th>
                <th scope="col">{words.say("trend.daysRated")}</th>
              </tr>
            </thead>
            <tbody>
              {[...all].reverse().map((period) => {
                const point = trend.points.find(({ from }) => from === period.from);
                return (
                  <tr key={period.from}>
                    <th scope="row">{name(period)}</th>
                    <td>{point ? words.number(point.median) : "–"}</td>
                    <td>{point ? `${point.low} – ${point.high}` : "–"}</td>
                    <td>{point?.n ?? 0}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </section>
      </details>
    </>
  );
}
