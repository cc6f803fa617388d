import { useSession } from "../session.tsx";
import type { Standing } from "./standing.ts";
import type { Instrument } from "./useDiary.ts";

type Scale = Instrument["scales"][number];
type Score = NonNullable<Standing["received"]>["scores"][number];

/** What a questionnaire came to, in words: a range is for screening, and says so before anything else. */
export function Scores({
  instrument,
  entry: { received, waiting, answers },
}: {
  instrument: Instrument;
  entry: Standing;
}) {
  const { words } = useSession();
  // Scores are of what was received: while a change waits, they would be of other answers.
  if (!received || waiting || !answers) return null;
  const scored = instrument.scales.flatMap((scale) => {
    const score = received.scores.find(({ scaleId }) => scaleId === scale.id);
    return score && score.reason !== "NOT_SCORED" ? [{ scale, score }] : [];
  });
  if (scored.length === 0) return null;
  return (
    <section aria-labelledby="scores">
      <h2 id="scores">{words.say("scores.title")}</h2>
      <p>
        {words.say("scores.screening")}{" "}
        {scored.every(({ scale }) => scale.direction === "HIGHER_IS_WORSE") && words.say("scores.higherIsWorse")}
      </p>
      <dl class="answers">
        {scored.map(({ scale, score }) => (
          <div key={scale.id}>
            <dt>{scale.title}</dt>
            <dd>
              <Value scale={scale} score={score} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Value({ scale, score: { value, reason, band } }: { scale: Scale; score: Score }) {
  const { words } = useSession();
  if (value === null) {
    return <>{words.say(reason === "NOTHING_APPLIES" ? "scores.nothingApplies" : "scores.tooManyOpen")}</>;
  }
  const { minimum, maximum } = scale;
  const label = scale.bands.find(({ id }) => id === band)?.label;
  return (
    <>
      {words.say("scores.value", { value: Math.round(value * 10) / 10, minimum, maximum })}
      {label && <span class="band">{label}</span>}
    </>
  );
}
