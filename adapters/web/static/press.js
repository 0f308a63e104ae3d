// Sends presses without leaving the page. Each form carries its own number, so that sending it twice,
// after a lost connection for instance, presses once.

import { revealScripted, show } from "./cards.js";
import { toast } from "./toasts.js";

export function bindPresses() {
  revealScripted(document);
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-press]")) return;
    event.preventDefault();
    send(event.target);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) closeForm(event.target.closest("details"));
  });
  document.addEventListener("toggle", onToggle, true);
}

async function send(form) {
  const buttons = form.querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  try {
    const answer = await post(form);
    toast(answer.sentence, { accepted: answer.accepted });
    if (answer.accepted) finish(form);
    if (answer.html) show(answer.html, { add: false });
  } catch {
    toast("It is not known whether this arrived. Press again: it counts once.", { accepted: false });
  }
  for (const button of buttons) button.disabled = false;
}

async function post(form) {
  const response = await fetch(form.action, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new URLSearchParams(new FormData(form)),
    redirect: "error",
  });
  return response.json();
}

function onToggle(event) {
  if (!event.target.matches?.("details[data-form]") || !event.target.open) return;
  // A card that was redrawn opens its form again, but the person may be somewhere else by now.
  if ("carried" in event.target.dataset) {
    delete event.target.dataset.carried;
    return;
  }
  event.target.querySelector("input[type=radio]")?.focus();
}

// The card may have been redrawn, with the form still open in it, before its answer was here.
function finish(form) {
  const details = form.closest("details");
  const id = form.closest("article")?.id;
  const shown = id && details && document.getElementById(id)?.querySelector(`[data-keep="${details.dataset.keep}"]`);
  for (const each of new Set([details, shown])) {
    if (!each) continue;
    each.querySelector("form").reset();
    closeForm(each, { quietly: true });
  }
}

function closeForm(details, { quietly = false } = {}) {
  if (!details) return;
  details.open = false;
  if (!quietly) details.querySelector("summary").focus();
}
