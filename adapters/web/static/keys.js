// The inbox by keyboard. What decides or escalates takes the same key twice.

const CONFIRM_WITHIN_MS = 4000;
let armed = null;
let timer = 0;

export function bindKeys() {
  for (const button of document.querySelectorAll("[data-open-help]")) {
    button.hidden = false;
    button.addEventListener("click", help);
  }
  document.addEventListener("keydown", onKey);
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") return leaveForm(event);
  if (event.target.closest("input, textarea, select, [contenteditable]")) return undefined;
  const act = KEYS[event.key];
  if (!act) return undefined;
  event.preventDefault();
  return act();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  a: () => confirmed("approve"),
  e: () => confirmed("escalate"),
  r: () => openForm("reject"),
  m: () => openForm("more"),
  d: () => open(),
  o: () => open(),
  u: () => document.querySelector("[data-back]")?.click(),
  "?": () => help(),
};

const all = () => [...document.querySelectorAll("#list > article")];
const current = () => document.querySelector("#list > .current") ?? document.activeElement?.closest("#list > article");

function move(by) {
  const cards = all();
  if (!cards.length) return;
  const at = cards.indexOf(current());
  const next = at < 0 ? cards[by > 0 ? 0 : cards.length - 1] : cards[Math.min(Math.max(at + by, 0), cards.length - 1)];
  for (const card of cards) card.classList.toggle("current", card === next);
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest", behavior: "smooth" });
}

// On a request's own page there is one card, which is always meant.
const meant = () => current() ?? (document.querySelector("#list.single") ? all()[0] : null);

function control(key) {
  return meant()?.querySelector(`[data-key="${key}"]`) ?? null;
}

function confirmed(key) {
  const button = control(key);
  if (!button) return;
  if (button.href) {
    button.click();
    return;
  }
  if (armed?.id === button.closest("article").id && armed.key === key && Date.now() < armed.until) {
    disarm();
    button.click();
    return;
  }
  disarm();
  armed = { id: button.closest("article").id, key, until: Date.now() + CONFIRM_WITHIN_MS };
  button.classList.add("armed");
  button.focus();
  const label = button.querySelector(".label");
  label.dataset.words = label.textContent;
  label.textContent = `${label.textContent}: press ${key[0]} again`;
  timer = setTimeout(disarm, CONFIRM_WITHIN_MS);
}

function disarm() {
  armed = null;
  clearTimeout(timer);
  for (const button of document.querySelectorAll(".armed")) {
    button.classList.remove("armed");
    const label = button.querySelector(".label");
    label.textContent = label.dataset.words;
  }
}

function openForm(name) {
  const details = meant()?.querySelector(`details[data-form].${name}`);
  if (details) details.open = true;
}

function open() {
  const href = meant()?.dataset.href;
  if (href) location.assign(href);
}

function leaveForm(event) {
  const details = event.target.closest("details[data-form]");
  if (!details) return;
  details.open = false;
  details.querySelector("summary").focus();
}

function help() {
  document.getElementById("help").showModal();
}
