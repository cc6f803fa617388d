import { useSession } from "../session.tsx";
import { weeksShown } from "./overlay.ts";
import type { Cycle } from "./telling.ts";

/** The chart as numbers: a row a week, a column a cycle, the newest first. */
export function CycleTable({ cycles }: { cycles: readonly Cycle[] }) {
  const { words, dates } = useSession();
  if (cycles.length === 0) return null;
  const newest = [...cycles].reverse();
  const weeks = Array.from({ length: weeksShown(cycles.map((cycle) => cycle.weeks)) }, (_, index) => index + 1);
  return (
    <details class="more">
      <summary>{words.say("trend.table")}</summary>
      <p class="hint">{words.say("cycles.tableHint")}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled with the keyboard. */}
      <section class="table-frame" tabIndex={0} aria-label={words.say("trend.table")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.say("cycles.weekColumn")}</th>
              {newest.map(({ injectedOn }) => (
                <th key={injectedOn} scope="col">
                  {dates.short(injectedOn)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {weeks.map((week) => (
              <tr key={week}>
                <th scope="row">{week}</th>
                {newest.map((cycle) => {
                  const found = cycle.weeks.find((each) => each.week === week);
                  return (
                    <td key={cycle.injectedOn}>
                      {found ? words.say("cycles.cell", { middle: words.number(found.median), days: found.n }) : "–"}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
