import { useSession } from "../session.tsx";
import { markDot, weekLines, weeksShown } from "./overlay.ts";
import { type Frame, ticks, xOf, yOf } from "./plot.ts";
import { Scale } from "./Scale.tsx";
import { type Cycle, MARKS, type MarkName } from "./telling.ts";
import { useRoom } from "./useRoom.ts";

interface CycleChartProps {
  label: string;
  /** Oldest first, at most four. */
  cycles: readonly Cycle[];
  line: number | null;
}

const HEIGHT = 230;

/** The last cycles over each other by week: the newest on top, each with its own dashes, and marks of three shapes. */
export function CycleChart({ label, cycles, line }: CycleChartProps) {
  const { words } = useSession();
  const [place, width, unit] = useRoom();
  const height = Math.round(HEIGHT * (0.5 + unit / 2)) + 18;
  const weeks = weeksShown(cycles.map((cycle) => cycle.weeks));
  const frame: Frame = { width, height, days: weeks, lowest: 0, highest: 10, unit };
  return (
    <div ref={place} class="chart">
      {width > 0 && (
        <svg role="img" aria-label={label} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
          <Scale frame={frame} left={xOf(0, frame)} right={xOf(weeks - 1, frame)} />
          {ticks(frame).map((tick) => (
            <text
              key={tick}
              class="chart-text"
              x={xOf(tick, frame)}
              y={height - 4}
              text-anchor={tick === 0 ? "start" : tick === weeks - 1 ? "end" : "middle"}
            >
              {tick === ticks(frame)[0] ? words.say("cycles.week", { week: tick + 1 }) : tick + 1}
            </text>
          ))}
          {line !== null && (
            <line
              class="chart-own-line"
              x1={xOf(0, frame)}
              x2={xOf(weeks - 1, frame)}
              y1={yOf(line, frame)}
              y2={yOf(line, frame)}
            />
          )}
          {cycles.map((cycle, index) => (
            <g key={cycle.injectedOn} class={`cycle cycle-${cycles.length - 1 - index}`}>
              {weekLines(cycle.weeks, frame).map(({ path }) => (
                <path key={path} d={path} />
              ))}
              {MARKS.map((name) => {
                const { day } = cycle[name];
                const dot = day === null ? undefined : markDot(day, cycle.weeks, frame);
                return dot && <Sign key={name} name={name} x={dot.x} y={dot.y} />;
              })}
            </g>
          ))}
        </svg>
      )}
    </div>
  );
}

const SIGNS: Record<MarkName, string> = {
  benefit: "M0 -6L6 5H-6Z",
  peak: "M0 -7L7 0L0 7L-7 0Z",
  wearingOff: "M-5 -5H5V5H-5Z",
};

/** A triangle for benefit, a diamond for the best time, a square for wearing off. */
export function Sign({ name, x, y }: { name: MarkName; x: number; y: number }) {
  return <path class="cycle-sign" d={SIGNS[name]} transform={`translate(${x} ${y})`} />;
}
