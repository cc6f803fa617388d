import { useQuery } from "../asking.ts";
import { openDay } from "../dates.ts";
import { MyCycles } from "../generated/operations.ts";
import { Problem } from "../parts/Problem.tsx";
import type { Item } from "../parts/Rating.tsx";
import { Empty, Skeleton, WhenReady } from "../parts/Waiting.tsx";
import { usePatient, useSession } from "../session.tsx";
import { mayWork } from "../treatments/shape.ts";
import { CycleChart, Sign } from "./CycleChart.tsx";
import { CycleTable } from "./CycleTable.tsx";
import { MeasureChoice } from "./MeasureChoice.tsx";
import { type Cycle, type CyclesShown, MARKS, markWords, spread, typicalSentence } from "./telling.ts";
import { useMeasure } from "./useMeasure.ts";
import { WhatChanged } from "./WhatChanged.tsx";

const LAST = 4;

/** The last injection cycles laid over each other, what is typical of them, and each by itself. */
export function Cycles() {
  const { measures, measure, choose, trouble, reload } = useMeasure();
  if (trouble) return <Problem problem={trouble} retry={reload} />;
  if (!measures || !measure) return <Skeleton lines={4} />;
  return (
    <>
      <MeasureChoice measures={measures} measure={measure} choose={choose} />
      <OneMeasure measure={measure} />
    </>
  );
}

function OneMeasure({ measure }: { measure: Item }) {
  const { words } = useSession();
  const asked = useQuery(MyCycles, { measure: measure.id, last: LAST });
  return (
    <WhenReady asked={asked} lines={5}>
      {({ myCycles }) => {
        if (myCycles.cycles.length === 0) {
          return (
            <Empty>
              <p>{words.say("cycles.none")}</p>
              <a class="button primary" href="/treatments">
                {words.say("cycles.addInjection")}
              </a>
            </Empty>
          );
        }
        return <Shown measure={measure} found={myCycles} />;
      }}
    </WhenReady>
  );
}

function Shown({ measure, found }: { measure: Item; found: CyclesShown }) {
  const { words } = useSession();
  const sentence = typicalSentence(found.typical, words);
  const differ = spread(found.typical, words);
  const rated = found.cycles.filter(({ weeks }) => weeks.length > 0);
  return (
    <>
      <p class="telling">{sentence ?? words.say("cycles.tooFew")}</p>
      {differ && <p class="hint">{differ}</p>}
      <WhatChanged change={found.thisCycle} span="cycle" />
      {rated.length > 0 ? (
        <>
          <CycleChart
            label={`${measure.label}. ${sentence ?? words.say("cycles.tooFew")}`}
            cycles={rated}
            line={found.typical.line}
          />
          <Legend cycles={rated} line={found.typical.line} />
        </>
      ) : (
        <Empty>{words.say("cycles.notRated")}</Empty>
      )}
      <section>
        <h3>{words.say("cycles.each")}</h3>
        <ul class="plain-list cycle-list">
          {[...found.cycles].reverse().map((cycle) => (
            <li key={`${cycle.injectedOn} ${cycle.injections[0]?.id}`}>
              <OneCycle cycle={cycle} />
            </li>
          ))}
        </ul>
      </section>
      <CycleTable cycles={rated} />
      <details class="help">
        <summary>{words.say("cycles.how")}</summary>
        <p>{words.say("cycles.howUsual")}</p>
        <p>{words.say("cycles.howMarks")}</p>
        <p>{words.say("cycles.howTypical")}</p>
      </details>
    </>
  );
}

/** What a cycle is called: by its injection, and whether that still works. */
function useName() {
  const { words, dates } = useSession();
  const { settings } = usePatient();
  const today = openDay(new Date(), settings.timeZone);
  return ({ endsOn, injectedOn }: Cycle) => {
    const runs = !endsOn && mayWork(injectedOn, today);
    return words.say(runs ? "cycles.sinceNow" : "cycles.since", { day: dates.partial(injectedOn) });
  };
}

function Legend({ cycles, line }: { cycles: readonly Cycle[]; line: number | null }) {
  const { words } = useSession();
  const called = useName();
  return (
    <ul class="cycle-legend">
      {[...cycles].reverse().map((cycle, age) => (
        <li key={cycle.injectedOn}>
          <svg width="40" height="14" aria-hidden="true" focusable="false">
            <g class={`cycle cycle-${age}`}>
              <path d="M2 7H38" />
            </g>
          </svg>
          {called(cycle)}
        </li>
      ))}
      {MARKS.map((name) => (
        <li key={name}>
          <svg width="40" height="16" aria-hidden="true" focusable="false">
            <g class="cycle cycle-0">
              <Sign name={name} x={20} y={8} />
            </g>
          </svg>
          {words.say(`cycles.sign.${name}`)}
        </li>
      ))}
      {line !== null && (
        <li>
          <svg width="40" height="14" aria-hidden="true" focusable="false">
            <line class="chart-own-line" x1="2" x2="38" y1="7" y2="7" />
          </svg>
          {words.say("cycles.ownLine", { level: words.number(Math.round(line * 10) / 10) })}
        </li>
      )}
    </ul>
  );
}

function OneCycle({ cycle }: { cycle: Cycle }) {
  const { words, dates } = useSession();
  const called = useName();
  const given = cycle.injections
    .map(({ product, dose }) => {
      const named = product ? (words.known(`product.${product}`) ?? product) : undefined;
      return named && dose ? words.say("treatment.units", { dose: words.number(dose), product: named }) : named;
    })
    .filter(Boolean);
  return (
    <div>
      <strong>{called(cycle)}</strong>
      <p class="hint">{[...given, words.count("cycles.daysRated", cycle.daysObserved)].join(" · ")}</p>
      <dl class="facts">
        {MARKS.map((name) => (
          <div key={name}>
            <dt>{words.say(`cycles.sign.${name}`)}</dt>
            <dd>
              {markWords(cycle[name], words, dates.short)}
              {cycle[name].source === "RATINGS" && cycle[name].statedOn && (
                <span class="hint">
                  {" "}
                  {words.say("cycles.youSaid", { day: dates.short(cycle[name].statedOn ?? "") })}
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
