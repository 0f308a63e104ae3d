// Draws charts from the numbers that stand in the page; the table beside each chart says the same without it.

import { bars, filled, swatch } from "./chart_paint.js";
import { marks, scale, weeks } from "./chart_scales.js";
import { axisWords, told } from "./chart_words.js";

const HEIGHT = 232;
const HALF_A_WEEK = 3.5 * 86_400;
const dark = matchMedia("(prefers-color-scheme: dark)");
const drawn = new Map();

function colour(element, name) {
  return getComputedStyle(element).getPropertyValue(`--${name}`).trim();
}

function cumulated(series) {
  const sums = new Array(series[0].values.length).fill(0);
  return series.map((each) => each.values.map((value, at) => (sums[at] += value ?? 0)));
}

// Each bar reaches from the ground to its sum, so the highest is painted first and the others before it.
function stacked(chart) {
  const tops = cumulated(chart.series);
  const order = chart.series.map((_, at) => at).reverse();
  return { series: order.map((at) => chart.series[at]), values: order.map((at) => tops[at]) };
}

function seriesOf(element, chart, each) {
  const paint = colour(element, `tone-${each.tone}`);
  const spoken = (_plot, _value, _index, at) => (at == null ? "" : told(each.values[at], chart.unit));
  if (chart.kind === "stacked") {
    return { label: each.name, stroke: paint, width: 0, fill: filled(paint, each.hatch), paths: bars(), points: { show: false }, value: spoken };
  }
  return {
    label: each.name, stroke: paint, width: each.is_quiet ? 1.5 : 2.25, dash: each.dash, spanGaps: Boolean(chart.is_joined), value: spoken,
    points: { show: each.values.length < 60 && !each.is_quiet, size: 6, fill: colour(element, "surface"), stroke: paint, width: 2 },
  };
}

function axes(element, chart) {
  const common = {
    stroke: colour(element, "soft"), font: `12px ${colour(element, "sans")}`,
    grid: { stroke: colour(element, "line"), width: 1 }, ticks: { show: false },
  };
  return [
    { ...common, grid: { show: false }, size: 30, space: 62, ...weeks(chart), values: (_plot, places) => places.map((at) => axisWords(at, chart.x_unit)) },
    { ...common, size: 54, space: 36, ...marks(chart.unit) },
  ];
}

function options(element, chart, series, width) {
  const edge = chart.x_unit === "week" ? HALF_A_WEEK : 0;
  return {
    width, height: HEIGHT, padding: [10, chart.x_unit === "week" ? 12 : 22, 0, 0],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    scales: {
      x: { time: chart.x_unit === "week", range: (_plot, from, to) => (chart.x_unit === "week" ? [from - edge, to + edge] : [0, 100]) },
      y: scale(chart.unit),
    },
    axes: axes(element, chart),
    cursor: { y: false, drag: { x: false, y: false }, points: { show: chart.kind !== "stacked" } },
    legend: { live: true, markers: { show: false } },
    series: [{ label: chart.x_name, value: (_plot, at) => (at == null ? "" : axisWords(at, chart.x_unit)) }, ...series.map((each) => seriesOf(element, chart, each))],
  };
}

function opensWhatIsPressed(plot, chart) {
  if (!chart.links) return;
  plot.over.addEventListener("click", () => {
    const link = plot.cursor.idx == null ? null : chart.links[plot.cursor.idx];
    if (link) location.assign(link);
  });
  plot.over.classList.add("leads-on");
}

function draw(element) {
  const chart = JSON.parse(element.dataset.chart);
  if (!chart.series.length || !chart.x.length) return;
  drawn.get(element)?.destroy();
  const shown = chart.kind === "stacked" ? stacked(chart) : { series: chart.series, values: chart.series.map((each) => each.values) };
  const plot = new uPlot(options(element, chart, shown.series, element.clientWidth), [chart.x, ...shown.values], element);
  plot.root.setAttribute("aria-hidden", "true");
  swatch(plot, shown.series.map((each) => [colour(element, `tone-${each.tone}`), each.hatch, each.dash]), (at, count) => (chart.kind === "stacked" ? count - at : at + 1));
  opensWhatIsPressed(plot, chart);
  drawn.set(element, plot);
}

function start(element) {
  element.hidden = false;
  draw(element);
  const table = document.getElementById(element.dataset.table);
  if (table && drawn.has(element)) table.open = false;
  new ResizeObserver(() => drawn.get(element)?.setSize({ width: element.clientWidth, height: HEIGHT })).observe(element);
}

const charts = [...document.querySelectorAll("[data-chart]")];
charts.forEach(start);
dark.addEventListener("change", () => charts.forEach(draw));

// A filter that was changed is asked for at once; without scripts there is a button for it.
for (const form of document.querySelectorAll("[data-filters]")) {
  form.querySelector("button").hidden = true;
  form.addEventListener("change", () => form.requestSubmit());
}
