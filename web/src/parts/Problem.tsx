import { Trouble } from "../client.ts";
import type { ProblemCode } from "../generated/types.ts";
import { useSession } from "../session.tsx";
import type { Words } from "../words.ts";
import { Icon } from "./Icon.tsx";

/** Any typed problem of the contract. */
export interface TypedProblem {
  message: string;
  code: ProblemCode;
  fields?: readonly FieldFault[];
  retryAfterSeconds?: number;
}
export interface FieldFault {
  path: string;
  message: string;
}

export function describe(problem: TypedProblem | Trouble, words: Words): string {
  if (problem instanceof Trouble) {
    if (problem.kind === "offline") return words.say("trouble.offline");
    if (problem.kind === "outdated") return words.say("trouble.outdated");
    return words.known(`problem.${problem.code}`) ?? words.say("trouble.fault");
  }
  if (problem.code === "TOO_MANY_REQUESTS" && problem.retryAfterSeconds !== undefined) {
    return words.count("problem.wait", Math.max(1, Math.ceil(problem.retryAfterSeconds / 60)));
  }
  return words.known(`problem.${problem.code}`) ?? problem.message;
}

interface ProblemProps {
  problem: TypedProblem | Trouble | undefined;
  /** Lists the faults of single fields too: what they say, or also the paths, for people who read JSON. */
  fields?: "messages" | "paths";
  retry?: (() => void) | undefined;
}

/** The one place where a problem is shown; it is announced as soon as it is there. */
export function Problem({ problem, fields, retry }: ProblemProps) {
  const { words } = useSession();
  const outdated = problem instanceof Trouble && problem.kind === "outdated";
  const again = outdated ? () => location.reload() : retry;
  return (
    <div role="alert">
      {problem && (
        <div class={isOffline(problem) ? "problem problem-offline" : "problem"}>
          <Icon name={isOffline(problem) ? "phone" : "problem"} />
          <div>
            <p>{describe(problem, words)}</p>
            {fields && <Faults problem={problem} paths={fields === "paths"} />}
            {again && (
              <button type="button" class="quiet" onClick={again}>
                {words.say(outdated ? "action.reload" : "action.retry")}
              </button>
            )}
          </div>
        </div>
      )}
    </div>
  );
}

/** Being without a signal is nobody's fault, and looks like none. */
function isOffline(problem: TypedProblem | Trouble): boolean {
  return problem instanceof Trouble && problem.kind === "offline";
}

function Faults({ problem, paths }: { problem: TypedProblem | Trouble; paths: boolean }) {
  const faults = problem instanceof Trouble ? [] : (problem.fields ?? []);
  if (faults.length === 0) return null;
  return (
    <ul class="faults">
      {faults.map(({ path, message }) => (
        <li key={path}>
          {paths && path && <code>{path}</code>} {message}
        </li>
      ))}
    </ul>
  );
}

/** The fault of one field, looked up by the end of its path: "birthMonth" finds "input.birthMonth". */
export function faultOf(problem: TypedProblem | undefined, ...names: string[]): string | undefined {
  const plain = (text: string) =>
    text
      .replaceAll(/\[(\d+)\]/g, ".$1")
      .replaceAll("_", "")
      .toLowerCase();
  return problem?.fields?.find(({ path }) => names.some((name) => `.${plain(path)}`.endsWith(`.${plain(name)}`)))
    ?.message;
}
