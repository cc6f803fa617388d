import { Page } from "../parts/Page.tsx";
import { Ways } from "../parts/Ways.tsx";
import { useSession } from "../session.tsx";
import { Adherence } from "./Adherence.tsx";
import { Cycles } from "./Cycles.tsx";
import { Days } from "./Days.tsx";
import { Periods } from "./Periods.tsx";

const VIEWS = ["days", "weeks", "months", "cycles"] as const;
type View = (typeof VIEWS)[number];

/** One's own course: day by day, by week, by month, or one injection cycle laid over the other. */
export function Trend({ view }: { view?: string | undefined }) {
  const { words } = useSession();
  const shown = VIEWS.find((known) => known === view) ?? "days";
  return (
    <Page title={words.say("trend.title")} lead={words.say("trend.lead")}>
      <nav class="views" aria-label={words.say("trend.views")}>
        <ul>
          {VIEWS.map((one) => (
            <li key={one}>
              <a href={hrefOf(one)} aria-current={one === shown ? "page" : undefined}>
                {words.say(`trend.view.${one}`)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <h2 class="view-title">{words.say(`trend.viewTitle.${shown}`)}</h2>
      {shown === "days" && <Days />}
      {(shown === "weeks" || shown === "months") && <Periods key={shown} by={shown === "weeks" ? "WEEK" : "MONTH"} />}
      {shown === "cycles" && <Cycles />}
      {shown === "days" && <Adherence />}
      <Ways
        ways={[
          { href: "/trend/questionnaires", label: words.say("scores.overTime"), hint: words.say("scores.hint") },
          { href: "/visit", label: words.say("visit.title"), hint: words.say("visit.hint") },
        ]}
      />
    </Page>
  );
}

function hrefOf(view: View): string {
  return view === "days" ? "/trend" : `/trend/${view}`;
}
