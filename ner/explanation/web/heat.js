// THE HEAT MAPS: every row's weights at once, a large map of the chosen head and a small one of each.

const SMALLEST = 2; // sides of a cell, in pixels
const LARGEST = 30;
const LABELLED = 13; // from this side on every cell has its label
const STRIDES = [5, 10, 20, 25, 50, 100, 200, 500];
const THUMB = 112;
const GAMMA = 0.7; // shade = (weight / greatest) ** GAMMA: small weights stay visible
const INK = ["--heat-0", "--heat-1", "--heat-2", "--heat-3", "--ink", "--muted", "--line"];
const LIGHT = ["#fffdf8", "#ffd88f", "#e2780c", "#6b2a00", "#1d1c1a", "#6b675f", "#e4e0d8"];

let printing = false;
let map = null; // where the large map's cells stand

const paletteNow = () => {
  const style = getComputedStyle(document.documentElement);
  return printing ? LIGHT : INK.map((name) => style.getPropertyValue(name).trim());
};

/** 256 colours from four, as bytes. */
function ramp(palette) {
  const [canvas, context] = canvasOf(256, 1, 1);
  const gradient = context.createLinearGradient(0, 0, 256, 0);
  palette.slice(0, 4).forEach((colour, step) => gradient.addColorStop(step / 3, colour));
  context.fillStyle = gradient;
  context.fillRect(0, 0, canvas.width, 1);
  return context.getImageData(0, 0, 256, 1).data;
}

function canvasOf(width, height, scale) {
  const canvas = element("canvas", { width: Math.round(width * scale), height: Math.round(height * scale) });
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  return [canvas, context];
}

/** The weights as a picture, a pixel a cell; in a smaller one a pixel is the greatest of its cells. */
function picture(layer, head, colours, limit) {
  const [rows, columns] = [layer.rows.length, layer.columns.length];
  const [height, width] = [Math.min(rows, limit), Math.min(columns, limit)];
  const weights = weightsOf(layer, head);
  const cellsOf = new Float32Array(height * width);
  for (let row = 0; row < rows; row += 1) {
    const line = Math.floor((row * height) / rows) * width;
    for (let column = 0; column < columns; column += 1) {
      const place = line + Math.floor((column * width) / columns);
      cellsOf[place] = Math.max(cellsOf[place], weights[row * columns + column]);
    }
  }
  const [canvas, context] = canvasOf(width, height, 1);
  const image = context.createImageData(width, height);
  const top = greatestOf(layer, head) || 1;
  cellsOf.forEach((weight, place) => {
    const colour = Math.round(255 * (weight / top) ** GAMMA) * 4;
    image.data.set(colours.subarray(colour, colour + 4), place * 4);
  });
  context.putImageData(image, 0, 0);
  return canvas;
}

function drawMap() {
  const piece = pieceOf(state.at);
  const layer = layerOf(piece);
  box("map").hidden = !layer;
  map = null;
  if (!layer) return;
  const palette = paletteNow();
  const colours = ramp(palette);
  drawNote(piece, layer);
  drawThumbs(layer, colours); // first, since it takes room from the large one
  drawLarge(piece, layer, palette, colours);
  drawBand();
}

function drawNote(piece, layer) {
  const rows = layer.tagged ? "tag" : "character";
  const note = `Each row is a ${rows}; along it stand the characters it attends to, darker where more.`;
  const light = matchMedia("(prefers-color-scheme: dark)").matches && !printing;
  const said = [light ? note.replace("darker", "brighter") : note];
  if (layer.context) said.push("Left of the line stands the context.");
  const [start, end] = piece.owned;
  if (piece.start < start || end < piece.end) {
    said.push(`Rows ${start}–${end} count; the faded ones are left to the neighbouring pieces.`);
  }
  box("map-note").textContent = said.join(" ");
}

function measures(piece, layer) {
  const columns = layer.columns.length;
  const [canvas, context] = canvasOf(1, 1, 1);
  context.font = fontOf(11);
  const widest = Math.max(...layer.rows.map((row) => context.measureText(signOf(row)).width));
  const names = layer.tagged ? Math.min(widest, 110) : 14;
  const room = box("heat").clientWidth - 32;
  const fits = (left) => Math.floor((room - left) / columns);
  let left = Math.ceil(names) + 10;
  let side = Math.max(SMALLEST, Math.min(LARGEST, fits(left)));
  const thinned = side < LABELLED;
  if (thinned) left += 26;
  side = Math.max(SMALLEST, Math.min(LARGEST, fits(left)));
  const stride = thinned ? (STRIDES.find((one) => one * side >= 26) ?? 500) : 1;
  return { piece, layer, left, top: thinned ? 34 : 22, side, stride, thinned };
}

