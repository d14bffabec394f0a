// CHOICES → ERRORS THAT ARE SHOWN: by kind, labels, model and words; numbers of tables choose, too.

const PORTION = 50; // sentences are shown at once, and as many more whenever they are asked for
const form = document.getElementById("filter");
const more = document.getElementById("more");
let limit = PORTION;

function start() {
  const items = [...document.getElementById("list").children].map((element) => ({
    element,
    errors: element.dataset.e.split(" ").map((one) => one.split(",")), // kind, gold, predicted, models
    words: [...element.querySelector("ul").children],
    text: null, // read when somebody searches
  }));
  form.hidden = false;
  form.addEventListener("input", () => show(items));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => show(items)));
  document.addEventListener("keydown", searchOnSlash);
  document.querySelectorAll("a[data-gold]").forEach((link) => {
    link.addEventListener("click", () => choose(link.dataset, items));
  });
  more.addEventListener("click", () => show(items, limit + PORTION));
  show(items);
}

/** A number of a table was chosen: its labels, its model of two and, if it has one, its kind. */
function choose({ gold, predicted, kind, models }, items) {
  form.reset();
  form.elements.gold.value = gold;
  form.elements.predicted.value = predicted;
  if (models) form.elements.models.value = models;
  if (kind !== undefined) kinds().forEach((box) => { box.checked = box.value === kind; });
  show(items);
}

const kinds = () => [...form.querySelectorAll('[name="kind"]')];

/** Shows the first sentences that have an error of those asked for. */
function show(items, most = PORTION) {
  limit = most;
  const wanted = wish();
  let found = 0;
  for (const item of items) {
    const meant = item.errors.map((error) => wanted.fits(error));
    const visible = meant.includes(true) && (!wanted.text || textOf(item).includes(wanted.text));
    if (visible) found += 1;
    const shown = visible && found <= limit;
    item.element.classList.toggle("shown", shown);
    if (!shown) continue;
    item.words.forEach((words, place) => words.classList.toggle("off", !meant[place]));
  }
  const { all } = form.querySelector("output").dataset;
  form.querySelector("output").value = `${comma(found)} of ${comma(all)} sentences`;
  more.hidden = found <= limit;
  more.textContent = `Show ${comma(Math.min(PORTION, found - limit))} of ${comma(found - limit)} more`;
}

/** What the form asks for. */
function wish() {
  const chosen = new Set(kinds().filter((box) => box.checked).map((box) => box.value));
  const { gold, predicted, models, text } = form.elements;
  const by = models?.value ?? "";
  return {
    text: text.value.trim().toLowerCase(),
    fits: ([kind, isGold, found, who]) =>
      chosen.has(kind) &&
      (gold.value === "" || gold.value === isGold) &&
      (predicted.value === "" || predicted.value === found) &&
      madeBy(Number(who), by),
  };
}

/** Whether an error is of the models asked for; ``who`` has a bit for each that makes it. */
function madeBy(who, by) {
  if (by === "") return true;
  if (by.startsWith("only")) return who === Number(by.slice(4));
  return (who & Number(by)) === Number(by);
}

function textOf(item) {
  item.text ??= item.element.querySelector("p").textContent.toLowerCase();
  return item.text;
}

const comma = (number) => Number(number).toLocaleString("en");

function searchOnSlash(event) {
  const typing = /^(input|select|textarea)$/i.test(event.target.tagName);
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing) return;
  event.preventDefault();
  form.elements.text.focus();
}

if (form) start();
