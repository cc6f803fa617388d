/** Keeps the page in step with the stand-in and carries what a person does to it. */

import { element, timeOf, written } from "./dom.js";
import { faultRows } from "./faults.js";
import { nameOf, PhoneView } from "./phone.js";

const WAIT_SECONDS = 25;
const AGAIN_AFTER = 1500;
const UNLISTED_SHOWN = 3;

const byId = (id) => document.getElementById(id);
const state = {
  stamp: 0,
  phones: new Map(),
  messages: new Map(),
  faults: [],
  kinds: {},
  serviceNumber: "",
  views: new Map(),
  held: new Set(),
  unread: new Map(),
  current: null,
  faultOwner: null,
};

async function call(method, path, body) {
  try {
    const answer = await fetch(path, {
      method,
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body ? JSON.stringify(body) : undefined,
    });
    if (answer.ok) return { problem: null, value: answer.status === 204 ? null : await answer.json() };
    return { problem: (await answer.json()).error.message, value: null };
  } catch {
    return { problem: "The stand-in does not answer. Is it running?", value: null };
  }
}

const acts = {
  async reply(id, text) {
    return (await call("POST", `/phones/${id}/replies`, { text })).problem;
  },
  openFaults(owner) {
    state.faultOwner = owner;
    showFaults();
    byId("faults").showModal();
  },
  set: (owner, fault) => call("POST", `/phones/${owner}/faults`, fault),
  clear: (owner, id) => call("DELETE", `/phones/${owner}/faults/${id}`),
};

function shown() {
  const phones = [...state.phones.values()];
  const unlisted = phones.filter((phone) => !phone.listed);
  const few = unlisted.length <= UNLISTED_SHOWN;
  return phones.filter((phone) => phone.listed || few || state.held.has(phone.id));
}

function apply(news) {
  const first = state.stamp === 0;
  state.stamp = news.stamp;
  state.faults = news.faults;
  state.kinds = news.fault_kinds;
  state.serviceNumber = news.service_numbers[0];
  const changed = new Map();
  for (const { messages, ...phone } of news.phones) {
    state.phones.set(phone.id, phone);
    changed.set(phone.id, messages);
  }
  const onDesk = new Set(shown().map((phone) => phone.id));
  for (const [id, messages] of changed) {
    const known = state.messages.get(id) ?? new Map();
    for (const message of messages) {
      if (!first && onDesk.has(id)) noteArrival(state.phones.get(id), known.get(message.sid), message);
      known.set(message.sid, message);
    }
    state.messages.set(id, known);
  }
  render(changed);
}

function noteArrival(phone, before, message) {
  if (message.way !== "to_phone" || message.status !== "delivered" || before?.status === "delivered") return;
  byId("spoken").textContent = `${nameOf(phone)} got a text: ${message.text}`;
  if (!isSeen(phone.id)) state.unread.set(phone.id, (state.unread.get(phone.id) ?? 0) + 1);
}

function isSeen(id) {
  const root = state.views.get(id)?.root;
  if (!root || document.hidden || getComputedStyle(root).display === "none") return false;
  const { left, right } = root.getBoundingClientRect();
  return left < innerWidth - 80 && right > 80;
}

function render(changed) {
  const phones = shown();
  byId("nothing").hidden = phones.length > 0;
  if (!phones.some((phone) => phone.id === state.current)) state.current = phones[0]?.id ?? null;
  for (const phone of phones) {
    let view = state.views.get(phone.id);
    let messages = changed.get(phone.id) ?? [];
    if (!view) {
      view = new PhoneView(phone, acts);
      state.views.set(phone.id, view);
      byId("desk").append(view.root);
      messages = [...state.messages.get(phone.id).values()];
    }
    view.update(phone, messages, state.faults, state.serviceNumber);
  }
  const visible = new Set(phones.map((phone) => phone.id));
  for (const [id, view] of state.views) {
    if (!visible.has(id)) {
      view.root.remove();
      state.views.delete(id);
      state.unread.delete(id);
    } else view.root.classList.toggle("is-current", id === state.current);
  }
  showChips(phones);
  showGlobal();
  if (byId("faults").open) showFaults();
  if (byId("others").open) showOthers();
}

function showChips(phones) {
  const chips = phones.map((phone) => {
    const unread = state.unread.get(phone.id) ?? 0;
    return element(
      "button",
      {
        type: "button",
        className: "chip",
        "aria-current": phone.id === state.current ? "true" : undefined,
        "aria-label": unread ? `${nameOf(phone)}, ${unread} new` : nameOf(phone),
        data: { chip: phone.id },
        onclick: () => choose(phone.id),
      },
      nameOf(phone),
      unread ? element("span", { className: "count", text: unread }) : null,
    );
  });
  const others = state.phones.size - phones.length;
  if (others > 0) {
    chips.push(
      element("button", { type: "button", className: "chip other", text: `Other numbers · ${others}`, onclick: openOthers }),
    );
  }
  const held = document.activeElement?.dataset?.chip;
  byId("chips").replaceChildren(...chips);
  byId("chips").hidden = state.phones.size < 2;
  fitChips();
  if (held) byId("chips").querySelector(`[data-chip="${held}"]`)?.focus();
  const total = [...state.unread.values()].reduce((sum, count) => sum + count, 0);
  document.title = total ? `(${total}) Phones on the desk` : "Phones on the desk";
}

