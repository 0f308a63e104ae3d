// Numbers as people read them: 12 Oct, 4 h, 62 %.

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const count = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

export function axisWords(at, unit) {
  if (unit !== "week") return `${Math.round(at)}%`;
  const day = new Date(at * 1000);
  return `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]}`;
}

export function told(value, unit) {
  if (value == null) return "–";
  if (unit === "percent" || unit === "share") return `${value < 10 && value % 1 ? value.toFixed(1) : Math.round(value)}%`;
  return unit === "seconds" ? lasting(value) : count.format(value);
}

function lasting(seconds) {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 86_400) return `${trimmed(seconds / 3_600)} h`;
  return `${trimmed(seconds / 86_400)} d`;
}

function trimmed(value) {
  return value < 10 && value % 1 >= 0.05 ? value.toFixed(1) : String(Math.round(value));
}
