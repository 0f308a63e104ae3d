// How series look: bars side by side or on each other, and hatching, so that nothing is told by colour alone.

const TILE = 7;

export function bars() {
  return uPlot.paths.bars({ size: [0.74, 56], radius: 0 });
}

export function filled(colour, hatch) {
  return hatch ? (plot) => pattern(plot.ctx, colour, hatch) : colour;
}

function pattern(context, colour, hatch) {
  const size = TILE * devicePixelRatio;
  const tile = document.createElement("canvas");
  tile.width = tile.height = size;
  const pen = tile.getContext("2d");
  pen.globalAlpha = 0.28;
  pen.fillStyle = colour;
  pen.fillRect(0, 0, size, size);
  pen.globalAlpha = 1;
  pen.strokeStyle = colour;
  pen.lineWidth = 1.6 * devicePixelRatio;
  pen.beginPath();
  for (const shift of hatch === "down" ? [-1, 0, 1] : [0, 1, 2]) {
    pen.moveTo(shift * size, 0);
    pen.lineTo((shift + (hatch === "down" ? 1 : -1)) * size, size);
  }
  pen.stroke();
  return context.createPattern(tile, "repeat");
}

// The legend's own marks, which show hatching and dashes as the chart does.
export function swatch(plot, looks, order) {
  const rows = [...plot.root.querySelectorAll(".u-series")].slice(1);
  rows.forEach((row, at) => {
    const [colour, hatch, dash] = looks[at];
    const mark = document.createElement("canvas");
    mark.className = "swatch";
    mark.width = 18 * devicePixelRatio;
    mark.height = 12 * devicePixelRatio;
    paint(mark, colour, hatch, dash);
    row.querySelector("th").prepend(mark);
    // Bars are painted from the top; they are read from the ground.
    row.style.order = order(at, looks.length);
  });
}

function paint(mark, colour, hatch, dash) {
  const pen = mark.getContext("2d");
  if (dash !== undefined) {
    pen.strokeStyle = colour;
    pen.lineWidth = 2.5 * devicePixelRatio;
    pen.setLineDash((dash ?? []).map((length) => length * devicePixelRatio));
    pen.beginPath();
    pen.moveTo(0, mark.height / 2);
    pen.lineTo(mark.width, mark.height / 2);
    pen.stroke();
    return;
  }
  pen.fillStyle = hatch ? pattern(pen, colour, hatch) : colour;
  pen.fillRect(0, 0, mark.width, mark.height);
}
