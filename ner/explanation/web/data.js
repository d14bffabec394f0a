// DATA → NUMBERS: what the page holds, and the weights and scores unpacked on first use.

const data = JSON.parse(document.getElementById("data").textContent);
const STEPS = 65535; // a stored weight is a whole number of 65535ths
const CLOSED = -1000; // a transition below this is illegal
const MEAN = -1; // the head that stands for the mean of all

const signOf = (character) => data.signs[character] ?? character;
const isCode = (sign) => sign.startsWith("U+");

function unpacked(letters, Kind) {
  const raw = atob(letters);
  const bytes = new Uint8Array(raw.length);
  for (let place = 0; place < raw.length; place += 1) bytes[place] = raw.charCodeAt(place);
  return new Kind(bytes.buffer);
}

/** Once computed, a value stays with its owner. */
const kept = new WeakMap();
function once(owner, name, compute) {
  if (!kept.has(owner)) kept.set(owner, new Map());
  const known = kept.get(owner);
  if (!known.has(name)) known.set(name, compute());
  return known.get(name);
}

/** A head's weights, row by row; of MEAN the mean over the heads. */
function weightsOf(layer, head) {
  return once(layer, `head ${head}`, () => {
    if (head === MEAN) return meanOf(layer);
    const size = layer.rows.length * layer.columns.length;
    const weights = new Float32Array(size);
    if (layer.choices) {
      layer.choices[head].forEach((column, row) => {
        weights[row * layer.columns.length + column] = 1;
      });
      return weights;
    }
    const steps = once(layer, "steps", () => unpacked(layer.weights, Uint16Array));
    for (let place = 0; place < size; place += 1) weights[place] = steps[head * size + place] / STEPS;
    return weights;
  });
}

function meanOf(layer) {
  const mean = new Float32Array(layer.rows.length * layer.columns.length);
  for (let head = 0; head < layer.heads; head += 1) {
    const weights = weightsOf(layer, head);
    for (let place = 0; place < mean.length; place += 1) mean[place] += weights[place] / layer.heads;
  }
  return mean;
}

function rowOf(layer, head, row) {
  const width = layer.columns.length;
  return weightsOf(layer, head).subarray(row * width, (row + 1) * width);
}

function greatest(weights) {
  let found = 0;
  for (const weight of weights) if (weight > found) found = weight;
  return found;
}

const greatestOf = (layer, head) =>
  once(layer, `greatest ${head}`, () => greatest(weightsOf(layer, head)));

/** A chain's scores as arrays: emissions (length, tags), start, between (tags, tags), end. */
const scoresOf = (chain) =>
  once(chain, "scores", () =>
    Object.fromEntries(
      ["emissions", "start", "between", "end"].map((name) => [
        name,
        unpacked(chain[name], Float32Array),
      ]),
    ),
  );

const weightText = (weight) =>
  weight > 0 && weight < 0.0005 ? "<0.001" : weight.toFixed(3);

const scoreText = (score) =>
  score < CLOSED ? "illegal" : score.toFixed(2).replace(/^-(?=0\.00$)/, "").replace("-", "−");
