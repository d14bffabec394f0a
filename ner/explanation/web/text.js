// THE TEXT: its characters, entities in colours, and the shading of what is attended to.

const HUES = [255, 35, 150, 325, 80, 205, 290, 110, 5, 180, 55, 230];
const CONTRAST = 1.5; // shade = (weight / greatest) ** CONTRAST: even weights leave the text calm
const SHORT = 60; // texts of up to so many characters are written larger

const labels = [...new Set(data.texts.flatMap(({ entities }) => entities.map((e) => e.label)))].sort();
const hueOf = (label) => {
  const place = labels.indexOf(label);
  return labels.length <= HUES.length ? HUES[place] : Math.round((360 * place) / labels.length);
};
const scoreOf = ({ score }) => (score === null ? "" : ` · ${score.toFixed(4)}`);

let cells = []; // one element for each character of the text
let contextCells = [];
let dragged = null; // where a drag over characters began

function drawText() {
  const { characters, entities } = textNow();
  const cover = new Map();
  for (const entity of entities) {
    for (let place = entity.start; place < entity.end; place += 1) {
      if (!cover.has(place)) cover.set(place, entity);
    }
  }
  cells = characters.map((character, place) => cellOf(character, place, cover.get(place)));
  const broken = cells.flatMap((cell, place) =>
    characters[place] === "\n" ? [cell, element("br")] : [cell],
  );
  box("attended").hidden = box("hint").hidden = !cells.length;
  box("text").replaceChildren(...broken);
  box("text").classList.toggle("short", characters.length <= SHORT);
  drawLegend();
  drawEntities();
}

function cellOf(character, place, entity) {
  const cell = glyph(character);
  cell.classList.add("cell");
  cell.id = `c${place}`;
  cell.dataset.place = place;
  cell.setAttribute("role", "option");
  if (!entity) return cell;
  cell.classList.add("entity");
  cell.style.setProperty("--hue", hueOf(entity.label));
  cell.title = `${entity.label} ${entity.start}–${entity.end}${scoreOf(entity)}`;
  if (place === entity.end - 1) cell.classList.add("last");
  if (place === entity.start) {
    cell.classList.add("first");
    const name = element("span", { class: "label", lang: "en", "aria-hidden": "true" }, entity.label);
    name.style.setProperty("--length", entity.end - entity.start);
    cell.append(name);
  }
  return cell;
}

function drawLegend() {
  const counted = labels
    .map((label) => [label, textNow().entities.filter((e) => e.label === label).length])
    .filter(([, count]) => count);
  const items = counted.map(([label, count]) =>
    element(
      "li",
      { style: `--hue: ${hueOf(label)}` },
      element("i", { class: "swatch" }),
      label,
      element("small", {}, String(count)),
    ),
  );
  box("legend").replaceChildren(
    ...(items.length ? items : [element("li", { class: "note" }, nothing())]),
  );
}

const nothing = () => (cells.length ? "No entity was found." : "The text is empty.");

function drawEntities() {
  const { characters, entities } = textNow();
  const items = entities.map((entity) => {
    const { label, start, end, score } = entity;
    const name = element("b", { lang: "zh" }, plain(characters.slice(start, end)));
    const about = element("small", {}, label, score === null ? "" : ` ${score.toFixed(4)}`);
    const title = `${label}, characters ${start} to ${end}`;
    const chip = element("button", { type: "button", title, onclick: () => pin(start) }, name, about);
    return element("li", { style: `--hue: ${hueOf(label)}` }, chip);
  });
  box("entities").replaceChildren(...items);
}

/** The characters of the sentences before the piece, which can be attended to. */
function drawContext() {
  const layer = layerOf(pieceOf(active()));
  const before = layer ? layer.columns.slice(0, layer.context) : [];
  contextCells = before.map((character) => {
    const cell = glyph(character);
    cell.classList.add("cell");
    return cell;
  });
  const head = element("span", { class: "eyebrow" }, "Context: what stands before");
  box("context").replaceChildren(head, element("div", { lang: "zh" }, ...contextCells));
  box("context").hidden = !before.length;
}

/** How strongly each of a row's columns is shaded, 0 to 1. */
function shades(weights) {
  const top = greatest(weights);
  return Array.from(weights, (weight) => (top > 0 ? (weight / top) ** CONTRAST : 0));
}