const fontOf = (size) => `${size}px ${getComputedStyle(box("text")).fontFamily}`;

function drawLarge(piece, layer, palette, colours) {
  map = measures(piece, layer);
  const { left, top, side } = map;
  const [width, height] = [layer.columns.length * side, layer.rows.length * side];
  const [canvas, context] = canvasOf(left + width + 1, top + height + 1, scaleOf(width, height));
  context.imageSmoothingEnabled = false;
  context.drawImage(picture(layer, state.head, colours, Infinity), left, top, width, height);
  fadeRows(context, palette, width);
  ruleLines(context, palette, width, height);
  labelColumns(context, palette);
  labelRows(context, palette);
  const cover = ["row", "column", "band"].map((kind) => element("i", { class: `cross ${kind}` }));
  const frame = element("div", { class: "frame" }, canvas, ...cover);
  frame.addEventListener("pointermove", showCell);
  frame.addEventListener("pointerdown", showCell);
  frame.addEventListener("pointerleave", hideCell);
  frame.addEventListener("click", pinRow);
  const scroll = element("div", { class: "scroll" }, frame);
  box("heat").replaceChildren(scroll, scaleBar(layer));
}

/** Pixels of the screen for one of the page, where a canvas of that size can be had. */
const scaleOf = (width, height) =>
  Math.min(window.devicePixelRatio || 1, Math.max(1, 8000 / Math.max(width, height)));

/** Rows that another piece answers for. */
function fadeRows(context, palette, width) {
  const { piece, layer, left, top, side } = map;
  const first = piece.owned[0] - piece.start;
  const last = Math.min(piece.owned[1], piece.end) - piece.start;
  context.globalAlpha = 0.72;
  context.fillStyle = palette[0];
  context.fillRect(left, top, width, first * side);
  context.fillRect(left, top + last * side, width, (layer.rows.length - last) * side);
  context.globalAlpha = 1;
}

function ruleLines(context, palette, width, height) {
  const { layer, left, top, side } = map;
  context.strokeStyle = palette[6];
  context.strokeRect(left - 0.5, top - 0.5, width + 1, height + 1);
  if (!layer.context) return;
  context.strokeStyle = palette[4];
  context.setLineDash([4, 3]);
  context.beginPath();
  context.moveTo(left + layer.context * side + 0.5, 2);
  context.lineTo(left + layer.context * side + 0.5, top + height);
  context.stroke();
  context.setLineDash([]);
}

function labelColumns(context, palette) {
  const { piece, layer, left, top, side, thinned } = map;
  context.textAlign = "center";
  context.textBaseline = "bottom";
  layer.columns.forEach((character, column) => {
    const place = column - layer.context + (column < layer.context ? 0 : piece.start);
    if (thinned && place % map.stride) return;
    const x = left + (column + 0.5) * side;
    context.fillStyle = palette[column < layer.context ? 5 : 4];
    context.font = fontOf(Math.min(15, thinned ? 12 : side - 2));
    context.fillText(labelOf(character), x, top - 4, Math.max(side, 14));
    if (thinned) indexAt(context, palette, place, x, top - 19);
  });
}

function indexAt(context, palette, place, x, y) {
  context.fillStyle = palette[5];
  context.font = fontOf(10);
  context.fillText(String(place).replace("-", "−"), x, y);
}

function labelRows(context, palette) {
  const { piece, layer, left, top, side, thinned } = map;
  context.textBaseline = "middle";
  context.textAlign = "right";
  layer.rows.forEach((name, row) => {
    const place = row + piece.start;
    if (thinned && place % map.stride) return;
    const y = top + (row + 0.5) * side;
    const size = layer.tagged ? 11 : 15;
    context.fillStyle = palette[4];
    context.font = fontOf(Math.min(size, thinned ? 12 : side - 2));
    context.fillText(labelOf(name), left - 6, y, left - (thinned ? 32 : 6));
    if (!thinned) return;
    context.textAlign = "left";
    indexAt(context, palette, place, 2, y);
    context.textAlign = "right";
  });
}

function labelOf(character) {
  const sign = signOf(character);
  return isCode(sign) ? sign.slice(2) : sign;
}

