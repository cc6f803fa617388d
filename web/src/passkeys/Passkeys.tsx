import { useEffect, useState } from "preact/hooks";
import { useMutation, useQuery } from "../asking.ts";
import {
  Passkeys as PasskeysOperation,
  RemovePasskey,
  RenamePasskey,
  RestorePasskey,
} from "../generated/operations.ts";
import { TextField } from "../parts/Field.tsx";
import { Page } from "../parts/Page.tsx";
import { faultOf, Problem, type TypedProblem } from "../parts/Problem.tsx";
import { Empty, Status, WhenReady } from "../parts/Waiting.tsx";
import { useSession } from "../session.tsx";
import { useRowFocus } from "../useRowFocus.ts";
import { knowsPasskeys } from "./device.ts";
import { Hitch } from "./Hitch.tsx";
import { isNews, keepNoticed } from "./noticed.ts";
import { useStepUp } from "./StepUp.tsx";
import { type OwnPasskey, useAdding } from "./usePasskeys.ts";

/** The caller's passkeys, what they are good for, and a way to add one on this device. */
export function Passkeys() {
  const { words, me } = useSession();
  const asked = useQuery(PasskeysOperation, {});
  const [newest, setNewest] = useState<string>();
  const lately = me?.newestPasskeyAt;
  // Whoever sees the list has been told.
  useEffect(() => {
    if (isNews(lately, Date.now())) keepNoticed(lately);
  }, [lately]);
  const put = (changed: OwnPasskey) =>
    asked.put(({ passkeys }) => ({
      passkeys: [...passkeys.filter(({ id }) => id !== changed.id), changed].sort(oldestFirst),
    }));
  const add = (passkey: OwnPasskey) => {
    put(passkey);
    setNewest(passkey.id);
  };
  return (
    <Page title={words.say("passkeys.title")} lead={words.say("passkeys.lead")}>
      <WhenReady asked={asked} lines={2}>
        {({ passkeys }) => (
          <>
            {passkeys.length === 0 ? (
              <Empty>{words.say("passkeys.empty")}</Empty>
            ) : (
              <ul class="plain-list roomy">
                {passkeys.map((passkey) => (
                  <Row key={passkey.id} passkey={passkey} put={put} />
                ))}
              </ul>
            )}
            <Status>
              {passkeys.some(({ id, undoUntil }) => id === newest && !undoUntil) && (
                <p class="note note-good">{words.say("passkeys.added")}</p>
              )}
            </Status>
            <Adding added={add} first={passkeys.length === 0} />
          </>
        )}
      </WhenReady>
      <details class="help">
        <summary>{words.say("passkeys.what")}</summary>
        <p>{words.say("passkeys.whatKey")}</p>
        <p>{words.say("passkeys.whatStays")}</p>
        <p>{words.say("passkeys.whatLost")}</p>
      </details>
      <p>
        <a href={me?.patient?.enrolment ? "/settings" : "/"}>
          {words.say(me?.patient?.enrolment ? "passkeys.toSettings" : "missing.home")}
        </a>
      </p>
    </Page>
  );
}

function oldestFirst(one: OwnPasskey, other: OwnPasskey): number {
  return one.addedAt.localeCompare(other.addedAt);
}

interface RowProps {
  passkey: OwnPasskey;
  put: (changed: OwnPasskey) => void;
}