function drawShading() {
  const at = active();
  const piece = pieceOf(at);
  const layer = sees(piece, at) ? layerOf(piece) : null;
  const row = layer ? rowOf(layer, state.head, at - piece.start) : [];
  const shade = shades(row);
  const show = (cell, column) => paint(cell, layer, shade[column] ?? 0);
  contextCells.forEach((cell, column) => show(cell, column));
  cells.forEach((cell, place) => {
    const seen = sees(piece, place);
    show(cell, seen && layer ? place - piece.start + layer.context : -1);
    cell.classList.toggle("unseen", layer !== null && !seen);
    cell.classList.toggle("at", place === at);
    cell.setAttribute("aria-selected", String(place === at));
  });
  box("text").setAttribute("aria-activedescendant", `c${at}`);
}

/** A soft weight is a shade; a hard choice is an outline. */
function paint(cell, layer, shade) {
  const hard = Boolean(layer?.choices);
  cell.classList.toggle("chosen", hard && shade > 0);
  cell.classList.toggle("bright", !hard && shade > 0.5);
  cell.style.setProperty("--shade", hard ? 0 : shade.toFixed(3));
}

function drawSpan() {
  const [start, end] = state.span ?? [0, 0];
  cells.forEach((cell, place) => {
    cell.classList.toggle("spanned", start <= place && place < end);
    cell.classList.toggle("picked", state.picking === place);
  });
  box("text").classList.toggle("picking", state.picking !== null);
}

const placeOf = (event) => {
  const cell = event.target.closest?.(".cell[data-place]");
  return cell ? Number(cell.dataset.place) : null;
};
const spanOf = (one, other) => [Math.min(one, other), Math.max(one, other) + 1];

function listen() {
  const text = box("text");
  text.addEventListener("pointerover", hovered);
  text.addEventListener("pointerleave", () => set({ over: null }));
  text.addEventListener("pointerdown", (event) => {
    dragged = event.pointerType === "mouse" && event.button === 0 ? placeOf(event) : null;
  });
  text.addEventListener("click", clicked);
  text.addEventListener("keydown", pressed);
  window.addEventListener("pointerup", () => setTimeout(() => (dragged = null)));
}

function hovered(event) {
  const place = placeOf(event);
  if (place === null || event.pointerType !== "mouse") return;
  const dragging = dragged !== null && event.buttons === 1;
  if (dragging && place !== dragged) set({ at: dragged, span: spanOf(dragged, place) });
  set({ over: place });
}

function clicked(event) {
  const place = placeOf(event);
  if (place === null) return;
  const moved = dragged !== null && dragged !== place;
  if (moved) return;
  if (state.picking === "start") set({ at: place, over: null, picking: place });
  else if (state.picking !== null) set({ span: spanOf(state.picking, place), picking: null });
  else if (event.shiftKey) set({ span: spanOf(state.at, place) });
  else pin(place);
}

function pressed(event) {
  const target = targetOf(event.key);
  if (target === null || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const start = state.span && event.shiftKey ? (anchor ?? state.at) : null;
  if (start === null) {
    anchor = null;
    pin(target);
  } else {
    anchor = start;
    set({ at: target, over: null, span: spanOf(start, target) });
  }
  cells[state.at]?.scrollIntoView({ block: "nearest" });
}

let anchor = null; // where a span that is chosen by keys began

function targetOf(key) {
  const last = cells.length - 1;
  if (last < 0) return null;
  const steps = { ArrowLeft: -1, ArrowRight: 1 };
  if (key in steps) return Math.min(Math.max(state.at + steps[key], 0), last);
  if (key === "Home") return 0;
  if (key === "End") return last;
  if (key === "ArrowUp" || key === "ArrowDown") return neighbour(key === "ArrowUp" ? -1 : 1);
  return null;
}

/** The character in the line above or below that stands nearest. */
function neighbour(way) {
  const here = cells[state.at].getBoundingClientRect();
  let best = state.at;
  let distance = Infinity;
  cells.forEach((cell, place) => {
    const { left, top, height } = cell.getBoundingClientRect();
    const down = (top - here.top) * way;
    if (down < height / 2) return;
    const far = down * 1000 + Math.abs(left - here.left);
    if (far < distance) [best, distance] = [place, far];
  });
  return best;
}
