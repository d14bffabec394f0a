// THE CHAIN: the scores that the best path of tags is the greatest sum of.

const DENSE = 9; // with more tags the columns move together
const NO_CHAIN =
  "This model has no chain of scores: it decides each tag by itself or writes the tags one by one, " +
  "so no transitions between neighbouring tags are added up, and there is no table to show.";

const UNSEEN = "These characters stand between sentences: the model gives them no tag.";

function drawChain() {
  const { characters } = textNow();
  box("chain").hidden = !characters.length;
  const [piece, start, end] = stretch();
  if (!piece?.chain) {
    const why = piece ? NO_CHAIN : UNSEEN;
    box("chain-body").replaceChildren(element("p", { class: "note" }, why));
    return;
  }
  const path = piece.tags.map((tag) => textNow().tags.indexOf(tag));
  box("chain-body").replaceChildren(
    element("p", { class: "note" }, ...explained()),
    spanBar(start, end),
    element("div", { class: "card scroll chain" }, scoreTable(piece, path, start, end)),
    totalOf(piece, path, start, end),
    transitionTable(piece),
  );
  showMarked();
}

/** The piece that the chosen span is shown in, and the span's part that the piece sees. */
function stretch() {
  const [from, to] = state.span;
  const piece = pieceOf(from <= state.at && state.at < to ? state.at : from);
  if (!piece) return [null, 0, 0];
  const [start, end] = [Math.max(from, piece.start), Math.min(to, piece.end)];
  return start < end ? [piece, start, end] : [null, 0, 0];
}

const explained = () => [
  "A path of tags scores the sum of what it passes: an ",
  element("b", {}, "emission"),
  " for each character and a ",
  element("b", {}, "transition"),
  " from each tag to the next. The path with the greatest sum wins; its cells are marked. ",
  "“Illegal” are tags that may not follow the winning tag before.",
];

function spanBar(start, end) {
  const { characters } = textNow();
  const button = element(
    "button",
    {
      type: "button",
      "aria-pressed": String(state.picking !== null),
      onclick: () => {
        const picking = state.picking === null ? "start" : null;
        set({ picking });
        if (picking) box("text").scrollIntoView({ block: "center" });
      },
    },
    state.picking === null ? "Choose another span" : pickText(),
  );
  const text = element("b", { lang: "zh" }, shortened(characters.slice(start, end)));
  const left = state.span[1] - state.span[0] - (end - start);
  const cut = left > 2 ? `; the span's other ${left} lie in another piece` : "";
  const said = element("span", {}, text, ` characters ${start}–${end}${cut}`);
  return element("div", { class: "span-bar" }, said, button);
}

const pickText = () =>
  state.picking === "start" ? "Now click the first character…" : "…and the last one";

const shortened = (characters) =>
  characters.length > 24 ? `${plain(characters.slice(0, 23))}…` : plain(characters);

/** Transition scores into a character's tag: from the tag before, or from the piece's start. */
function intoTag(piece, path, row, tag) {
  const { start, between } = scoresOf(piece.chain);
  return row === 0 ? start[tag] : between[path[row - 1] * textNow().tags.length + tag];
}

/** The best path's score up to each character, (length). */
const sumsOf = (piece, path) =>
  once(piece, "sums", () => {
    const { emissions } = scoresOf(piece.chain);
    let sum = 0;
    return path.map((tag, row) => {
      sum += intoTag(piece, path, row, tag) + emissions[row * textNow().tags.length + tag];
      return sum;
    });
  });

function scoreTable(piece, path, start, end) {
  const { tags } = textNow();
  const heads = tags.map((tag) => element("th", { scope: "col" }, tag));
  const sums = ["transition taken", "sum so far"].map((name) =>
    element("th", { scope: "col", class: "sum" }, name),
  );
  const rows = [];
  for (let place = start; place < end; place += 1) rows.push(scoreRow(piece, path, place - piece.start));
  const corner = element("th", { scope: "col" }, "");
  const head = element("thead", {}, element("tr", {}, corner, ...heads, ...sums));
  const kind = tags.length > DENSE ? "dense" : null;
  return element("table", { class: kind }, head, element("tbody", {}, ...rows));
}

