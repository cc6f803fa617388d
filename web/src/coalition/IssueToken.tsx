import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useMutation } from "../asking.ts";
import { IssueApiToken } from "../generated/operations.ts";
import type { TokenScope } from "../generated/types.ts";
import { OneOf, SomeOf } from "../parts/Choices.tsx";
import { TextField } from "../parts/Field.tsx";
import { faultOf, Problem, type TypedProblem } from "../parts/Problem.tsx";
import { Status } from "../parts/Waiting.tsx";
import { useStepUp } from "../passkeys/StepUp.tsx";
import { useSession } from "../session.tsx";
import type { Token } from "./Programs.tsx";

const SCOPES: readonly TokenScope[] = ["AGGREGATES_READ", "QUERY"];
const DAYS = ["30", "90", "180", "365"] as const;
const USUAL = "90";

/** A form for a new token, and then the token, which is shown this once. */
export function IssueToken({ issued }: { issued: (token: Token) => void }) {
  const [fresh, setFresh] = useState<{ token: Token; secret: string | null }>();
  if (fresh?.secret === null) return <Lost done={() => setFresh(undefined)} />;
  if (fresh?.secret) return <Shown secret={fresh.secret} name={fresh.token.name} done={() => setFresh(undefined)} />;
  return (
    <Wish
      issued={(token, secret) => {
        issued(token);
        setFresh({ token, secret });
      }}
    />
  );
}

function Wish({ issued }: { issued: (token: Token, secret: string | null) => void }) {
  const { words } = useSession();
  const stepUp = useStepUp();
  const issue = useMutation(IssueApiToken);
  const [tokenId] = useState(() => crypto.randomUUID());
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly TokenScope[]>(["AGGREGATES_READ"]);
  const [days, setDays] = useState<(typeof DAYS)[number]>(USUAL);
  const [problem, setProblem] = useState<TypedProblem>();
  const submit = async () => {
    setProblem(undefined);
    const input = { tokenId, name, scopes: [...scopes], days: Number(days) };
    const answer = await stepUp(async () => (await issue.run({ input }))?.issueApiToken);
    if (answer?.__typename === "ApiTokenIssued") issued(answer.token, answer.secret);
    else setProblem(answer);
  };
  const toggle = (scope: TokenScope) =>
    setScopes(scopes.includes(scope) ? scopes.filter((one) => one !== scope) : [...scopes, scope]);
  const faults = {
    name: faultOf(problem, "name") && words.say("passkeys.nameFault"),
    scopes: faultOf(problem, "scopes") && words.say("gap.forms"),
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextField
        label={words.say("tokens.name")}
        hint={words.say("tokens.nameHint")}
        fault={faults.name}
        value={name}
        change={setName}
        maxLength={60}
        required
      />
      <SomeOf
        legend={words.say("tokens.scopes")}
        fault={faults.scopes}
        choices={SCOPES.map((value) => ({
          value,
          label: words.say(`tokens.scope.${value}`),
          hint: words.say(`tokens.scope.${value}.hint`),
        }))}
        values={scopes}
        toggle={toggle}
      />
      <OneOf
        legend={words.say("tokens.days")}
        compact
        choices={DAYS.map((value) => ({ value, label: words.count("tokens.forDays", Number(value)) }))}
        value={days}
        choose={setDays}
      />
      <Problem problem={issue.trouble ?? (faults.name || faults.scopes ? undefined : problem)} />
      <button type="submit" class="primary" disabled={issue.busy}>
        {words.say("tokens.issue")}
      </button>
    </form>
  );
}

/** The first answer got lost on its way, and the second one no longer holds the token itself. */
function Lost({ done }: { done: () => void }) {
  const { words } = useSession();
  return (
    <div role="alert">
      <p class="note">{words.say("tokens.lost")}</p>
      <button type="button" onClick={done}>
        {words.say("tokens.new")}
      </button>
    </div>
  );
}

function Shown({ secret, name, done }: { secret: string; name: string; done: () => void }) {
  const { words } = useSession();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => field.current?.select(), []);
  const copy = async () => {
    field.current?.select();
    await navigator.clipboard.writeText(secret).then(
      () => setCopied(true),
      // Where the browser does not let us, the token stands selected, ready for the person's own hand.
      () => setCopied(false),
    );
  };
  return (
    <div class="card">
      <label for={id}>{words.say("tokens.secret", { name })}</label>
      <p class="hint" id={`${id}-hint`}>
        {words.say("tokens.once")}
      </p>
      <textarea
        ref={field}
        id={id}
        class="secret"
        rows={2}
        readonly
        value={secret}
        aria-describedby={`${id}-hint`}
        onFocus={(event) => event.currentTarget.select()}
      />
      <div class="row">
        <button type="button" onClick={copy}>
          {words.say("tokens.copy")}
        </button>
        <button type="button" class="quiet" onClick={done}>
          {words.say("tokens.kept")}
        </button>
      </div>
      <Status>{copied && words.say("tokens.copied")}</Status>
      <p class="hint">{words.say("tokens.how")}</p>
      <pre class="example">{"Authorization: Bearer drt_…"}</pre>
    </div>
  );
}
