import { useQuery } from "../asking.ts";
import { MyMeasures } from "../generated/operations.ts";
import { Page } from "../parts/Page.tsx";
import { Empty, WhenReady } from "../parts/Waiting.tsx";
import { Ways } from "../parts/Ways.tsx";
import { useSession } from "../session.tsx";
import { DAILY } from "../today/useDiary.ts";
import { type Measure, Score } from "./Score.tsx";

/** What one's questionnaires came to over time, and the totals that a clinic typed in. */
export function Questionnaires() {
  const { words } = useSession();
  const measures = useQuery(MyMeasures, { language: words.language });
  return (
    <Page title={words.say("scores.overTime")} lead={words.say("scores.overTimeLead")}>
      <WhenReady asked={measures} lines={6}>
        {({ myMeasures }) => <All measures={myMeasures.filter(({ instrumentId }) => instrumentId !== DAILY)} />}
      </WhenReady>
      <Ways
        ways={[
          { href: "/trend", label: words.say("scores.back") },
          { href: "/visit", label: words.say("visit.title"), hint: words.say("visit.hint") },
        ]}
      />
    </Page>
  );
}

function All({ measures }: { measures: readonly Measure[] }) {
  const { words } = useSession();
  if (measures.length === 0) {
    return (
      <Empty>
        <p>{words.say("scores.empty")}</p>
        <a class="button primary" href="/today">
          {words.say("trend.start")}
        </a>
      </Empty>
    );
  }
  const instruments = [...new Set(measures.map(({ instrumentId }) => instrumentId))];
  return (
    <>
      <p>{words.say("scores.screening")}</p>
      {instruments.map((id) => (
        <OneInstrument key={id} scores={measures.filter(({ instrumentId }) => instrumentId === id)} />
      ))}
    </>
  );
}

function OneInstrument({ scores }: { scores: readonly Measure[] }) {
  const { words } = useSession();
  const [first] = scores;
  if (!first) return null;
  const { instrumentId, title, kind, licence } = first;
  return (
    <section class="questionnaire" aria-labelledby={`of-${instrumentId}`}>
      <h2 id={`of-${instrumentId}`}>{title}</h2>
      {kind === "TYPED_IN" && <p class="typed-in">{words.say("scores.typedIn")}</p>}
      <Direction scores={scores} />
      {scores.map((score) => (
        <Score key={score.measure.id} score={score} alone={scores.length === 1} />
      ))}
      <Table scores={scores} title={title} />
      <p class="hint">
        {licence.status === "OWN" ? words.say("scores.own") : words.say("scores.owner", { owner: licence.owner })}
      </p>
    </section>
  );
}

/** What a higher number means; of scales that differ, each by its name. */
function Direction({ scores }: { scores: readonly Measure[] }) {
  const { words } = useSession();
  const worse = scores.filter(({ measure }) => measure.direction === "HIGHER_IS_WORSE");
  const better = scores.filter((score) => !worse.includes(score));
  const named = (those: readonly Measure[]) =>
    those.length < scores.length ? `${words.list(those.map(({ name }) => name))}: ` : "";
  return (
    <p class="hint">
      {worse.length > 0 && `${named(worse)}${words.say("scores.higherIsWorse")} `}
      {better.length > 0 && `${named(better)}${words.say("scores.higherIsBetter")}`}
    </p>
  );
}

/** The same values as numbers, newest first. */
function Table({ scores, title }: { scores: readonly Measure[]; title: string }) {
  const { words, dates } = useSession();
  const days = [...new Set(scores.flatMap(({ values }) => values.map(({ on }) => on)))].sort().reverse();
  return (
    <details class="more">
      <summary>
        {words.say("trend.table")}
        <span class="visually-hidden">: {title}</span>
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled with the keyboard. */}
      <section class="table-frame" tabIndex={0} aria-label={`${words.say("trend.table")}: ${title}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.say("date.day")}</th>
              {scores.map(({ measure, name }) => (
                <th key={measure.id} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.map((day) => (
              <tr key={day}>
                <th scope="row">{dates.partial(day)}</th>
                {scores.map(({ measure, values }) => {
                  const found = values.find(({ on }) => on === day);
                  return <td key={measure.id}>{found ? words.number(found.value) : "–"}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