/** Where all phones fit on the desk, nobody needs to jump to one. */
function fitChips() {
  const desk = byId("desk");
  const all = state.views.size === [...state.views.values()].filter((view) => view.root.offsetWidth).length;
  byId("chips").classList.toggle("all-fit", all && desk.scrollWidth <= desk.clientWidth);
}

function choose(id) {
  state.current = id;
  state.unread.delete(id);
  render(new Map());
  const view = state.views.get(id);
  view.toEnd();
  view.root.scrollIntoView({ inline: "center", block: "nearest" });
}

function showGlobal() {
  const on = state.faults.filter((fault) => fault.phone === null).length;
  byId("all-faults").classList.toggle("is-on", on > 0);
  byId("all-faults").querySelector(".tool-long").textContent = on ? `Faults for all · ${on}` : "Faults for all";
  byId("all-faults").querySelector(".tool-short").textContent = on ? `Faults · ${on}` : "Faults";
}

function showFaults() {
  const owner = state.faultOwner;
  const phone = state.phones.get(owner);
  const focused = document.activeElement?.id;
  byId("faults-title").textContent = phone ? `Faults of ${nameOf(phone)}` : "Faults for all phones";
  byId("faults-hint").textContent = phone
    ? "What goes wrong with texts of this phone."
    : "What goes wrong with texts of every phone.";
  byId("fault-list").replaceChildren(...faultRows(owner, state.kinds, state.faults, acts));
  if (focused) byId(focused)?.focus();
}

function openOthers() {
  showOthers();
  byId("others").showModal();
}

function showOthers() {
  const visible = new Set(shown().map((phone) => phone.id));
  const others = [...state.phones.values()].filter((phone) => !visible.has(phone.id));
  const rows = others.map((phone) => ({ phone, last: [...state.messages.get(phone.id).values()].at(-1) }));
  rows.sort((one, two) => (two.last?.at ?? "").localeCompare(one.last?.at ?? ""));
  byId("other-list").replaceChildren(
    ...rows.map(({ phone, last }) =>
      element(
        "li",
        {},
        element(
          "button",
          { type: "button", className: "other-number", onclick: () => hold(phone.id) },
          element("strong", { text: written(phone.number) }),
          element("span", { className: "hint", text: last ? `${timeOf(last.at)} · ${last.text}` : "No texts yet" }),
        ),
      ),
    ),
  );
}

function hold(id) {
  state.held.add(id);
  byId("others").close();
  render(new Map());
  choose(id);
}

async function addPhone(event) {
  event.preventDefault();
  const form = byId("new-phone-form");
  const asked = { name: form.elements.name.value.trim(), number: form.elements.number.value.trim() };
  if (!asked.name || !asked.number) {
    byId("new-problem").textContent = "Give both a name and a number.";
    return;
  }
  const { problem, value } = await call("POST", "/phones", asked);
  byId("new-problem").textContent = problem ?? "";
  if (problem) return;
  byId("new-phone").close();
  form.reset();
  state.current = value.id;
  if (state.views.has(value.id)) choose(value.id);
}

function openNewPhone() {
  byId("new-problem").textContent = "";
  byId("new-phone").showModal();
}

function link(kind, words) {
  if (byId("link-state").dataset.state === kind) return;
  byId("link-state").dataset.state = kind;
  byId("link-state").textContent = words;
}

async function follow() {
  for (;;) {
    try {
      const wait = state.stamp ? WAIT_SECONDS : 0;
      const answer = await fetch(`/phones?after=${state.stamp}&wait=${wait}`);
      if (!answer.ok) throw new Error(String(answer.status));
      apply(await answer.json());
      link("live", "Live");
    } catch {
      link("away", "The stand-in does not answer; trying again …");
      await new Promise((resume) => setTimeout(resume, AGAIN_AFTER));
    }
  }
}

byId("add-phone").addEventListener("click", openNewPhone);
byId("add-first").addEventListener("click", openNewPhone);
byId("all-faults").addEventListener("click", () => acts.openFaults("all"));
byId("new-phone-form").addEventListener("submit", addPhone);
for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}
for (const dialog of document.querySelectorAll("dialog")) {
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}
for (const event of ["scroll", "focusin", "pointerdown"]) {
  byId("desk").addEventListener(event, markSeen, { passive: true });
}
document.addEventListener("visibilitychange", markSeen);
addEventListener("resize", fitChips);
setInterval(() => state.views.forEach((view) => view.tick()), 20_000);

function markSeen() {
  const seen = [...state.unread.keys()].filter(isSeen);
  if (!seen.length) return;
  for (const id of seen) state.unread.delete(id);
  showChips(shown());
}

follow();
