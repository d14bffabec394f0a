// START: the parts in their order, and what makes them draw themselves again.

const SHOWN = 22; // characters of a text in the list of texts

let frame = 0; // grows whenever sizes or colours may have changed

const counted = (count, one, many) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
const entityCount = (entities) => counted(entities.length, "entity", "entities");

function drawTexts() {
  const { texts } = data;
  box("texts").hidden = texts.length < 2;
  const options = texts.map(({ characters, entities }, number) => {
    const start = plain(characters.slice(0, SHOWN)) + (characters.length > SHOWN ? "…" : "");
    const chosen = number === state.text;
    return element("option", { value: number, selected: chosen }, `${number + 1} · ${entityCount(entities)} · ${start || "(empty)"}`);
  });
  const select = element(
    "select",
    { "aria-label": "Text", onchange: ({ target }) => show(Number(target.value)) },
    ...options,
  );
  box("texts").replaceChildren(step("‹", "Previous text", -1), select, step("›", "Next text", 1));
}

function step(sign, name, way) {
  const number = state.text + way;
  const disabled = number < 0 || number >= data.texts.length;
  return element("button", { type: "button", "aria-label": name, disabled, onclick: () => show(number) }, sign);
}

function show(number) {
  open(number);
  set({});
}

function drawAbout() {
  const { characters, entities } = textNow();
  const count = `${counted(characters.length, "character", "characters")}, ${entityCount(entities)}`;
  const where = data.texts.length > 1 ? `text ${state.text + 1} of ${data.texts.length}` : null;
  box("about").textContent = [data.model, where, count].filter(Boolean).join(" · ");
}

const pieceKey = (place) => textNow().pieces.indexOf(pieceOf(place));

part(() => state.text, drawTexts);
part(() => state.text, drawAbout);
part(() => state.text, drawText);
part(() => [state.text, state.layer, state.head], drawTools);
part(() => [state.text, state.layer, pieceKey(active())], drawContext);
part(() => [state.text, state.layer, state.head, active()], drawShading);
part(() => [state.text, state.span, state.picking], drawSpan);
part(() => [state.text, state.layer, state.head, active()], drawAttended);
part(() => [state.text, pieceKey(active())], drawHint);
part(() => [state.text, state.layer, state.head, pieceKey(state.at), frame], drawMap);
part(() => [state.text, state.layer, state.head, active()], drawBand);
part(() => [state.text, state.span, state.at, state.picking], drawChain);

function drawAgain(changes = {}) {
  if ("printing" in changes) printing = changes.printing;
  frame += 1;
  refresh();
}

let width = window.innerWidth;
window.addEventListener("resize", () => {
  if (window.innerWidth === width) return; // a phone's address bar came or went
  width = window.innerWidth;
  drawAgain();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAgain());
window.addEventListener("beforeprint", () => drawAgain({ printing: true }));
window.addEventListener("afterprint", () => drawAgain({ printing: false }));
window.addEventListener("hashchange", () => {
  readAddress();
  refresh();
});

listen();
readAddress();
refresh();
