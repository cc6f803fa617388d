import { useEffect, useRef, useState } from "preact/hooks";
import { useSession } from "../session.tsx";
import { type Frame, lines, type Point, ticks, xOf, yOf } from "./plot.ts";

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
const USUAL_TEXT_PX = 16;
const RULES = [0, 5, 10];

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
          {RULES.map((rating) => (
            <g key={rating}>
              <line
                class="chart-rule"
                x1={xOf(0, frame)}
                x2={xOf(days.length - 1, frame)}
                y1={yOf(rating, frame)}
                y2={yOf(rating, frame)}
              />
              <text class="chart-text" x={18 * unit} y={yOf(rating, frame) + 4 * unit} text-anchor="end">
                {rating}
              </text>
            </g>
          ))}
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

/** The width there is, and the size of text against the usual one. */
function useRoom() {
  const place = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ width: 0, unit: 1 });
  useEffect(() => {
    const box = place.current;
    if (!box) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      const unit = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_TEXT_PX;
      setRoom({ width: Math.floor(entry?.contentRect.width ?? 0), unit: unit || 1 });
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  return [place, room.width, room.unit] as const;
}
