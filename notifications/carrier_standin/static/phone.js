/** One phone: its frame, its conversation and the box to answer in. */

import { dayOf, element, icon, linked, timeOf, written } from "./dom.js";

const QUICK = ["6 4 2", "HELP", "STOP", "START"];
const STATES = {
  accepted: ["waiting", "Accepted"],
  queued: ["waiting", "Queued"],
  sending: ["waiting", "Sending"],
  sent: ["sent", "Sent"],
  delivered: ["delivered", "Delivered"],
  undelivered: ["failed", "Undelivered"],
  failed: ["failed", "Failed"],
  canceled: ["failed", "Cancelled"],
  receiving: ["waiting", "On its way to the service"],
  received: ["delivered", "Taken by the service"],
};
const LOST = new Set(["undelivered", "failed", "canceled"]);
const NEAR_THE_END = 160;

export const nameOf = (phone) => phone.name || written(phone.number);

export class PhoneView {
  /** @param acts {reply(id, text), openFaults(id)} */
  constructor(phone, acts) {
    this.id = phone.id;
    this.acts = acts;
    this.bubbles = new Map();
    this.build(phone);
  }

  build(phone) {
    const label = `owner-${phone.id}`;
    this.owner = element("h2", { className: "owner", id: label });
    this.number = element("p", { className: "number" });
    this.badges = element("p", { className: "badges", "aria-live": "polite" });
    this.faults = element("button", {
      type: "button",
      className: "tool fault-button",
      onclick: () => this.acts.openFaults(this.id),
    });
    this.texts = element("ol", { className: "texts" });
    this.log = element(
      "div",
      { className: "log", role: "log", "aria-label": `Conversation of ${nameOf(phone)}`, tabindex: "0" },
      this.texts,
    );
    this.empty = element("p", { className: "no-texts" });
    this.scroller = element("div", { className: "scroller" }, this.empty, this.log);
    this.peer = element("p", { className: "peer" });
    this.clock = element("span", { className: "clock", "aria-hidden": "true" });
    const screen = element(
      "div",
      { className: "screen" },
      element(
        "div",
        { className: "status-bar", "aria-hidden": "true" },
        this.clock,
        element("span", { className: "island" }),
        element("span", { className: "signal" }),
      ),
      element("div", { className: "peer-bar" }, element("span", { className: "peer-face" }, icon("chat")), this.peer),
      this.badges,
      this.scroller,
      this.quickReplies(),
      this.composer(phone),
    );
    this.root = element(
      "section",
      { className: "phone", "aria-labelledby": label, data: { phone: phone.id } },
      element(
        "div",
        { className: "card" },
        element("span", { className: "face", "aria-hidden": "true" }),
        element("div", { className: "card-words" }, this.owner, this.number),
        this.faults,
      ),
      element("div", { className: "frame" }, screen),
    );
  }

  quickReplies() {
    const buttons = QUICK.map((text) =>
      element("button", {
        type: "button",
        className: "quick",
        text,
        "aria-label": `Reply ${text}`,
        onclick: () => this.send(text),
      }),
    );
    return element("div", { className: "quicks", role: "group", "aria-label": "Quick replies" }, ...buttons);
  }

