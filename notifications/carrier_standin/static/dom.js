/** Small builders for the page: elements, icons and the ways in which moments and numbers are written. */

export function element(name, options = {}, ...children) {
  const made = document.createElement(name);
  const { text, data, ...rest } = options;
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(data ?? {})) made.dataset[key] = value;
  for (const [key, value] of Object.entries(rest)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "className") made.className = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter(Boolean));
  return made;
}

const ICONS = {
  send: "M4 12h15M13 6l6 6-6 6",
  bolt: "M13 3 5 14h6l-1 7 8-11h-6z",
  chat: "M5 5h14v10h-7l-4 4v-4H5z",
  waiting: "M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18",
  sent: "M5 13l4 4L19 7",
  delivered: "M2 13l4 4L16 7M11 16l1 1L22 7",
  failed: "M12 7v6M12 17v.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18",
};

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  drawing.classList.add("icon");
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", ICONS[name]);
  drawing.append(line);
  return drawing;
}

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

export const timeOf = (moment) => TIME.format(new Date(moment));

export function dayOf(moment) {
  const day = DAY.format(new Date(moment));
  return day === DAY.format(new Date()) ? "Today" : day;
}

export function written(number) {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  if (parts) return `+1 ${parts[1]} ${parts[2]} ${parts[3]}`;
  return number.replace(/^(\+\d{2})(\d{3,4})(\d+)$/, "$1 $2 $3");
}

/** A text with its web addresses as links; everything else stays plain text. */
export function linked(text) {
  const pieces = [];
  let done = 0;
  for (const found of text.matchAll(/https?:\/\/[^\s<>"]+/g)) {
    const address = found[0].replace(/[.,;:!?)\]]+$/, "");
    pieces.push(text.slice(done, found.index));
    pieces.push(element("a", { href: address, target: "_blank", rel: "noopener noreferrer", text: address }));
    done = found.index + address.length;
  }
  pieces.push(text.slice(done));
  return pieces;
}
