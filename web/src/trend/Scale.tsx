import { type Frame, yOf } from "./plot.ts";

interface ScaleProps {
  frame: Frame;
  left: number;
  right: number;
}

/** Lines across at the lowest, the middle and the highest value, with their numbers. */
export function Scale({ frame, left, right }: ScaleProps) {
  const { lowest, highest } = frame;
  return (
    <>
      {[lowest, (lowest + highest) / 2, highest].filter(Number.isInteger).map((rating) => (
        <g key={rating}>
          <line class="chart-rule" x1={left} x2={right} y1={yOf(rating, frame)} y2={yOf(rating, frame)} />
          <text class="chart-text" x={20 * frame.unit} y={yOf(rating, frame) + 4 * frame.unit} text-anchor="end">
            {rating}
          </text>
        </g>
      ))}
    </>
  );
}