function scoreRow(piece, path, row) {
  const { characters, tags } = textNow();
  const { emissions } = scoresOf(piece.chain);
  const own = emissions.subarray(row * tags.length, (row + 1) * tags.length);
  const [low, high] = [Math.min(...own), Math.max(...own)];
  const place = piece.start + row;
  const name = element("th", { scope: "row" }, glyph(characters[place]), element("small", {}, String(place)));
  const scores = Array.from(own, (score, tag) => {
    const legal = intoTag(piece, path, row, tag) >= CLOSED;
    const best = path[row] === tag;
    const part = high > low ? (score - low) / (high - low) : 0;
    const kind = best ? "best" : legal ? "" : "illegal";
    const note = legal ? null : element("small", {}, "illegal");
    return element("td", { class: kind, style: `--part: ${part.toFixed(2)}` }, scoreText(score), note);
  });
  const before = row === 0 ? "start" : tags[path[row - 1]];
  const step = element("td", { class: "sum step" });
  step.append(
    element("span", {}, `${before} → ${tags[path[row]]}`),
    element("b", {}, scoreText(intoTag(piece, path, row, path[row]))),
  );
  const sum = element("td", { class: "sum" }, scoreText(sumsOf(piece, path)[row]));
  return element("tr", {}, name, ...scores, step, sum);
}

function totalOf(piece, path, start, end) {
  const sums = sumsOf(piece, path);
  const last = path[path.length - 1];
  const close = scoresOf(piece.chain).end[last];
  const before = start > piece.start ? sums[start - piece.start - 1] : 0;
  const own = sums[end - piece.start - 1] - before;
  const whole = textNow().pieces.length > 1 ? `piece ${piece.start}–${piece.end}` : "text";
  return element(
    "p",
    { class: "total" },
    "The span adds ",
    element("b", {}, scoreText(own)),
    ` to the best path. Over the whole ${whole}, with ${scoreText(close)} for ending in ${textNow().tags[last]}, its total is `,
    element("b", { id: "total" }, scoreText(sums[sums.length - 1] + close)),
    ".",
  );
}

/** All transitions, drawn when they are asked for. */
function transitionTable(piece) {
  const { tags } = textNow();
  const details = element("details", {}, element("summary", {}, "All transitions of the model"));
  const drawn = () => {
    if (!details.open || details.children.length > 1) return;
    const { start, between, end } = scoresOf(piece.chain);
    const heads = ["from ↓ to →", ...tags, "end"].map((tag) => element("th", { scope: "col" }, tag));
    const rows = tags.map((tag, row) => {
      const own = Array.from(between.subarray(row * tags.length, (row + 1) * tags.length));
      return transitionRow(tag, [...own, end[row]]);
    });
    const body = element("tbody", {}, transitionRow("start", [...start, null]), ...rows);
    const table = element("table", {}, element("thead", {}, element("tr", {}, ...heads)), body);
    details.append(element("div", { class: "card scroll chain" }, table));
  };
  details.addEventListener("toggle", drawn);
  return details;
}

function transitionRow(name, scores) {
  const cells = scores.map((score) => {
    if (score === null) return element("td", {});
    const legal = score >= CLOSED;
    return element("td", { class: legal ? "" : "illegal" }, legal ? scoreText(score) : element("small", {}, "illegal"));
  });
  return element("tr", {}, element("th", { scope: "row" }, name), ...cells);
}

/** In a table wider than the window the winning tags come into view. */
function showMarked() {
  const scroll = box("chain-body").querySelector(".scroll");
  const table = scroll.firstChild;
  const hidden = table.offsetWidth > scroll.clientWidth;
  const tagged = [...table.querySelectorAll("td.best")].filter((cell) => cell.cellIndex > 1);
  if (!hidden || !tagged.length) return;
  const first = Math.min(...tagged.map((cell) => cell.offsetLeft));
  scroll.scrollLeft = Math.max(0, first - 160);
}
