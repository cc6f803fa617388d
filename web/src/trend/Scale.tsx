import { type Frame, yOf } from "./plot.ts";

const RULES = [0, 5, 10];

/** Lines across at none, half and worst, with their numbers. */
export function Scale({ frame, left, right }: { frame: Frame; left: number; right: number }) {
  return (
    <>
      {RULES.map((rating) => (
        <g key={rating}>
          <line class="chart-rule" x1={left} x2={right} y1={yOf(rating, frame)} y2={yOf(rating, frame)} />
          <text class="chart-text" x={18 * frame.unit} y={yOf(rating, frame) + 4 * frame.unit} text-anchor="end">
            {rating}
          </text>
        </g>
      ))}
    </>
  );
}
