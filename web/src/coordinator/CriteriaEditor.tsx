import { useState } from "preact/hooks";
import { useMutation } from "../asking.ts";
import { SetTrialCriteria } from "../generated/operations.ts";
import { Problem, type TypedProblem } from "../parts/Problem.tsx";
import { useSession } from "../session.tsx";
import { GroupEditor } from "./GroupEditor.tsx";
import { fromTree, type Group, incomplete, newGroup, toInput } from "./tree.ts";

interface CriteriaEditorProps {
  trialId: string;
  /** What is stored now; null before the first version. */
  tree: unknown;
  done: (saved: boolean) => void;
}

/** Criteria as nested lists of plain forms; saving them shows them in words. */
export function CriteriaEditor({ trialId, tree, done }: CriteriaEditorProps) {
  const { words } = useSession();
  const [start] = useState(() => opened(tree));
  const [root, setRoot] = useState<Group>(start ?? newGroup("all"));
  const [checked, setChecked] = useState(false);
  const [problem, setProblem] = useState<TypedProblem>();
  const save = useMutation(SetTrialCriteria);
  const gaps = checked ? incomplete(root).map(({ key }) => key) : [];

  const submit = async () => {
    setChecked(true);
    if (incomplete(root).length > 0) return;
    const answer = (await save.run({ trialId, criteria: toInput(root) }))?.setTrialCriteria;
    if (answer?.__typename === "TrialCriteriaSet") done(true);
    else setProblem(answer);
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {!start && <p class="note">{words.say("criteria.unreadable")}</p>}
      <GroupEditor group={root} change={setRoot} gaps={gaps} />
      <p class="fault" role="alert">
        {gaps.length > 0 && words.count("criteria.gaps", gaps.length)}
      </p>
      <Problem problem={save.trouble ?? problem} fields="paths" />
      <div class="step-buttons">
        <button type="button" onClick={() => done(false)}>
          {words.say("action.cancel")}
        </button>
        <button type="submit" class="primary" disabled={save.busy}>
          {words.say("criteria.save")}
        </button>
      </div>
    </form>
  );
}

function opened(tree: unknown): Group | undefined {
  if (tree === null || tree === undefined) return newGroup("all");
  try {
    return fromTree(tree);
  } catch {
    return undefined;
  }
}
