// Follows what happens elsewhere. The server sends whole cards as they stand; nothing is patched here.

import { drop, keepOnly, show } from "./cards.js";
import { showTimes } from "./times.js";
import { toast } from "./toasts.js";

export function follow(address) {
  const source = new EventSource(address);
  const connection = document.getElementById("connection");
  const on = (name, act) => source.addEventListener(name, (event) => act(JSON.parse(event.data)));

  on("card", ({ html, add }) => show(html, { add }));
  on("gone", ({ id }) => drop(id));
  on("only", ({ ids }) => keepOnly(ids));
  on("tabs", ({ html, waiting }) => fill("tabs", html, waiting));
  on("panel", ({ html }) => fill("panel", html));
  on("said", ({ sentence, accepted, request_id: requestId }) => toast(sentence, { accepted, requestId }));
  on("bye", ({ sentence }) => {
    source.close();
    tell(sentence);
  });
  source.onopen = () => tell("");
  source.onerror = () => tell(source.readyState === EventSource.CLOSED ? "Not live. Reload the page." : "Reconnecting…");
  // A page kept for going back would hold its connection; it takes a new one when it is shown again.
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());

  function tell(words) {
    connection.textContent = words;
    connection.hidden = !words;
  }
}

function fill(id, html, waiting) {
  const place = document.getElementById(id);
  if (!place) return;
  const { scrollTop: top, scrollLeft: left } = place;
  const focused = place.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  place.innerHTML = html;
  place.scrollTop = top;
  place.scrollLeft = left;
  showTimes(place);
  if (focused) place.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  if (waiting !== undefined) document.title = document.title.replace(/^(\(\d+\) )?/, waiting ? `(${waiting}) ` : "");
}
