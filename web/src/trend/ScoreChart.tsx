import { addDays, daysBetween } from "../dates.ts";
import { useSession } from "../session.tsx";
import { type Frame, ticks, wholeLine, xOf, yOf } from "./plot.ts";
import { Scale } from "./Scale.tsx";
import type { Measure } from "./Score.tsx";
import { useRoom } from "./useRoom.ts";

interface ScoreChartProps {
  label: string;
  measure: Measure["measure"];
  values: Measure["values"];
}

const HEIGHT = 110;
const YEAR = 365;

/** Every value at its day, from the lowest to the highest that there can be. */
export function ScoreChart({ label, measure, values }: ScoreChartProps) {
  const { dates } = useSession();
  const [place, width, unit] = useRoom();
  const first = values[0]?.on ?? "";
  const days = daysBetween(first, values.at(-1)?.on ?? first) + 1;
  const height = Math.round(HEIGHT * (0.5 + unit / 2)) + 18;
  const frame: Frame = { width, height, days, lowest: measure.minimum, highest: measure.maximum, unit };
  const points = values.map(({ on, value }) => ({ place: daysBetween(first, on), rating: value }));
  const name = (tick: number) => dates[days > YEAR ? "monthShort" : "short"](addDays(first, tick));
  return (
    <div ref={place} class="chart">
      {width > 0 && (
        <svg role="img" aria-label={label} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
          <Scale frame={frame} left={xOf(0, frame)} right={xOf(days - 1, frame)} />
          {ticks(frame).map((tick) => (
            <text
              key={tick}
              class="chart-text"
              x={xOf(tick, frame)}
              y={height - 4}
              text-anchor={tick < days / 8 ? "start" : tick === days - 1 ? "end" : "middle"}
            >
              {name(tick)}
            </text>
          ))}
          <path class="chart-line" d={wholeLine(points, frame)} />
          {points.map((point) => (
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
