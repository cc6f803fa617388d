import { useState } from "preact/hooks";
import { useQuery } from "../asking.ts";
import { Trial as TrialOperation } from "../generated/operations.ts";
import type { TrialQuery } from "../generated/types.ts";
import { Missing } from "../pages/Missing.tsx";
import { Page } from "../parts/Page.tsx";
import { Empty, Status, WhenReady } from "../parts/Waiting.tsx";
import { useSession } from "../session.tsx";
import { CriteriaEditor } from "./CriteriaEditor.tsx";
import { Introductions } from "./Introductions.tsx";
import { inBand } from "./reach.ts";

type Trial = NonNullable<TrialQuery["trial"]>;

/** One trial as its coordinator sees it: totals and bands, and names only of those who asked. */
export function TrialPage({ id }: { id: string }) {
  const { words } = useSession();
  const asked = useQuery(TrialOperation, { id });
  const title = asked.data?.trial?.title ?? words.say("trial.title");
  if (asked.trouble?.code === "NOT_FOUND" || (asked.state === "ready" && !asked.data.trial)) return <Missing />;
  return (
    <Page title={title} wide>
      <WhenReady asked={asked} lines={5}>
        {({ trial }) => trial && <Sections trial={trial} reload={asked.reload} />}
      </WhenReady>
      <p>
        <a class="way" href="/coordinator">
          {words.say("trial.all")}
        </a>
      </p>
    </Page>
  );
}

function Sections({ trial, reload }: { trial: Trial; reload: () => void }) {
  const { words, dates } = useSession();
  return (
    <>
      <p class="hint">
        {trial.nctId} · {words.say(`status.${trial.status}`)}
        {trial.importedAt && ` · ${words.say("coordinator.imported", { date: dates.moment(trial.importedAt) })}`}
      </p>
      <h2>{words.say("trial.introductions")}</h2>
      <Introductions trialId={trial.id} count={trial.introductionCount ?? 0} />
      <h2>{words.say("trial.reach")}</h2>
      <ReachAndAlerts trial={trial} reload={reload} />
      <h2>{words.say("trial.criteria")}</h2>
      <Criteria trial={trial} reload={reload} />
      <h2>{words.say("trial.sites")}</h2>
      <Sites trial={trial} />
      {trial.recordSha256 && (
        <p class="hint">
          {words.say("trial.sha")} <code>{trial.recordSha256}</code>
        </p>
      )}
    </>
  );
}

const COUNTS = ["queued", "held", "sent", "delivered", "undelivered", "cancelled"] as const;

function ReachAndAlerts({ trial, reload }: { trial: Trial; reload: () => void }) {
  const { words, dates } = useSession();
  const { reach, alerts } = trial;
  return (
    <>
      <p class="figure">
        <strong>
          {reach ? words.say("trial.people", { band: inBand(reach, words) }) : words.say("trial.noReach")}
        </strong>
        {reach && <span class="hint">{words.say("trial.asOf", { date: dates.moment(reach.asOf) })}</span>}
      </p>
      {alerts && (
        <dl class="tiles">
          {COUNTS.map((count) => (
            <div key={count}>
              <dt>{words.say(`alerts.${count}`)}</dt>
              <dd>{alerts[count]}</dd>
            </div>
          ))}
        </dl>
      )}
      {alerts && alerts.cancelled > 0 && <p class="hint">{words.say("alerts.cancelledHint")}</p>}
      <button type="button" class="quiet flush" onClick={reload}>
        {words.say("trial.refresh")}
      </button>
    </>
  );
}

function Criteria({ trial, reload }: { trial: Trial; reload: () => void }) {
  const { words, dates } = useSession();
  const [editing, setEditing] = useState(false);
  const [saved, setSaved] = useState(false);
  const { criteria } = trial;
  if (editing) {
    return (
      <CriteriaEditor
        trialId={trial.id}
        tree={criteria?.tree ?? null}
        done={(changed) => {
          setEditing(false);
          setSaved(changed);
          if (changed) reload();
        }}
      />
    );
  }
  return (
    <>
      <Status>{saved && words.say("trial.criteriaSaved")}</Status>
      {criteria ? (
        <>
          <ul class="in-words">
            {criteria.inWords.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          <p class="hint">
            {words.say("trial.version", { number: criteria.version, date: dates.moment(criteria.setAt) })}
          </p>
        </>
      ) : (
        <Empty>{words.say("trial.noCriteria")}</Empty>
      )}
      <button type="button" onClick={() => setEditing(true)}>
        {words.say(criteria ? "trial.editCriteria" : "trial.setCriteria")}
      </button>
    </>
  );
}

function Sites({ trial }: { trial: Trial }) {
  const { words } = useSession();
  const recruiting = trial.sites.filter(({ status }) => status === "RECRUITING").length;
  return (
    <details open={trial.sites.length <= 5}>
      <summary>{words.say("trial.siteCount", { recruiting, total: trial.sites.length })}</summary>
      <ul class="plain-list">
        {trial.sites.map(({ facility, city, country, status }) => (
          <li key={`${facility}|${city}|${country}`}>
            <div>
              {facility ?? words.say("trial.unnamedSite")}
              <p class="hint">{[city, country].filter(Boolean).join(", ")}</p>
            </div>
            {status && <span class="chip">{words.say(`status.${status}`)}</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}
