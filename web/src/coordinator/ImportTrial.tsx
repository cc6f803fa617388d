import { useId, useState } from "preact/hooks";
import { useMutation } from "../asking.ts";
import { ImportTrial as ImportTrialOperation } from "../generated/operations.ts";
import type { ImportTrialMutation } from "../generated/types.ts";
import { Fault } from "../parts/Field.tsx";
import { Problem } from "../parts/Problem.tsx";
import { useSession } from "../session.tsx";

type Answer = ImportTrialMutation["importTrial"];

/** A ClinicalTrials.gov v2 record, pasted or from a file. */
export function ImportTrial({ imported }: { imported: () => void }) {
  const { words } = useSession();
  const id = useId();
  const send = useMutation(ImportTrialOperation);
  const [text, setText] = useState("");
  const [fault, setFault] = useState<string>();
  const [answer, setAnswer] = useState<Answer>();

  const submit = async () => {
    setAnswer(undefined);
    const record = read(text);
    setFault(record ? undefined : words.say(text.trim() ? "import.notJson" : "import.nothing"));
    if (!record) return;
    const result = (await send.run({ record }))?.importTrial;
    setAnswer(result);
    if (result?.__typename !== "TrialImported") return;
    setText("");
    imported();
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div class="field">
        <label for={`${id}-file`}>{words.say("import.file")}</label>
        <input
          id={`${id}-file`}
          type="file"
          accept=".json,application/json"
          onChange={async (event) => setText((await event.currentTarget.files?.[0]?.text()) ?? "")}
        />
      </div>
      <div class="field">
        <label for={`${id}-text`}>{words.say("import.paste")}</label>
        <textarea
          id={`${id}-text`}
          rows={6}
          spellcheck={false}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          aria-describedby={`${id}-fault`}
        />
        <Fault id={`${id}-fault`} text={fault} />
      </div>
      <button type="submit" class="primary" disabled={send.busy}>
        {words.say("import.send")}
      </button>
      {send.busy && <progress aria-label={words.say("import.busy")} />}
      <Outcome answer={answer} />
      <Problem problem={send.trouble} />
    </form>
  );
}

function Outcome({ answer }: { answer: Answer | undefined }) {
  const { words } = useSession();
  if (answer?.__typename !== "TrialImported") return <Problem problem={answer} fields="paths" />;
  const { trial, already, opened } = answer;
  return (
    <div role="status" class="note note-good">
      <p>
        {words.say(already ? "import.already" : opened ? "import.opened" : "import.done", { nct: trial.nctId })}{" "}
        <a href={`/coordinator/trials/${encodeURIComponent(trial.id)}`}>{trial.title}</a>
      </p>
    </div>
  );
}

/** The object in the text; undefined where there is none. */
function read(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
