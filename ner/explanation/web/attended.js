// THE LIST: what one character attends to, with numbers; and the choice of layer and head.

const LISTED = 8;

function drawTools() {
  const layers = textNow().pieces[0]?.layers ?? [];
  const layer = layers[state.layer];
  const tools = [];
  if (layers.length > 1) {
    const options = layers.map(({ name }, place) => [place, `${place + 1} · ${name}`]);
    tools.push(segments("Layer", options, state.layer, changeLayer));
  }
  if (layer && layers.length === 1) {
    tools.push(element("p", { class: "fact" }, element("span", {}, "Layer"), layer.name));
  }
  if (layer && layer.heads > 1) {
    const all = layer.choices ? "all" : "mean";
    const options = [[MEAN, all], ...Array.from({ length: layer.heads }, (_, n) => [n, `${n + 1}`])];
    tools.push(segments("Head", options, state.head, (head) => set({ head })));
  }
  box("tools").replaceChildren(...tools);
}

function changeLayer(layer) {
  const heads = textNow().pieces[0].layers[layer].heads;
  set({ layer, head: state.head < heads ? state.head : MEAN });
}

/** One of several, as a row of buttons that arrow keys walk through. */
function segments(name, options, chosen, choose) {
  const inputs = options.map(([value, text]) => {
    const input = element("input", {
      type: "radio",
      name,
      value,
      checked: value === chosen,
      onchange: () => {
        choose(value);
        box("tools").querySelector(`input[name="${name}"]:checked`)?.focus();
      },
    });
    return element("label", {}, input, element("span", {}, text));
  });
  const group = element("div", { class: "segments" }, ...inputs);
  return element("fieldset", {}, element("legend", {}, name), group);
}

function drawAttended() {
  const at = active();
  const { characters } = textNow();
  if (!characters.length) return box("attended").replaceChildren();
  const piece = pieceOf(at);
  const layer = sees(piece, at) ? layerOf(piece) : null;
  const list = layer ? listOf(layer, at - piece.start) : [nothingSeen(piece, at)];
  return box("attended").replaceChildren(headingOf(at, piece, layer), ...list);
}

const nothingSeen = (piece, at) =>
  element(
    "p",
    { class: "note" },
    sees(piece, at)
      ? "The model has no attention: there is nothing it looked at here."
      : "This character stands between sentences: the model does not see it.",
  );

function headingOf(at, piece, layer) {
  const entity = entityAt(at);
  const tag = piece?.tags[at - piece.start] ?? "";
  const about = element("div", {}, element("b", {}, `character ${at}`), element("span", {}, tag));
  const subject = layer?.tagged ? `the tag ${layer.rows[at - piece.start]} ` : "";
  const line = layer ? `${subject}${layer.choices ? "chose" : "attends to"}` : "";
  const heading = element("header", {}, glyph(textNow().characters[at]), about);
  if (entity) about.append(element("span", {}, `${entity.label}${scoreOf(entity)}`));
  return element("div", {}, heading, element("p", { class: "eyebrow" }, line));
}

function listOf(layer, row) {
  const weights = rowOf(layer, state.head, row);
  const order = Array.from(weights.keys()).sort((a, b) => weights[b] - weights[a]);
  const shown = order.slice(0, LISTED).filter((column) => weights[column] > 0);
  const top = weights[order[0]];
  const items = shown.map((column) => itemOf(layer, row, column, weights[column], top));
  const kinds = [layer.choices ? "choices" : "", layer.context ? "wide" : ""];
  const list = element("ol", { class: kinds.join(" ") }, ...items);
  if (layer.choices) return [list];
  const sum = shown.reduce((total, column) => total + weights[column], 0);
  const left = weights.length - shown.length;
  const rest = `The other ${left} share ${(100 * Math.max(0, 1 - sum)).toFixed(1)} %.`;
  return left > 0 ? [list, element("p", { class: "note" }, rest)] : [list];
}

function itemOf(layer, row, column, weight, top) {
  const bar = element("i", { class: "bar", style: `--part: ${(weight / top).toFixed(3)}` });
  const place = column - layer.context;
  const where = place < 0 ? `context −${-place}` : String(pieceStart() + place);
  const number = layer.choices ? chosenBy(layer, row, column) : weightText(weight);
  return element(
    "li",
    { class: place < 0 ? "before" : "" },
    glyph(layer.columns[column]),
    element("span", { class: "where" }, where),
    layer.choices ? null : bar,
    element("span", { class: "number" }, number),
  );
}

const pieceStart = () => pieceOf(active()).start;

/** Which heads chose a column, in words. */
function chosenBy(layer, row, column) {
  if (state.head !== MEAN || layer.heads === 1) return "chosen";
  const heads = layer.choices.flatMap((rows, head) => (rows[row] === column ? [head + 1] : []));
  return `${heads.length > 1 ? "heads" : "head"} ${heads.join(", ")}`;
}

function drawHint() {
  const touch = matchMedia("(hover: none)").matches;
  const piece = pieceOf(active());
  const pieces = textNow().pieces.length;
  const how = touch
    ? "Tap a character to see what it attends to."
    : "Point at a character, or walk with the arrow keys; click to hold it. Drag over a span to see its scores below.";
  const seen = piece
    ? ` The text was read in ${pieces} pieces; this one sees ${piece.start}–${piece.end}, the rest is faded.`
    : "";
  box("hint").textContent = how + (pieces > 1 ? seen : "");
}
