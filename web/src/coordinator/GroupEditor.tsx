import { SelectField } from "../parts/Field.tsx";
import { useSession } from "../session.tsx";
import type { Key } from "../words.ts";
import { LeafEditor } from "./LeafEditor.tsx";
import { type Group, LEAF_NAMES, type LeafName, type Node, newGroup, newLeaf } from "./tree.ts";

interface GroupEditorProps {
  group: Group;
  change: (group: Group) => void;
  /** Keys of what is incomplete. */
  gaps: readonly number[];
  remove?: () => void;
}

const GROUP = "group";

/** "All of these" or "any of these": criteria and further groups. */
export function GroupEditor({ group, change, gaps, remove }: GroupEditorProps) {
  const { words } = useSession();
  const put = (node: Node) =>
    change({ ...group, children: group.children.map((child) => (child.key === node.key ? node : child)) });
  const drop = (key: number) => change({ ...group, children: group.children.filter((child) => child.key !== key) });
  const add = (wish: string) => {
    const node = wish === GROUP ? newGroup(group.mode === "all" ? "any" : "all") : newLeaf(wish as LeafName);
    change({ ...group, children: [...group.children, node] });
  };
  const title = words.say(`criteria.${group.negated ? "not." : ""}${group.mode}` as Key);
  return (
    <fieldset class="criteria-group">
      <legend>{title}</legend>
      <div class="row">
        <button
          type="button"
          class="quiet"
          onClick={() => change({ ...group, mode: group.mode === "all" ? "any" : "all" })}
        >
          {words.say(group.mode === "all" ? "criteria.toAny" : "criteria.toAll")}
        </button>
        {remove && (
          <>
            <button
              type="button"
              class="quiet"
              aria-pressed={group.negated}
              onClick={() => change({ ...group, negated: !group.negated })}
            >
              {words.say("criteria.negate")}
            </button>
            <button type="button" class="quiet" onClick={remove}>
              {words.say("criteria.removeGroup")}
            </button>
          </>
        )}
      </div>
      {group.children.map((child) =>
        child.kind === "group" ? (
          <GroupEditor key={child.key} group={child} change={put} gaps={gaps} remove={() => drop(child.key)} />
        ) : (
          <LeafEditor
            key={child.key}
            leaf={child}
            change={put}
            incomplete={gaps.includes(child.key)}
            remove={() => drop(child.key)}
          />
        ),
      )}
      <SelectField
        label={words.say("criteria.add")}
        value=""
        change={(wish) => wish && add(wish)}
        empty={words.say("action.choose")}
        fault={gaps.includes(group.key) ? words.say("criteria.emptyGroup") : undefined}
      >
        {LEAF_NAMES.map((name) => (
          <option key={name} value={name}>
            {words.say(`leaf.${name}`)}
          </option>
        ))}
        <option value={GROUP}>{words.say("criteria.group")}</option>
      </SelectField>
    </fieldset>
  );
}