/** One passkey with its name, which can be changed, and a removal that can be undone. */
function Row({ passkey, put }: RowProps) {
  const { words } = useSession();
  const [naming, setNaming] = useState(false);
  const { change, busy, problem } = useChange(passkey, put);
  const row = useRowFocus(`${naming} ${passkey.undoUntil}`);
  if (passkey.undoUntil) {
    return (
      <li ref={row}>
        <div role="status">
          {words.say("passkeys.removed", { name: passkey.name })}
          <Problem problem={problem} />
        </div>
        <button type="button" disabled={busy} onClick={() => change("restore")}>
          {words.say("action.undo")}
        </button>
      </li>
    );
  }
  if (naming) {
    return (
      <li ref={row}>
        <Naming passkey={passkey} put={put} done={() => setNaming(false)} />
      </li>
    );
  }
  return (
    <li ref={row}>
      <div>
        <strong>{passkey.name}</strong>
        <p class="hint">
          <Dates passkey={passkey} />
        </p>
        <Problem problem={problem} />
      </div>
      <div class="row row-tight">
        <button
          type="button"
          aria-label={words.say("passkeys.renameNamed", { name: passkey.name })}
          onClick={() => setNaming(true)}
        >
          {words.say("passkeys.rename")}
        </button>
        <button
          type="button"
          disabled={busy}
          aria-label={words.say("passkeys.removeNamed", { name: passkey.name })}
          onClick={() => change("remove")}
        >
          {words.say("passkeys.remove")}
        </button>
      </div>
    </li>
  );
}

function Dates({ passkey }: { passkey: OwnPasskey }) {
  const { words, dates } = useSession();
  const { addedAt, lastUsedAt, synced } = passkey;
  return (
    <>
      {words.say("passkeys.addedOn", { date: dates.partial(addedAt.slice(0, 10)) })} ·{" "}
      {lastUsedAt ? words.say("passkeys.usedOn", { date: dates.moment(lastUsedAt) }) : words.say("passkeys.unused")} ·{" "}
      {words.say(synced ? "passkeys.synced" : "passkeys.single")}
    </>
  );
}

function useChange(passkey: OwnPasskey, put: (changed: OwnPasskey) => void) {
  const stepUp = useStepUp();
  const remove = useMutation(RemovePasskey);
  const restore = useMutation(RestorePasskey);
  const [problem, setProblem] = useState<TypedProblem>();
  const variables = { id: passkey.id };
  const change = async (what: "remove" | "restore") => {
    const answer = await stepUp<{ passkey: OwnPasskey } | TypedProblem | undefined>(async () =>
      what === "remove" ? (await remove.run(variables))?.removePasskey : (await restore.run(variables))?.restorePasskey,
    );
    setProblem(answer && "code" in answer ? answer : undefined);
    if (answer && "passkey" in answer) put(answer.passkey);
  };
  return { change, busy: remove.busy || restore.busy, problem: remove.trouble ?? restore.trouble ?? problem };
}

function Naming({ passkey, put, done }: RowProps & { done: () => void }) {
  const { words } = useSession();
  const rename = useMutation(RenamePasskey);
  const [name, setName] = useState(passkey.name);
  const [problem, setProblem] = useState<TypedProblem>();
  const save = async () => {
    const answer = (await rename.run({ id: passkey.id, name }))?.renamePasskey;
    if (answer?.__typename === "PasskeyRenamed") {
      put(answer.passkey);
      done();
    } else setProblem(answer);
  };
  const fault = faultOf(problem, "name") && words.say("passkeys.nameFault");
  return (
    <form
      class="naming"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextField label={words.say("passkeys.name")} value={name} change={setName} fault={fault} maxLength={60} />
      <Problem problem={rename.trouble ?? (fault ? undefined : problem)} />
      <div class="row row-tight">
        <button type="submit" disabled={rename.busy}>
          {words.say("action.save")}
        </button>
        <button type="button" class="quiet" onClick={done}>
          {words.say("action.cancel")}
        </button>
      </div>
    </form>
  );
}

function Adding({ added, first }: { added: (passkey: OwnPasskey) => void; first: boolean }) {
  const { words } = useSession();
  const { add, busy, hitch } = useAdding(useStepUp());
  if (!knowsPasskeys()) return <p class="note">{words.say("passkey.refused.unsupported")}</p>;
  const start = async () => {
    const passkey = await add();
    if (passkey) added(passkey);
  };
  return (
    <div class="after">
      <Hitch hitch={hitch} />
      <button type="button" class={first ? "primary" : ""} disabled={busy} onClick={start}>
        {words.say(busy ? "passkey.waiting" : first ? "passkeys.addFirst" : "passkeys.add")}
      </button>
    </div>
  );
}
