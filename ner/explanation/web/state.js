// STATE → PARTS: what is chosen, in the address too, and which parts of the page to draw again.

const state = { text: 0, at: 0, over: null, span: null, layer: 0, head: MEAN, picking: null };
const parts = [];

const textNow = () => data.texts[state.text];
const active = () => state.over ?? state.at;
const pieceOf = (place) =>
  textNow().pieces.find(({ owned }) => owned[0] <= place && place < owned[1]) ?? null;
/** Whether a piece sees a character: blanks between sentences are owned by one, but not seen. */
const sees = (piece, place) => piece !== null && piece.start <= place && place < piece.end;
const layerOf = (piece) => piece?.layers[state.layer] ?? null;
const entityAt = (place) =>
  textNow().entities.find(({ start, end }) => start <= place && place < end) ?? null;

/** A part of the page is drawn again whenever its key has changed. */
function part(key, draw) {
  parts.push({ key, draw, last: null });
}

function refresh() {
  for (const one of parts) {
    const key = JSON.stringify(one.key());
    if (key === one.last) continue;
    one.last = key;
    one.draw();
  }
}

function set(changes) {
  Object.assign(state, changes);
  refresh();
  rememberSoon();
}

/** The stretch whose scores are shown for a character: its entity or itself, and neighbours. */
function spanAround(place) {
  const entity = entityAt(place);
  const [start, end] = entity ? [entity.start, entity.end] : [place, place + 1];
  return [Math.max(0, start - 1), Math.min(textNow().characters.length, end + 1)];
}

function pin(place) {
  set({ at: place, over: null, span: spanAround(place) });
}

/** Opens a text at its first entity. */
function open(number) {
  Object.assign(state, { text: number, over: null, picking: null });
  const first = textNow().entities[0]?.start ?? 0;
  Object.assign(state, { at: first, span: spanAround(first) });
}

function within(value, low, high) {
  const number = Number.parseInt(value, 10);
  return Number.isNaN(number) ? null : Math.min(Math.max(number, low), high);
}

function readAddress() {
  const said = new URLSearchParams(location.hash.slice(1));
  open((within(said.get("t"), 1, data.texts.length) ?? 1) - 1);
  const { characters, pieces } = textNow();
  const layers = pieces[0]?.layers ?? [];
  state.layer = (within(said.get("l"), 1, Math.max(1, layers.length)) ?? 1) - 1;
  state.head = (within(said.get("h"), 0, layers[state.layer]?.heads ?? 0) ?? 0) - 1; // 0: MEAN
  const at = within(said.get("c"), 0, characters.length - 1);
  if (at !== null) Object.assign(state, { at, span: spanAround(at) });
  const [start, end] = (said.get("s") ?? "").split("-").map((n) => within(n, 0, characters.length));
  if (start != null && end != null && start < end) state.span = [start, end];
}

/** Browsers refuse an address that changes at every key of a held arrow. */
let waiting = 0;
function rememberSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(writeAddress, 150);
}

function writeAddress() {
  const said = [];
  if (data.texts.length > 1) said.push(`t=${state.text + 1}`);
  said.push(`c=${state.at}`);
  if (state.layer > 0) said.push(`l=${state.layer + 1}`);
  if (state.head !== MEAN) said.push(`h=${state.head + 1}`);
  if (`${state.span}` !== `${spanAround(state.at)}`) said.push(`s=${state.span.join("-")}`);
  history.replaceState(null, "", `#${said.join("&")}`);
}

/** An element with attributes and children; text children are never read as HTML. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

const box = (id) => document.getElementById(id);

/** A character as it is drawn anywhere but on a canvas. */
function glyph(character) {
  const sign = signOf(character);
  const kind = isCode(sign) ? "code" : sign === character ? "" : "sign";
  return element("span", { class: `glyph ${kind}`, lang: "zh" }, isCode(sign) ? sign.slice(2) : sign);
}

const plain = (characters) => characters.map(signOf).join("");
