// Moments in the viewer's own time zone; those still to come also say how far away they are.

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

function inWords(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 90) return `in ${Math.max(seconds, 0)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `in ${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 36 ? `in ${hours} h` : `in ${Math.round(hours / 24)} days`;
}

function shown(at, now) {
  const words = (at.toDateString() === now.toDateString() ? time : day).format(at);
  return at > now ? `${words} (${inWords(at - now)})` : words;
}

export function showTimes(root = document) {
  const now = new Date();
  for (const element of root.querySelectorAll("time[datetime]")) {
    const at = new Date(element.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    const words = shown(at, now);
    if (element.textContent !== words) element.textContent = words;
    if (!element.title) element.title = whole.format(at);
  }
}

export function keepTimes() {
  showTimes();
  setInterval(() => showTimes(), 1000);
}
