import type { ComponentChildren } from "preact";
import { daysBetween } from "../dates.ts";
import type { FindingState } from "../generated/types.ts";
import { Icon, type IconName } from "../parts/Icon.tsx";
import { useSession } from "../session.tsx";
import { Choice } from "./Choice.tsx";
import type { Match } from "./Trials.tsx";

interface TrialCardProps {
  match: Match;
  change: (changed: Pick<Match, "id"> & Partial<Match>) => void;
  /** Stands alone on its page and shows the reasons at once. */
  open?: boolean;
}

/** One study: whether it may fit, why, where, and what this person can say to it. */
export function TrialCard({ match, change, open }: TrialCardProps) {
  const { words } = useSession();
  const { trial } = match;
  const Heading = open ? "h2" : "h3";
  return (
    <article class="card" aria-labelledby={`trial-${match.id}`}>
      <Verdict match={match} />
      <Heading class="card-title" id={`trial-${match.id}`}>
        {trial.title}
      </Heading>
      <Facts match={match} />
      {trial.summary && (
        <details>
          <summary>{words.say("trials.about")}</summary>
          <p class="preserve">{trial.summary}</p>
          <p class="hint">{trial.nctId}</p>
        </details>
      )}
      {match.findings.length > 0 && (
        <details open={open}>
          <summary>{words.say(match.alertedAt ? "trials.whyAlert" : "trials.why")}</summary>
          <ul class="findings">
            {match.findings.map((finding) => (
              <Finding key={`${finding.criterion}|${finding.because}`} finding={finding} />
            ))}
          </ul>
          <p class="hint">{words.say("trials.siteChecks")}</p>
        </details>
      )}
      <Choice match={match} change={change} />
    </article>
  );
}

function Verdict({ match }: { match: Match }) {
  const { words, dates } = useSession();
  if (match.state === "MAY_FIT") return <Chip icon="check">{words.say("match.MAY_FIT")}</Chip>;
  if (match.possibleFrom) {
    return <Chip icon="clock">{words.say("match.from", { date: dates.partial(match.possibleFrom) })}</Chip>;
  }
  if (match.state === "UNKNOWN") return <Chip icon="question">{words.say("match.UNKNOWN")}</Chip>;
  return <Chip icon="cross">{words.say("match.DOES_NOT_FIT")}</Chip>;
}

function Chip({ icon, children }: { icon: IconName; children: ComponentChildren }) {
  return (
    <p class={`chip chip-${icon}`}>
      <Icon name={icon} />
      <span>{children}</span>
    </p>
  );
}

/** Facts that are told with a treatment; all others stand among a person's details. */
const ON_TREATMENTS: ReadonlySet<string> = new Set([
  "weeks_since_toxin",
  "prior_injections",
  "last_toxin_response",
  "medicine_stable_days",
]);

function Facts({ match: { nearestSite, askFor, trial } }: { match: Match }) {
  const { words } = useSession();
  const where = [nearestSite?.facility, nearestSite?.city].filter(Boolean).join(", ");
  return (
    <>
      {nearestSite && (
        <p>
          {where}
          {nearestSite.distanceKm !== null && ` · ${words.say("trials.distance", { km: nearestSite.distanceKm })}`}
        </p>
      )}
      {trial.status !== "RECRUITING" && <p class="hint">{words.say(`status.${trial.status}`)}</p>}
      {askFor && (
        <p>
          <strong>{words.say("trials.askFor")}</strong> {words.known(`ask.${askFor}`) ?? askFor}{" "}
          <a href={ON_TREATMENTS.has(askFor) ? "/settings" : "/enrol"}>{words.say("trials.tellUs")}</a>
        </p>
      )}
    </>
  );
}

const SOON_DAYS = 366;

/** A change in many years, such as an age limit, is no news today. */
function isSoon(day: string | null): day is string {
  return day !== null && daysBetween(new Date().toISOString().slice(0, 10), day) <= SOON_DAYS;
}

const icons: Record<FindingState, IconName> = { MET: "check", NOT_MET: "cross", UNKNOWN: "question" };

function Finding({ finding }: { finding: Match["findings"][number] }) {
  const { words, dates } = useSession();
  return (
    <li class={`finding finding-${finding.state.toLowerCase()}`}>
      <Icon name={icons[finding.state]} />
      <div>
        <p>
          <span class="visually-hidden">{words.say(`finding.${finding.state}`)}: </span>
          {finding.criterion}
        </p>
        <p class="hint">
          {finding.because}{" "}
          {isSoon(finding.nextChangeOn) && words.say("trials.changes", { date: dates.partial(finding.nextChangeOn) })}
        </p>
      </div>
    </li>
  );
}
