import { useState } from "preact/hooks";
import { useMutation } from "../asking.ts";
import { Rejoin, Withdraw } from "../generated/operations.ts";
import type { ParticipationAxis } from "../generated/types.ts";
import { focusHeading, Page } from "../parts/Page.tsx";
import { Problem, type TypedProblem } from "../parts/Problem.tsx";
import { Status } from "../parts/Waiting.tsx";
import { usePatient, useSession } from "../session.tsx";
import type { Key } from "../words.ts";

const BOTH: readonly ParticipationAxis[] = ["CONTACT", "DATA_USE"];

/** Ending contact, or the use of data too, each with one tap; what that does and what it cannot do stands beside it. */
export function Leave() {
  const { words } = useSession();
  const { participation, erasure } = usePatient();
  const noContact = participation.contact === "NONE";
  const noUse = participation.dataUse === "NONE";
  const wish = useWish();
  return (
    <Page title={words.say("leave.title")} lead={words.say("leave.lead")}>
      <Standing />
      {(noContact || noUse) && !erasure && (
        <button type="button" class="wide" disabled={wish.busy} onClick={() => wish.rejoin(noUse ? BOTH : ["CONTACT"])}>
          {words.say(noUse ? "leave.useBack" : "leave.contactBack")}
        </button>
      )}
      <Problem problem={wish.problem} />
      {!noContact && !noUse && (
        <section>
          <h2>{words.say("leave.contact")}</h2>
          <Lines keys={["leave.contactEnds", "leave.contactTrials", "leave.contactStays"]} />
          <button type="button" class="wide" disabled={wish.busy} onClick={() => wish.withdraw(["CONTACT"])}>
            {words.say("leave.contactStop")}
          </button>
        </section>
      )}
      <section>
        <h2>{words.say(noUse ? "leave.useNow" : "leave.use")}</h2>
        <Lines keys={["leave.useEnds", "leave.useDiary", "leave.useContact"]} />
        <h3>{words.say(noUse ? "leave.cannotNow" : "leave.cannot")}</h3>
        <Lines keys={["leave.counts", "leave.shared", "leave.teams", "leave.kept"]} />
        {!noUse && (
          <button type="button" class="wide" disabled={wish.busy} onClick={() => wish.withdraw(BOTH)}>
            {words.say("leave.useStop")}
          </button>
        )}
      </section>
      <section id="erase">
        <h2>{words.say("leave.erase")}</h2>
        <p>{words.say("leave.eraseText")}</p>
        <a class="button wide" href="/erase">
          {words.say(erasure ? "erase.undo" : "erase.title")}
        </a>
      </section>
      <p>
        <a class="way" href="/consents">
          {words.say("consents.all")}
        </a>
      </p>
    </Page>
  );
}

/** How the person takes part now, said aloud when it changes. */
function Standing() {
  const { words, dates } = useSession();
  const { participation, settings } = usePatient();
  const ended = participation.dataUseEndedAt ?? participation.contactEndedAt;
  const key: Key = participation.dataUseEndedAt ? "leave.noUseSince" : "leave.noContactSince";
  return (
    <Status>{ended && <p class="note">{words.say(key, { date: dates.moment(ended, settings.timeZone) })}</p>}</Status>
  );
}

function Lines({ keys }: { keys: readonly Key[] }) {
  const { words } = useSession();
  return (
    <ul class="lines">
      {keys.map((key) => (
        <li key={key}>{words.say(key)}</li>
      ))}
    </ul>
  );
}

function useWish() {
  const { refresh } = useSession();
  const leave = useMutation(Withdraw);
  const back = useMutation(Rejoin);
  const [problem, setProblem] = useState<TypedProblem>();
  /** The button that was tapped may be gone: what holds now is said at the top. */
  const shown = async () => {
    await refresh();
    requestAnimationFrame(focusHeading);
  };
  const withdraw = async (axes: readonly ParticipationAxis[]) => {
    const answer = (await leave.run({ from: [...axes] }))?.withdraw;
    setProblem(answer?.__typename === "Withdrawn" ? undefined : answer);
    if (answer?.__typename === "Withdrawn") await shown();
  };
  const rejoin = async (axes: readonly ParticipationAxis[]) => {
    const answer = (await back.run({ to: [...axes] }))?.rejoin;
    setProblem(answer?.__typename === "Rejoined" ? undefined : answer);
    if (answer?.__typename === "Rejoined") await shown();
  };
  return {
    busy: leave.busy || back.busy,
    problem: leave.trouble ?? back.trouble ?? problem,
    withdraw: (axes: readonly ParticipationAxis[]) => void withdraw(axes),
    rejoin: (axes: readonly ParticipationAxis[]) => void rejoin(axes),
  };
}