/** What a shade stands for. */
function scaleBar(layer) {
  const top = greatestOf(layer, state.head);
  if (layer.choices && state.head !== MEAN) {
    const key = element("i", { class: "full" });
    return element("p", { class: "scale" }, key, "chosen");
  }
  const half = top * 0.5 ** (1 / GAMMA);
  const marks = [0, half, top].map((weight) => element("span", {}, weight.toFixed(top < 0.1 ? 3 : 2)));
  const bar = element("div", {}, element("i", { class: "gradient" }), element("div", {}, ...marks));
  return element("div", { class: "scale" }, element("span", {}, layer.choices ? "part of the heads" : "weight"), bar);
}

function drawThumbs(layer, colours) {
  box("thumbs").hidden = layer.heads < 2;
  const heads = [MEAN, ...Array.from({ length: layer.heads }, (_, head) => head)];
  const shown = heads.map((head) => {
    const small = picture(layer, head, colours, THUMB);
    const ratio = layer.columns.length / layer.rows.length;
    const [canvas, context] = canvasOf(THUMB * Math.min(1, ratio), THUMB / Math.max(1, ratio), 2);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, THUMB * Math.min(1, ratio), THUMB / Math.max(1, ratio));
    const mean = layer.choices ? "all heads" : "mean";
    const name = head === MEAN ? mean : `head ${head + 1}`;
    const pressed = String(state.head === head);
    const onclick = () => set({ head });
    const about = { type: "button", "aria-pressed": pressed, onclick };
    return element("button", about, canvas, element("span", {}, name));
  });
  box("thumbs").replaceChildren(...shown);
}

/** Marks the row of the character that is looked at. */
function drawBand() {
  const band = box("heat").querySelector(".band");
  if (!map || !band) return;
  const row = active() - map.piece.start;
  band.hidden = row < 0 || row >= map.layer.rows.length;
  lay(band, map.left, map.top + row * map.side, map.layer.columns.length * map.side, map.side);
}

function lay(mark, left, top, width, height) {
  Object.assign(mark.style, {
    left: `${left}px`,
    top: `${top}px`,
    width: `${width}px`,
    height: `${height}px`,
  });
}

function cellAt(event) {
  const frame = event.currentTarget.getBoundingClientRect();
  const column = Math.floor((event.clientX - frame.left - map.left) / map.side);
  const row = Math.floor((event.clientY - frame.top - map.top) / map.side);
  const inside = column >= 0 && row >= 0;
  return inside && column < map.layer.columns.length && row < map.layer.rows.length
    ? [row, column]
    : null;
}

function showCell(event) {
  const cell = cellAt(event);
  if (!cell) return hideCell(event);
  const [row, column] = cell;
  const { layer, left, top, side } = map;
  const cross = (kind) => event.currentTarget.querySelector(`.cross.${kind}`);
  lay(cross("row"), left, top + row * side, layer.columns.length * side, side);
  lay(cross("column"), left + column * side, top, side, layer.rows.length * side);
  event.currentTarget.classList.add("crossed");
  return showTip(event, tipOf(row, column));
}

function hideCell(event) {
  event.currentTarget.classList.remove("crossed");
  box("tip").hidden = true;
}

function tipOf(row, column) {
  const { piece, layer } = map;
  const place = column - layer.context;
  const where = place < 0 ? `context −${-place}` : String(piece.start + place);
  const weight = rowOf(layer, state.head, row)[column];
  const number = layer.choices ? (weight > 0 ? chosenAs(weight) : "not chosen") : weightText(weight);
  return [
    layer.tagged ? element("b", {}, layer.rows[row]) : glyph(layer.rows[row]),
    element("small", {}, String(piece.start + row)),
    "→",
    glyph(layer.columns[column]),
    element("small", {}, where),
    element("b", {}, number),
  ];
}

const chosenAs = (weight) => (weight > 0.999 ? "chosen" : `${Math.round(100 * weight)} % of the heads`);

function showTip(event, content) {
  const tip = box("tip");
  tip.replaceChildren(...content);
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.min(event.clientX + 14, window.innerWidth - width - 8);
  const above = event.clientY - height - 14;
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${above < 8 ? event.clientY + 18 : above}px`;
}

/** A click in the map holds the row's character, if the piece answers for it. */
function pinRow(event) {
  const cell = cellAt(event);
  if (!cell) return;
  const place = cell[0] + map.piece.start;
  if (pieceOf(place) === map.piece) pin(place);
}
