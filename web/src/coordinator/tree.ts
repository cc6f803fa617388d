import type { CriterionInput } from "../generated/types.ts";

/** What a leaf asks for decides how it is edited. */
export type Shape = "choices" | "codes" | "yesNo" | "range" | "symptoms" | "atLeast" | "atMost";

export const LEAVES = {
  form: "choices",
  age: "range",
  weeksSinceToxin: "range",
  toxinNaive: "yesNo",
  dbs: "yesNo",
  symptomMonths: "symptoms",
  distanceKm: "atMost",
  country: "codes",
  language: "codes",
  sex: "choices",
  distribution: "choices",
  isolated: "yesNo",
  priorInjections: "atLeast",
  lastToxinResponse: "choices",
  medicineStableDays: "atLeast",
} as const satisfies Record<string, Shape>;

export type LeafName = keyof typeof LEAVES;
export const LEAF_NAMES = Object.keys(LEAVES) as LeafName[];

export interface Leaf {
  kind: "leaf";
  key: number;
  leaf: LeafName;
  negated: boolean;
  /** Chosen values, or codes as they were typed. */
  chosen: readonly string[];
  min: string;
  max: string;
  is: "yes" | "no" | undefined;
}

export interface Group {
  kind: "group";
  key: number;
  mode: "all" | "any";
  negated: boolean;
  children: readonly Node[];
}

export type Node = Leaf | Group;

let lastKey = 0;
const nextKey = (): number => {
  lastKey += 1;
  return lastKey;
};

export function newLeaf(leaf: LeafName): Leaf {
  return { kind: "leaf", key: nextKey(), leaf, negated: false, chosen: [], min: "", max: "", is: undefined };
}

export function newGroup(mode: Group["mode"], children: readonly Node[] = []): Group {
  return { kind: "group", key: nextKey(), mode, negated: false, children };
}

/** The stored tree as something to edit; raises TypeError where it holds what this editor does not know. */
export function fromTree(tree: unknown): Group {
  const node = read(tree);
  return node.kind === "group" && !node.negated ? node : newGroup("all", [node]);
}

function read(tree: unknown): Node {
  const [[name, value] = ["", undefined]] = Object.entries(record(tree));
  if (name === "not") {
    const inner = read(value);
    return { ...inner, negated: !inner.negated };
  }
  if (name === "all" || name === "any") return newGroup(name, list(value).map(read));
  const leaf = name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  if (!isLeafName(leaf)) throw new TypeError(`Unknown criterion: ${name}`);
  const asked = record(value);
  const text = (part: unknown) => (part === undefined || part === null ? "" : String(part));
  return {
    ...newLeaf(leaf),
    chosen: list(asked.in ?? asked.of ?? []).map(String),
    min: text(asked.min),
    max: text(asked.max),
    is: typeof asked.is === "boolean" ? (asked.is ? "yes" : "no") : undefined,
  };
}

function isLeafName(name: string): name is LeafName {
  return name in LEAVES;
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new TypeError("A criterion is an object.");
  return value as Record<string, unknown>;
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new TypeError("A list was expected.");
  return value;
}

/** True where a leaf says too little to be judged, or a number is no number. */
export function isIncomplete(leaf: Leaf): boolean {
  const shape = LEAVES[leaf.leaf];
  const bad = (text: string) => text.trim() !== "" && !(Number(text) >= 0);
  if (bad(leaf.min) || bad(leaf.max)) return true;
  const empty: Record<Shape, boolean> = {
    choices: leaf.chosen.length === 0,
    codes: leaf.chosen.length === 0,
    yesNo: leaf.is === undefined,
    range: leaf.min.trim() === "" && leaf.max.trim() === "",
    symptoms: leaf.chosen.length === 0 || leaf.min.trim() === "",
    atLeast: leaf.min.trim() === "",
    atMost: leaf.max.trim() === "",
  };
  return empty[shape];
}

/** Everything in the tree that still keeps it from being saved. */
export function incomplete(node: Node): readonly Node[] {
  if (node.kind === "leaf") return isIncomplete(node) ? [node] : [];
  return node.children.length === 0 ? [node] : node.children.flatMap(incomplete);
}

/** The tree as it is sent; call it only where nothing is incomplete. */
export function toInput(node: Node): CriterionInput {
  const plain = node.kind === "leaf" ? leafInput(node) : groupInput(node);
  return node.negated ? { not: plain } : plain;
}

function groupInput({ mode, children }: Group): CriterionInput {
  const inputs = children.map(toInput);
  return mode === "all" ? { all: inputs } : { any: inputs };
}

function leafInput(leaf: Leaf): CriterionInput {
  const number = (text: string) => (text.trim() === "" ? null : Number(text));
  const asked: Record<Shape, unknown> = {
    choices: { in: leaf.chosen },
    codes: { in: leaf.chosen },
    yesNo: { is: leaf.is === "yes" },
    range: { min: number(leaf.min), max: number(leaf.max) },
    symptoms: { of: leaf.chosen, min: number(leaf.min) },
    atLeast: { min: number(leaf.min) },
    atMost: { max: number(leaf.max) },
  };
  // The shape of a leaf and the field it fills are paired in LEAVES, which the compiler cannot follow here.
  return { [leaf.leaf]: asked[LEAVES[leaf.leaf]] } as unknown as CriterionInput;
}
