// Puts redrawn cards in the place of old ones without taking anything out of the reader's hands:
// what is typed, opened, scrolled to or focused stays so.

import { showTimes } from "./times.js";

const list = () => document.getElementById("list");

function made(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const card = template.content.firstElementChild;
  showTimes(card);
  revealScripted(card);
  return card;
}

// Some buttons only do something with scripts.
export function revealScripted(root) {
  for (const button of root.querySelectorAll("[data-close]")) button.hidden = false;
}

// The same field of the same form on another drawing of the card.
function likeField(field, fresh) {
  const form = fresh.querySelector(`form[data-press="${field.form?.dataset.press}"]`);
  const named = form ? [...form.elements].filter((each) => each.name === field.name && each.type !== "hidden") : [];
  return named.find((each) => each.type !== "radio" || each.value === field.value) ?? null;
}

function carryOver(old, fresh) {
  for (const details of old.querySelectorAll("details[data-keep][open]")) {
    const same = fresh.querySelector(`details[data-keep="${details.dataset.keep}"]`);
    if (!same) continue;
    same.open = true;
    same.dataset.carried = "";
  }
  for (const field of old.querySelectorAll("form[data-press] :is(input:checked, textarea, select)")) {
    const same = likeField(field, fresh);
    if (!same) continue;
    if (field.checked) same.checked = true;
    else same.value = field.value;
  }
  if (old.classList.contains("current")) fresh.classList.add("current");
}

function focusLike(focused, fresh, selection) {
  if (!focused) return;
  let same = null;
  if (focused.dataset?.key) same = fresh.querySelector(`[data-key="${focused.dataset.key}"]`);
  else if (focused.name) same = likeField(focused, fresh);
  (same ?? fresh).focus({ preventScroll: true });
  if (same && selection) same.setSelectionRange(...selection);
}

function replace(old, fresh) {
  const inside = old.contains(document.activeElement);
  const focused = inside ? document.activeElement : null;
  const selection = focused?.tagName === "TEXTAREA" ? [focused.selectionStart, focused.selectionEnd] : null;
  carryOver(old, fresh);
  old.replaceWith(fresh);
  focusLike(focused, fresh, selection);
}

function insert(fresh) {
  const place = Number(fresh.dataset.place);
  const after = [...list().children].find((card) => Number(card.dataset.place) > place);
  fresh.classList.add("new");
  list().insertBefore(fresh, after ?? null);
}

export function show(html, { add = true } = {}) {
  const fresh = made(html);
  const old = document.getElementById(fresh.id);
  if (old && Number(old.dataset.version) > Number(fresh.dataset.version)) return;
  if (old) replace(old, fresh);
  else if (add) insert(fresh);
  noteEmpty();
}

export function drop(id) {
  document.getElementById(id)?.remove();
  noteEmpty();
}

export function keepOnly(ids) {
  const wanted = new Set(ids);
  for (const card of [...list().querySelectorAll(".card.waiting")]) if (!wanted.has(card.id)) card.remove();
  noteEmpty();
}

function noteEmpty() {
  list().classList.toggle("bare", !list().children.length);
}
