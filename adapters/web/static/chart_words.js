// Numbers as people read them: 12 Oct, 4 h, 62 %.

const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const count = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

export function axisWords(at, unit) {
  return unit === "week" ? day.format(new Date(at * 1000)) : `${Math.round(at)}%`;
}

export function told(value, unit) {
  if (value == null) return "–";
  if (unit === "percent" || unit === "share") return `${value < 10 && value % 1 ? value.toFixed(1) : Math.round(value)}%`;
  return unit === "seconds" ? lasting(value) : count.format(value);
}

function lasting(seconds) {
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 129_600) return `${trimmed(seconds / 3_600)} h`;
  return `${trimmed(seconds / 86_400)} d`;
}

function trimmed(value) {
  return value < 10 && value % 1 >= 0.05 ? value.toFixed(1) : String(Math.round(value));
}
