/** One day of one measure, for drawing: pure geometry, no words and no clock. */
export interface Point {
  /** Place of the day on the axis, 0 for the first. */
  place: number;
  rating: number;
  /** Not answered on the day itself. */
  late: boolean;
}

export interface Frame {
  width: number;
  height: number;
  days: number;
  /** The ratings at the bottom and at the top. */
  lowest: number;
  highest: number;
  /** The size of text, 1 for the usual one: the room around the drawing grows with it. */
  unit: number;
}

const INSET = { left: 26, right: 8, top: 18, bottom: 22 };

export function xOf(place: number, { width, days, unit }: Frame): number {
  const span = width - INSET.left * unit - INSET.right;
  return round(INSET.left * unit + (days > 1 ? (place / (days - 1)) * span : span / 2));
}

export function yOf(rating: number, { height, lowest, highest, unit }: Frame): number {
  const span = height - (INSET.top + INSET.bottom) * unit;
  return round(height - INSET.bottom * unit - ((rating - lowest) / (highest - lowest)) * span);
}

/** Days to write under the axis, evenly from the last one back, as many as there is room for. */
export function ticks({ width, days, unit }: Frame): number[] {
  const step = Math.max(1, Math.ceil(days / Math.max(1, Math.min(5, Math.floor(width / (80 * unit))))));
  return Array.from({ length: Math.ceil(days / step) }, (_, index) => days - 1 - index * step).reverse();
}

/** Lines through days that follow each other; a day without an answer leaves an honest gap. */
export function lines(points: readonly Point[], frame: Frame): string[] {
  const runs: Point[][] = [];
  for (const point of points) {
    const run = runs.at(-1);
    if (run?.at(-1)?.place === point.place - 1) run.push(point);
    else runs.push([point]);
  }
  return runs.filter((run) => run.length > 1).map((run) => wholeLine(run, frame));
}

/** One line through all points, however far apart: what is asked every few weeks has no gaps between. */
export function wholeLine(points: readonly Pick<Point, "place" | "rating">[], frame: Frame): string {
  return points
    .map(({ place, rating }, index) => `${index ? "L" : "M"}${xOf(place, frame)} ${yOf(rating, frame)}`)
    .join("");
}

export interface Summary {
  answered: number;
  median: number;
  lowest: number;
  highest: number;
}

/** Undefined where nothing was rated. */
export function summary(points: readonly Point[]): Summary | undefined {
  const ratings = points.map(({ rating }) => rating).sort((one, other) => one - other);
  const [lowest] = ratings;
  const highest = ratings.at(-1);
  const upper = ratings[Math.floor(ratings.length / 2)];
  const lower = ratings[Math.ceil(ratings.length / 2) - 1];
  if (lowest === undefined || highest === undefined || upper === undefined || lower === undefined) return undefined;
  return { answered: ratings.length, median: (upper + lower) / 2, lowest, highest };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
