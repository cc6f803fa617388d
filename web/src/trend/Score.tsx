import type { MyMeasuresQuery } from "../generated/types.ts";
import { useSession } from "../session.tsx";
import { ScoreChart } from "./ScoreChart.tsx";

export type Measure = MyMeasuresQuery["myMeasures"][number];

/** The latest value of one score in words, and its course where there is one. */
export function Score({ score, alone }: { score: Measure; alone: boolean }) {
  const { words, dates } = useSession();
  const { measure, values, name, title } = score;
  const latest = values.at(-1);
  if (!latest) return null;
  const { minimum, maximum } = measure;
  const value = words.say("scores.value", { value: words.number(latest.value), minimum, maximum });
  const called = alone ? title : name;
  return (
    <div class="measure">
      {!alone && <h3>{name}</h3>}
      <p class="score-latest">
        <strong>{value}</strong>
        {latest.band && <span class="band">{latest.band.label}</span>}
      </p>
      <p class="hint">{dates.partial(latest.on)}</p>
      {values.length > 1 && (
        <ScoreChart
          label={words.say("scores.chart", {
            name: called,
            count: values.length,
            first: dates.partial(values[0]?.on ?? ""),
            last: dates.partial(latest.on),
            value,
          })}
          measure={measure}
          values={values}
        />
      )}
    </div>
  );
}
