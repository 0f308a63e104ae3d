// Puts life into a page that works without it: presses, keys, times and changes as they happen.

import { bindKeys } from "./keys.js";
import { follow } from "./live.js";
import { bindPresses } from "./press.js";
import { keepTimes } from "./times.js";

const body = document.body;
bindPresses();
bindKeys();
keepTimes();
showTab();
if (body.dataset.stream) follow(body.dataset.stream);

// On a phone the tabs are a strip, and the page's own may be beyond its edge.
function showTab() {
  const strip = document.getElementById("tabs");
  const tab = strip?.querySelector("[aria-current]");
  if (tab) strip.scrollLeft = tab.offsetLeft + tab.offsetWidth / 2 - strip.clientWidth / 2;
}

// Somebody who came from the inbox goes back to where they were in it.
document.querySelector("[data-back]")?.addEventListener("click", (event) => {
  const from = document.referrer && new URL(document.referrer);
  if (!from || from.origin !== location.origin || from.pathname !== "/" || history.length < 2) return;
  event.preventDefault();
  history.back();
});
