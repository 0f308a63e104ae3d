// Sentences for this person that come up and go. Text only, never markup.

const LONG_ENOUGH_MS = 9000;

export function toast(sentence, { accepted = null, requestId = null } = {}) {
  const box = document.createElement("div");
  box.className = "toast";
  if (accepted !== null) box.classList.add(accepted ? "good" : "bad");
  const words = document.createElement("p");
  words.textContent = sentence;
  if (requestId) words.append(" ", linkTo(requestId));
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", "Close");
  close.addEventListener("click", () => box.remove());
  box.append(words, close);
  document.getElementById("toasts").append(box);
  setTimeout(() => box.remove(), LONG_ENOUGH_MS);
}

function linkTo(requestId) {
  const link = document.createElement("a");
  link.href = `/requests/${requestId}`;
  link.textContent = "Open";
  return link;
}
