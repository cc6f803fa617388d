import { useQuery } from "../asking.ts";
import { Coalition as CoalitionOperation } from "../generated/operations.ts";
import type { CoalitionQuery } from "../generated/types.ts";
import { Page } from "../parts/Page.tsx";
import { Empty, WhenReady } from "../parts/Waiting.tsx";
import { useSession } from "../session.tsx";

type Snapshot = NonNullable<CoalitionQuery["coalition"]["snapshot"]>;
type Count = Snapshot["registrants"];

/** Registrants by form from the stored snapshot; withheld numbers are marked as such, never shown as 0. */
export function Coalition() {
  const { words } = useSession();
  const asked = useQuery(CoalitionOperation, {});
  return (
    <Page title={words.say("coalition.title")} lead={asked.data?.coalition.organisation} wide>
      <WhenReady asked={asked} lines={6}>
        {({ coalition }) =>
          coalition.snapshot ? <Numbers snapshot={coalition.snapshot} /> : <Empty>{words.say("coalition.empty")}</Empty>
        }
      </WhenReady>
      <h2>{words.say("tokens.title")}</h2>
      <p>{words.say("tokens.lead")}</p>
      <a class="button" href="/coalition/programs">
        {words.say("tokens.open")}
      </a>
    </Page>
  );
}

function Numbers({ snapshot }: { snapshot: Snapshot }) {
  const { words, dates } = useSession();
  return (
    <>
      <p class="figure">
        <strong>
          <InWords count={snapshot.registrants} />
        </strong>
        <span>{words.say("coalition.registrants")}</span>
        <span class="hint">{words.say("coalition.takenOn", { date: dates.partial(snapshot.takenOn) })}</span>
      </p>
      <h2>{words.say("coalition.byForm")}</h2>
      <p class="hint">{words.say("coalition.multiple")}</p>
      <Bars snapshot={snapshot} />
      <details>
        <summary>{words.say("trend.table")}</summary>
        <Table snapshot={snapshot} />
      </details>
      <h2>{words.say("coalition.method")}</h2>
      <p>{snapshot.method}</p>
    </>
  );
}

const BAR_WIDTH = 100;

/** One bar a form; a withheld number has no bar but its reason. */
function Bars({ snapshot }: { snapshot: Snapshot }) {
  const { words } = useSession();
  const values = snapshot.registrantsByForm.map(({ count }) =>
    count.__typename === "PublishedCount" ? count.value : 0,
  );
  const most = Math.max(1, ...values);
  return (
    <ul class="bars" aria-label={words.say("coalition.byForm")}>
      {snapshot.registrantsByForm.map(({ form, count }) => (
        <li key={form}>
          <span class="bar-name">{words.say(`form.${form}`)}</span>
          <span class="bar-number">
            <InWords count={count} />
          </span>
          {count.__typename === "PublishedCount" ? (
            <svg
              class="bar"
              viewBox={`0 0 ${BAR_WIDTH} 10`}
              preserveAspectRatio="none"
              aria-hidden="true"
              focusable="false"
            >
              <rect width={(count.value / most) * BAR_WIDTH} height={10} />
            </svg>
          ) : (
            <span class="bar-withheld">{count.reason}</span>
          )}
        </li>
      ))}
    </ul>
  );
}

function InWords({ count }: { count: Count }) {
  const { words } = useSession();
  if (count.__typename === "SuppressedCount") return <>{words.say("coalition.withheld")}</>;
  return <>{count.value.toLocaleString(document.documentElement.lang)}</>;
}

function Table({ snapshot }: { snapshot: Snapshot }) {
  const { words } = useSession();
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{words.say("coalition.form")}</th>
          <th scope="col">{words.say("coalition.people")}</th>
          <th scope="col">{words.say("coalition.note")}</th>
        </tr>
      </thead>
      <tbody>
        {snapshot.registrantsByForm.map(({ form, count }) => (
          <tr key={form}>
            <th scope="row">{words.say(`form.${form}`)}</th>
            <td>
              <InWords count={count} />
            </td>
            <td>
              {count.__typename === "SuppressedCount"
                ? count.reason
                : words.say("coalition.rounded", { number: count.roundedTo })}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
