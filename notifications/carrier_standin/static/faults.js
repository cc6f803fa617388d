/** The switches for faults, for one phone or for all; each change applies at once. */

import { element } from "./dom.js";

const WORDS = {
  too_many_requests: ["429 Too many requests", "The API refuses the send with 20429."],
  server_error: ["500 Server error", "The API answers 20500 and sends nothing."],
  timeout_before_accept: ["Time-out, nothing sent", "The request is swallowed: no answer, no text."],
  timeout_after_accept: ["Time-out after accept", "The text goes out, but the API's answer never comes."],
  opted_out: ["21610 Opted out", "The carrier refuses texts to this number."],
  undelivered: ["Undelivered", "Accepted and sent, then not delivered."],
  failed: ["Failed", "Accepted, then given up before sending."],
  duplicate_callbacks: ["Status callbacks twice", "Every state is reported two times."],
  shuffled_callbacks: ["Status callbacks out of order", "The last state is reported first."],
  lost_callbacks: ["Status callbacks lost", "The text arrives; nobody is told."],
  duplicate_inbound: ["Reply posted twice", "A reply reaches the service two times under one id."],
};
const CODES = {
  30001: "queue overflow",
  30002: "account suspended",
  30003: "handset off",
  30004: "blocked",
  30005: "unknown number",
  30006: "landline",
  30007: "filtered",
  30008: "unknown error",
};
const MODES = [
  ["off", "Off"],
  ["once", "Next only"],
  ["on", "Until off"],
];

/** @param owner phone id or "all"; @param kinds {kind: codes}; @param faults those on; @param acts {set, clear} */
export function faultRows(owner, kinds, faults, acts) {
  return Object.keys(kinds).map((kind) => row(owner, kind, kinds[kind], mine(owner, kind, faults), acts));
}

function mine(owner, kind, faults) {
  const phone = owner === "all" ? null : owner;
  return faults.find((fault) => fault.kind === kind && fault.phone === phone);
}

function row(owner, kind, codes, fault, acts) {
  const [title, explained] = WORDS[kind] ?? [kind, ""];
  let mode = "off";
  if (fault) mode = fault.once ? "once" : "on";
  const chosenCode = () => (choice ? Number(choice.value) : null);
  const choice = codes.length ? codeChoice(title, codes, fault) : null;
  const apply = async (wanted) => {
    if (wanted === "off") {
      if (fault) await acts.clear(owner, fault.id);
    } else await acts.set(owner, { kind, code: chosenCode(), once: wanted === "once" });
  };
  choice?.addEventListener("change", () => fault && apply(mode));
  const radios = MODES.flatMap(([value, label]) => {
    const id = `${owner}-${kind}-${value}`;
    return [
      element("input", { type: "radio", name: `${owner}-${kind}`, id, checked: value === mode, onchange: () => apply(value) }),
      element("label", { for: id, text: label }),
    ];
  });
  const label = `${owner}-${kind}-title`;
  return element(
    "div",
    { className: fault ? "fault is-on" : "fault", role: "group", "aria-labelledby": label, data: { kind } },
    element("h3", { id: label, text: title }),
    element("p", { className: "hint", text: explained }),
    element("div", { className: "modes" }, ...radios),
    choice,
  );
}

function codeChoice(title, codes, fault) {
  const options = codes.map((code) =>
    element("option", { value: code, selected: fault?.code === code, text: `${code} ${CODES[code] ?? ""}` }),
  );
  return element("select", { "aria-label": `${title}: error code` }, ...options);
}
