import { useState } from "preact/hooks";
import { useMutation } from "../asking.ts";
import { EndPause, PauseContact } from "../generated/operations.ts";
import { OneOf } from "../parts/Choices.tsx";
import { TextField } from "../parts/Field.tsx";
import { focusHeading, Page } from "../parts/Page.tsx";
import { Problem, type TypedProblem } from "../parts/Problem.tsx";
import { Status } from "../parts/Waiting.tsx";
import { usePatient, useSession } from "../session.tsx";

const LENGTHS = ["3", "7", "14", "30"] as const;
const OTHER = "other";
const LONGEST = 365;

/** No text that the registry starts, for some days; when they are over, texts come back by themselves. */
export function Pause() {
  const { words, dates } = useSession();
  const { participation, settings } = usePatient();
  const until = participation.pausedUntil;
  return (
    <Page title={words.say("pause.title")} lead={words.say("pause.lead")}>
      {participation.contact === "NONE" ? (
        <p class="note">
          {words.say("pause.noContact")} <a href="/leave">{words.say("leave.change")}</a>
        </p>
      ) : until ? (
        <Paused until={dates.moment(until, settings.timeZone)} />
      ) : (
        <Length />
      )}
      <h2>{words.say("pause.what")}</h2>
      <ul class="lines">
        <li>{words.say("pause.waits")}</li>
        <li>{words.say("pause.missed")}</li>
        <li>{words.say("pause.goesOn")}</li>
        <li>{words.say("pause.introductions")}</li>
      </ul>
      <p class="hint">{words.say("pause.byText")}</p>
    </Page>
  );
}

function Paused({ until }: { until: string }) {
  const { words, refresh } = useSession();
  const end = useMutation(EndPause);
  const [problem, setProblem] = useState<TypedProblem>();
  const stop = async () => {
    const answer = (await end.run({}))?.endPause;
    setProblem(answer?.__typename === "PauseEnded" ? undefined : answer);
    if (answer?.__typename !== "PauseEnded") return;
    await refresh();
    requestAnimationFrame(focusHeading);
  };
  return (
    <>
      <Status>
        <p class="note">{words.say("pause.until", { date: until })}</p>
      </Status>
      <Problem problem={end.trouble ?? problem} />
      <button type="button" disabled={end.busy} onClick={() => void stop()}>
        {words.say("pause.end")}
      </button>
    </>
  );
}

function Length() {
  const { words, refresh } = useSession();
  const pause = useMutation(PauseContact);
  const [chosen, setChosen] = useState<string>();
  const [days, setDays] = useState("");
  const [gap, setGap] = useState<"length" | "days">();
  const [problem, setProblem] = useState<TypedProblem>();

  const submit = async () => {
    const wanted = Number(chosen === OTHER ? days : chosen);
    const missing = chosen === undefined ? "length" : !isLength(wanted) ? "days" : undefined;
    setGap(missing);
    if (missing) return;
    const answer = (await pause.run({ days: wanted }))?.pauseContact;
    setProblem(answer?.__typename === "ContactPaused" ? undefined : answer);
    if (answer?.__typename !== "ContactPaused") return;
    await refresh();
    requestAnimationFrame(focusHeading);
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <OneOf
        legend={words.say("pause.howLong")}
        compact
        fault={gap === "length" ? words.say("pause.lengthGap") : undefined}
        choices={[
          ...LENGTHS.map((value) => ({ value: value as string, label: words.count("pause.days", Number(value)) })),
          { value: OTHER, label: words.say("pause.other") },
        ]}
        value={chosen}
        choose={setChosen}
      />
      {chosen === OTHER && (
        <TextField
          label={words.say("pause.number")}
          class="short"
          inputmode="numeric"
          autocomplete="off"
          maxLength={3}
          value={days}
          change={setDays}
          fault={gap === "days" ? words.say("pause.numberGap") : undefined}
        />
      )}
      <Problem problem={pause.trouble ?? problem} fields="messages" />
      <button type="submit" class="primary" disabled={pause.busy}>
        {words.say("pause.start")}
      </button>
    </form>
  );
}

function isLength(days: number): boolean {
  return Number.isInteger(days) && days >= 1 && days <= LONGEST;
}
