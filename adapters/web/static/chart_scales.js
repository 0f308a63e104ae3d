// Scales: shares from none to all, counts from nothing, and durations from seconds to weeks on one axis.

import { told } from "./chart_words.js";

// Half a minute is as far from a minute as half a day from a day.
const TIMES = [1, 5, 15, 60, 300, 900, 3_600, 14_400, 43_200, 86_400, 259_200, 604_800, 1_814_400];

// Half a request is none.
const WHOLE = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

export function scale(unit) {
  if (unit === "percent") return { range: [0, 100] };
  if (unit === "seconds") return { distr: 3, log: 2, range: (_plot, least, most) => around(least, most) };
  return { range: (_plot, _least, most) => [0, most > 0 ? most * 1.08 : 1] };
}

export function marks(unit) {
  const words = (_plot, places) => places.map((place) => told(place, unit));
  if (unit === "count") return { values: words, incrs: WHOLE };
  if (unit !== "seconds") return { values: words };
  return { values: words, splits: (_plot, _axis, least, most) => times(least, most), filter: (_plot, places) => places };
}

// Marks stand under Mondays, as many as there is room for.
export function weeks(chart) {
  if (chart.x_unit !== "week") return {};
  const every = (plot) => Math.max(1, Math.ceil(chart.x.length / Math.max(1, Math.floor(plot.bbox.width / devicePixelRatio / 62))));
  return { splits: (plot) => chart.x.filter((_, at) => (chart.x.length - 1 - at) % every(plot) === 0), filter: (_plot, places) => places };
}

function around(least, most) {
  const from = TIMES.findLast((time) => time <= Math.max(least, 1)) ?? 1;
  return [from, Math.max(TIMES.find((time) => time >= most) ?? most, from * 2) * 1.02];
}

function times(least, most) {
  return TIMES.filter((time) => time >= least && time <= most);
}
