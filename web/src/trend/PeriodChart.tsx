import { useSession } from "../session.tsx";
import type { Period } from "./periods.ts";
import { type Frame, lines, ticks, xOf, yOf } from "./plot.ts";
import { Scale } from "./Scale.tsx";
import { useRoom } from "./useRoom.ts";

interface PeriodChartProps {
  label: string;
  periods: readonly Period[];
  name: (period: Period) => string;
  points: readonly { from: string; median: number; low: number; high: number }[];
  /** Places of the periods in which an injection was given. */
  injected: readonly number[];
}

const HEIGHT = 190;

/** The middle of each period as a dot, its range as a bar; a period without ratings is a gap. */
export function PeriodChart({ label, periods, name, points, injected }: PeriodChartProps) {
  const { words } = useSession();
  const [place, width, unit] = useRoom();
  const height = Math.round(HEIGHT * (0.5 + unit / 2)) + 18;
  const frame: Frame = { width, height, days: periods.length, lowest: 0, highest: 10, unit };
  const last = periods.length - 1;
  const drawn = points.flatMap((point) => {
    const at = periods.findIndex(({ from }) => from === point.from);
    return at < 0 ? [] : [{ ...point, place: at, rating: point.median, late: false }];
  });
  return (
    <div ref={place} class="chart">
      {width > 0 && (
        <svg role="img" aria-label={label} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
          <Scale frame={frame} left={xOf(0, frame)} right={xOf(last, frame)} />
          {ticks(frame).map((tick) => {
            const period = periods[tick];
            return (
              <text
                key={tick}
                class="chart-text"
                x={xOf(tick, frame)}
                y={height - 4}
                text-anchor={tick === 0 && last > 0 ? "start" : tick === last && last > 0 ? "end" : "middle"}
              >
                {period && name(period)}
              </text>
            );
          })}
          {injected.map((at, index) => (
            <g key={at} class="chart-injection">
              <line x1={xOf(at, frame)} x2={xOf(at, frame)} y1={14 * unit} y2={yOf(0, frame)} />
              {(index === injected.length - 1 || injected.length === 1) && (
                <text
                  x={xOf(at, frame)}
                  y={10 * unit}
                  text-anchor={at < last / 5 ? "start" : at > (last * 4) / 5 ? "end" : "middle"}
                >
                  {words.say("trend.injection")}
                </text>
              )}
            </g>
          ))}
          {drawn.map((point) => (
            <line
              key={point.place}
              class="chart-range"
              x1={xOf(point.place, frame)}
              x2={xOf(point.place, frame)}
              y1={yOf(point.low, frame)}
              y2={yOf(point.high, frame)}
            />
          ))}
          {lines(drawn, frame).map((path) => (
            <path key={path} class="chart-line" d={path} />
          ))}
          {drawn.map((point) => (
            <circle
              key={point.place}
              class="chart-dot"
              cx={xOf(point.place, frame)}
              cy={yOf(point.rating, frame)}
              r={4}
            />
          ))}
        </svg>
      )}
    </div>
  );
}
