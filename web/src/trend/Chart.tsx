import { useSession } from "../session.tsx";
import { type Frame, lines, type Point, ticks, xOf, yOf } from "./plot.ts";
import { Scale } from "./Scale.tsx";
import { useRoom } from "./useRoom.ts";

export interface Mark {
  place: number;
}

interface ChartProps {
  /** Read aloud instead of the drawing. */
  label: string;
  days: readonly string[];
  points: readonly Point[];
  injections: readonly Mark[];
}

const HEIGHT = 150;

/** Thirty days of one measure: 0 at the bottom, 10 at the top, injections as dashed lines. */
export function Chart({ label, days, points, injections }: ChartProps) {
  const { words, dates } = useSession();
  const [place, width, unit] = useRoom();
  const height = Math.round(HEIGHT * (0.5 + unit / 2)) + 18;
  const frame: Frame = { width, height, days: days.length, lowest: 0, highest: 10, unit };
  return (
    <div ref={place} class="chart">
      {width > 0 && (
        <svg role="img" aria-label={label} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
          <Scale frame={frame} left={xOf(0, frame)} right={xOf(days.length - 1, frame)} />
          {ticks(frame).map((tick) => (
            <text
              key={tick}
              class="chart-text"
              x={xOf(tick, frame)}
              y={height - 4}
              text-anchor={tick < 2 ? "start" : tick === days.length - 1 ? "end" : "middle"}
            >
              {dates.short(days[tick] ?? "")}
            </text>
          ))}
          {injections.map((mark) => (
            <g key={mark.place} class="chart-injection">
              <line x1={xOf(mark.place, frame)} x2={xOf(mark.place, frame)} y1={14 * unit} y2={yOf(0, frame)} />
              <text
                x={xOf(mark.place, frame)}
                y={10 * unit}
                text-anchor={mark.place < 5 ? "start" : mark.place > days.length - 6 ? "end" : "middle"}
              >
                {words.say("trend.injection")}
              </text>
            </g>
          ))}
          {lines(points, frame).map((path) => (
            <path key={path} class="chart-line" d={path} />
          ))}
          {points.map((point) => (
            <circle
              key={point.place}
              class={point.late ? "chart-dot chart-dot-late" : "chart-dot"}
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