  composer(phone) {
    this.problem = element("p", { className: "problem", role: "alert" });
    this.box = element("textarea", {
      className: "box",
      rows: "1",
      maxlength: "1600",
      placeholder: "Text message",
      "aria-label": `Text from ${nameOf(phone)}`,
      enterkeyhint: "send",
    });
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.sendBox();
    });
    const send = element("button", { type: "submit", className: "send", "aria-label": "Send" }, icon("send"));
    const form = element("form", { className: "composer" }, this.box, send);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.sendBox();
    });
    return element("div", { className: "writing" }, this.problem, form);
  }

  async sendBox() {
    const text = this.box.value.trim();
    if (text && (await this.send(text))) this.box.value = "";
    this.box.focus();
  }

  async send(text) {
    this.problem.textContent = "";
    const refused = await this.acts.reply(this.id, text);
    this.problem.textContent = refused ?? "";
    return refused === null;
  }

  /** Shows the phone as it is now and the messages that are new or changed. */
  update(phone, messages, faults, serviceNumber) {
    this.owner.textContent = nameOf(phone);
    this.number.textContent = phone.name ? written(phone.number) : "not set up here";
    this.root.querySelector(".face").textContent = phone.name ? phone.name.slice(0, 1).toUpperCase() : "#";
    this.showBadges(phone);
    this.showFaults(phone, faults);
    const atEnd = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_THE_END;
    const fresh = messages.filter((message) => this.show(message));
    this.peer.textContent = written(this.lastServiceNumber ?? serviceNumber);
    this.empty.hidden = this.bubbles.size > 0;
    this.empty.textContent = `No texts yet. What the service sends to ${written(phone.number)} appears here, or write first.`;
    if (messages.length && (atEnd || fresh.some((message) => message.way === "from_phone"))) this.toEnd();
    this.tick();
  }

  tick() {
    this.clock.textContent = timeOf(Date.now());
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  showBadges(phone) {
    const badges = [];
    if (phone.blocked) badges.push(element("span", { className: "badge bad", text: "Blocked at the carrier · 21610" }));
    if (phone.stopped_at) badges.push(element("span", { className: "badge warn", text: `Texted STOP at ${timeOf(phone.stopped_at)} · START undoes it` }));
    if (badges.map((badge) => badge.textContent).join() !== this.shownBadges) {
      this.badges.replaceChildren(...badges);
      this.shownBadges = badges.map((badge) => badge.textContent).join();
    }
  }

  showFaults(phone, faults) {
    const on = faults.filter((fault) => fault.phone === phone.id).length;
    this.faults.replaceChildren(icon("bolt"), on ? `Faults · ${on}` : "Faults");
    this.faults.classList.toggle("is-on", on > 0);
    this.faults.setAttribute("aria-label", `Faults of ${nameOf(phone)}, ${on} on`);
  }

  /** Adds a bubble or changes it in place; says whether it is new. */
  show(message) {
    this.lastServiceNumber = message.service_number;
    let bubble = this.bubbles.get(message.sid);
    const fresh = bubble === undefined;
    if (fresh) {
      this.dayLine(message);
      bubble = element("li", { className: `text ${message.way}`, data: { sid: message.sid } });
      this.bubbles.set(message.sid, bubble);
      this.texts.append(bubble);
    }
    if (bubble.dataset.stamp !== String(message.stamp)) {
      bubble.dataset.stamp = message.stamp;
      bubble.dataset.status = message.status;
      bubble.classList.toggle("is-lost", LOST.has(message.status));
      bubble.classList.toggle("is-coming", message.way === "to_phone" && STATES[message.status][0] !== "delivered");
      bubble.replaceChildren(this.body(message), this.meta(message));
    }
    return fresh;
  }

  dayLine(message) {
    const day = dayOf(message.at);
    if (day === this.lastDay) return;
    this.lastDay = day;
    this.texts.append(element("li", { className: "day", text: day }));
  }

  body(message) {
    const who = message.way === "to_phone" ? "The service: " : "You: ";
    const words = message.text ? linked(message.text) : [element("em", { text: "(text removed)" })];
    return element("p", { className: "bubble" }, element("span", { className: "spoken", text: who }), ...words);
  }

  meta(message) {
    const room = message.encoding === "GSM-7" ? 160 : 70;
    const size = message.segments > 1 ? `${message.units} · ${message.segments} segments` : `${message.units}/${room} · 1 segment`;
    const costly = message.segments > 1 || message.encoding === "UCS-2";
    const [mark, word] = STATES[message.status];
    const trouble = webhookTrouble(message);
    return element(
      "p",
      { className: "meta" },
      element("time", { datetime: message.at, text: timeOf(message.at) }),
      element("span", { className: costly ? "size costly" : "size", text: `${message.encoding} ${size}` }),
      element("span", { className: `state ${trouble ? "failed" : mark}` }, icon(trouble ? "failed" : mark), trouble ?? stateWords(message, word)),
    );
  }
}

function stateWords(message, word) {
  return message.error_code ? `${word} · ${message.error_code} ${message.error}` : word;
}

function webhookTrouble(message) {
  if (!message.webhook || message.webhook.startsWith("2")) return null;
  const said = message.webhook === "unreachable" ? "nobody answered" : `answered ${message.webhook}`;
  if (message.way === "from_phone") return `Service ${said}`;
  return message.status === "delivered" ? `Delivered · status webhook ${said}` : null;
}
