import { useState } from "preact/hooks";
import { useMutation } from "../asking.ts";
import { CancelErasure, RequestErasure } from "../generated/operations.ts";
import { Page } from "../parts/Page.tsx";
import { Problem, type TypedProblem } from "../parts/Problem.tsx";
import { Status } from "../parts/Waiting.tsx";
import { usePatient, useSession } from "../session.tsx";
import type { Key } from "../words.ts";

/** Erasing everything: what happens when, what nobody can undo, and seven days to change one's mind. */
export function Erase() {
  const { words, dates } = useSession();
  const { erasure, settings } = usePatient();
  const [kept, setKept] = useState(false);
  const date = erasure && dates.moment(erasure.erasesAt, settings.timeZone);
  return (
    <Page title={words.say("erase.title")} lead={words.say("erase.lead")}>
      <Status>
        {date ? (
          <p class="note">{words.say("erase.on", { date })}</p>
        ) : (
          kept && <p class="note note-good">{words.say("erase.kept")}</p>
        )}
      </Status>
      {erasure && <Keep done={() => setKept(true)} />}
      <section>
        <h2>{words.say(erasure ? "erase.now" : "erase.atOnce")}</h2>
        <Lines keys={["erase.noTexts", "erase.noUse", "erase.noTeams"]} />
      </section>
      <section>
        <h2>{date ? words.say("erase.onDay", { date }) : words.say("erase.later")}</h2>
        <Lines keys={["erase.gone", "erase.key", "erase.signedOut", "erase.anew"]} />
      </section>
      <section>
        <h2>{words.say("erase.cannot")}</h2>
        <Lines
          keys={[
            "erase.forGood",
            "erase.counts",
            "erase.teams",
            "erase.carrier",
            "erase.copies",
            "erase.log",
            "erase.stop",
          ]}
        />
      </section>
      {!erasure && <Ask />}
      <p>
        <a class="way" href="/leave">
          {words.say("erase.instead")}
        </a>
      </p>
    </Page>
  );
}

function Ask() {
  const { words, refresh } = useSession();
  const request = useMutation(RequestErasure);
  const [sure, setSure] = useState(false);
  const [problem, setProblem] = useState<TypedProblem>();
  // Sent again after a lost answer, it is the same request.
  const [erasureId] = useState(() => crypto.randomUUID());
  const ask = async () => {
    const answer = (await request.run({ input: { erasureId } }))?.requestErasure;
    setProblem(answer?.__typename === "ErasureRequested" ? undefined : answer);
    if (answer?.__typename === "ErasureRequested") await refresh();
  };
  if (!sure) {
    return (
      <button type="button" class="wide" onClick={() => setSure(true)}>
        {words.say("erase.ask")}
      </button>
    );
  }
  return (
    <section class="question" aria-labelledby="erase-sure">
      <h2 id="erase-sure" tabIndex={-1} ref={(heading) => heading?.focus()}>
        {words.say("erase.sure")}
      </h2>
      <Problem problem={request.trouble ?? problem} />
      <button type="button" class="wide grave" disabled={request.busy} onClick={() => void ask()}>
        {words.say("erase.yes")}
      </button>
      <button type="button" class="wide" disabled={request.busy} onClick={() => setSure(false)}>
        {words.say("erase.no")}
      </button>
    </section>
  );
}

function Keep({ done }: { done: () => void }) {
  const { words, refresh } = useSession();
  const cancel = useMutation(CancelErasure);
  const [problem, setProblem] = useState<TypedProblem>();
  const keep = async () => {
    const answer = (await cancel.run({}))?.cancelErasure;
    setProblem(answer?.__typename === "ErasureCancelled" ? undefined : answer);
    if (answer?.__typename !== "ErasureCancelled") return;
    done();
    await refresh();
  };
  return (
    <>
      <Problem problem={cancel.trouble ?? problem} />
      <button type="button" class="primary wide" disabled={cancel.busy} onClick={() => void keep()}>
        {words.say("erase.keep")}
      </button>
    </>
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
