// One inspection of Attention Studio. Everything is drawn from the record below; nothing is loaded.
// Texts of the record are only ever set as text, never as markup.

const record = JSON.parse(document.getElementById("record").textContent);
const FAINTEST_CURVE = 0.03; // thinner ones would only be noise
const TOLD = 3; // how many of the strongest are told in words

const chosen = { ...record.reading, token: null }; // token: {side: "rows" or "columns", place}
const byId = (id) => document.getElementById(id);
const decoded = new Map();

// ---- the numbers ----

const site = () => record.sites.find((each) => each.name === chosen.site);
const axis = (side) => record.axes[side === "rows" ? site().queries : site().keys];
const isShifted = () => chosen.method === "shifted" && site().is_cross;

function viewOf(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new DataView(bytes.buffer);
}

// The numbers of a measure: low + code * step, each code of two or four bytes, the low one first.
function decode(measure) {
  if (!decoded.has(measure)) {
    const view = viewOf(measure.codes);
    const code = (n) => (measure.bytes === 2 ? view.getUint16(2 * n, true) : view.getUint32(4 * n, true));
    const numbers = new Float64Array(view.byteLength / measure.bytes);
    numbers.forEach((_, n) => (numbers[n] = measure.low + code(n) * measure.step));
    decoded.set(measure, numbers);
  }
  return decoded.get(measure);
}

// Heads that are switched off are not counted; of them alone, nothing is passed on.
const headsOn = (ofLayers, ofHeads) =>
  ofLayers.flatMap((layer) => ofHeads.map((head) => [layer, head]))
    .filter(([layer, head]) => !site().off.some(([l, h]) => l === layer && h === head));
const isOff = ({ layer, head }) => {
  if (!site().off.length) return false;
  const [layers, heads] = site().measures[0].shape;
  const all = (index, count) => (index === null ? [...Array(count).keys()] : [index]);
  return !headsOn(all(layer, layers), all(head, heads)).length;
};

// What a reading shows, as matrix_of of the program: averaged, as shares of a row, one step later.
function matrixOf(reading) {
  const measure = site().measures.find((each) => each.name === reading.measure);
  const [layers, heads, rows, columns] = measure.shape;
  const numbers = decode(measure);
  const all = (index, count) => (index === null || count === 1 ? [...Array(count).keys()] : [index]);
  const [ofLayers, ofHeads] = [all(reading.layer, layers), all(reading.head, heads)];
  // numbers of whole layers have no heads
  const counted = heads === site().measures[0].shape[1] ? headsOn(ofLayers, ofHeads)
    : ofLayers.map((layer) => [layer, 0]);
  const cell = (row, column) => {
    let sum = 0;
    for (const [layer, head] of counted)
      sum += numbers[((layer * heads + head) * rows + row) * columns + column];
    return counted.length ? sum / counted.length : 0;
  };
  let matrix = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => cell(row, column)));
  if (reading.measure !== "weights")
    matrix = matrix.map((row) => {
      const sum = row.reduce((a, b) => a + b, 0);
      return row.map((number) => (sum > 0 ? number / sum : 0));
    });
  return isShifted() ? [...matrix.slice(1), matrix.at(-1)] : matrix;
}

let matrix = [];
const largest = (weights) =>
  site().meaning === "distribution" ? 1 : Math.max(...weights.flat().map(Math.abs)) || 1;
const strongest = () => largest(matrix);
const tint = (number, end) => (site().meaning === "signed" ? (number + end) / (2 * end) : number / end);
const colours = () => (site().meaning === "signed" ? record.signed_colours : record.colours);
const colour = (share) =>
  colours()[Math.round(Math.min(Math.max(share, 0), 1) * (colours().length - 1))];

// The weight beside a token, of the one that is chosen in the other row; null where there is none.
function weightAt(side, place) {
  const token = chosen.token;
  if (!token || token.side === side) return null;
  return side === "columns" ? matrix[token.place][place] : matrix[place][token.place];
}

// ---- words ----

function readingWords() {
  const layer = chosen.layer === null ? "all layers" : `layer ${chosen.layer}`;
  const head = chosen.head === null ? "all heads" : `head ${chosen.head}`;
  const words = [layer, head];
  if (isShifted()) words.push("read one step later");
  if (chosen.measure !== "weights") words.push(record.measures[chosen.measure]);
  if (isTaught(chosen)) words.push("taught where to look");
  if (isOff(chosen)) words.push(record.off_words);
  return words.join(", ");
}

function isTaught(reading) {
  const taught = record.taught;
  return taught && taught.site === chosen.site && taught.layer === reading.layer && taught.head === reading.head;
}

function saidOf(token) {
  if (!token) return "Click a word to see what it looks at; arrow keys move, Escape lets go. " +
    "The bar below a word of the translation is its probability.";
  if (isOff(chosen)) return capitalised(record.off_words);
  const others = token.side === "rows" ? "columns" : "rows";
  const listed = axis(others).labels
    .map((label, place) => ({ label, weight: weightAt(others, place) }))
    .filter(({ weight }) => !isBlank(weight))
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, TOLD)
    .map(({ label, weight }) => `${isolated(label)} ${digits(weight, 2)}`);
  const looks = site().meaning === "distribution" && chosen.measure === "weights";
  const verb = !looks ? "has most to do with" : token.side === "rows" ? "looks at" : "is looked at by";
  const few = token.side === "rows" ? lookedWords(token.place) : "";
  return `${isolated(axis(token.side).labels[token.place])} ${verb}: ${listed.join(", ")}${few}`;
}

// At how many tokens a row looks of those that it can look at, where it leaves any out.
function lookedWords(row) {
  if (!tellsZeros()) return "";
  const reached = site().keys === "inputs" ? matrix[row].slice(0, row + 1) : matrix[row];
  const looked = reached.filter((weight) => weight !== 0).length;
  return looked < reached.length ? `; looks at ${looked} of ${reached.length} tokens` : "";
}

// A number with a minus sign where it is below 0, and not what is rounded to 0.
const digits = (number, places) => number.toFixed(places).replace(/^-(?=0\.?0*$)/, "").replace("-", "−");
// Weights of exactly 0 are told from small ones, whose codes are not 0: see coded of the program.
const tellsZeros = () => site().meaning === "distribution" && chosen.measure === "weights";
const isBlank = (number) => (tellsZeros() || isOff(chosen)) && number === 0;
const told = (number, places) => (isBlank(number) ? "0" : digits(number, places));
const capitalised = (words) => words[0].toUpperCase() + words.slice(1);
const isolated = (text) => `\u2068${text}\u2069`; // keeps Arabic from turning round what is beside it

// ---- drawing ----

function make(tag, parent, text, name) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (name) element.className = name;
  parent?.append(element);
  return element;
}

function drawChips(side) {
  const { labels, special, is_mirrored } = axis(side);
  const row = byId(side);
  row.replaceChildren();
  row.dir = is_mirrored ? "rtl" : "ltr";
  byId(`${side}-name`).textContent = site()[`${side}_name`];
  labels.forEach((label, place) => {
    const chip = make("div", row, undefined, special[place] ? "chip special" : "chip");
    make("span", chip, "", "weight").dir = "ltr"; // a minus sign stays before its number
    const button = make("button", chip, label);
    Object.assign(button, { type: "button", dir: "auto" }); // </s> stays so in a line of Arabic
    Object.assign(button.dataset, { side, place });
    button.onclick = () => choose(chosen.token?.side === side && chosen.token.place === place ? null : { side, place });
    if (side === "rows" && site().queries === "target") drawSureness(chip, button, place);
  });
}

// How probable the model held the word, as a bar below it.
function drawSureness(chip, button, place) {
  const logProbability = record.token_log_probs[place];
  if (logProbability === null) return;
  const percent = 100 * Math.exp(logProbability);
  make("i", make("span", chip, undefined, "sure")).style.width = `${percent}%`;
  chip.title = `probability ${percent.toFixed(1)} %`;
  button.setAttribute("aria-description", chip.title);
}

function shadeChips() {
  const end = strongest();
  for (const button of document.querySelectorAll(".chip button")) {
    const { side } = button.dataset;
    const place = Number(button.dataset.place);
    const weight = weightAt(side, place);
    const share = Math.abs(weight ?? 0) / end;
    const isChosen = chosen.token?.side === side && chosen.token.place === place;
    button.setAttribute("aria-pressed", isChosen);
    // one stop for the Tab key, as arrow keys go from word to word
    button.tabIndex = isChosen || (!chosen.token && side === "rows" && place === 0) ? 0 : -1;
    button.style.background = isChosen || !share ? "" : `color-mix(in srgb, var(--accent) ${100 * share}%, var(--panel))`;
    button.parentElement.classList.toggle("strong", !isChosen && share > 0.5);
    button.previousElementSibling.textContent = weight === null ? "" : told(weight, 2);
    button.previousElementSibling.classList.toggle("muted", share < FAINTEST_CURVE);
    if (weight === null) delete button.dataset.weight;
    else button.dataset.weight = weight.toFixed(6);
  }
}

function drawCurves() {
  const [curves, strips] = [byId("curves"), byId("strips")];
  curves.replaceChildren();
  strips.classList.remove("scrolled");
  strips.classList.toggle("scrolled", strips.scrollWidth > strips.clientWidth);
  const box = curves.getBoundingClientRect();
  const middles = (side) => [...byId(side).querySelectorAll("button")].map((button) => {
    const { left, width } = button.getBoundingClientRect();
    return left + width / 2 - box.left;
  });
  const [above, below, end] = [middles("columns"), middles("rows"), strongest()];
  const bottom = bottomOfCurves(box);
  for (const [row, column] of pairsDrawn(end)) {
    const weight = matrix[row][column];
    const share = Math.abs(weight) / end;
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    const [x, y, half] = [above[column], below[row], bottom / 2];
    path.setAttribute("d", `M${x} 2C${x} ${half} ${y} ${half} ${y} ${bottom}`);
    path.setAttribute("stroke-width", 1 + 4 * share);
    path.setAttribute("opacity", 0.25 + 0.75 * share);
    if (weight < 0) path.setAttribute("class", "negative");
    curves.append(path);
  }
}

// Down to the chips below, or to the numbers that stand on them.
function bottomOfCurves(box) {
  const first = byId("rows").querySelector("button");
  const hasNumbers = chosen.token?.side === "columns";
  return hasNumbers || !first ? box.height : first.getBoundingClientRect().top - box.top - 1;
}

// The links while nothing is chosen, else the weights of the chosen token.
function pairsDrawn(end) {
  const token = chosen.token;
  if (isOff(chosen)) return [];
  if (!token) return site().meaning === "distribution" ? linksOf() : [];
  const others = token.side === "rows" ? axis("columns") : axis("rows");
  return others.labels
    .map((_, place) => (token.side === "rows" ? [token.place, place] : [place, token.place]))
    .filter(([row, column]) => Math.abs(matrix[row][column]) / end >= FAINTEST_CURVE);
}

// What each row looks at most, the first of equal ones; over a source only where both are words.
function linksOf() {
  return matrix
    .map((row, place) => [place, row.indexOf(Math.max(...row))])
    .filter(([row, column]) => !site().is_cross || (axis("rows").is_word[row] && axis("columns").is_word[column]));
}

function drawMap() {
  const [rows, columns, end] = [axis("rows"), axis("columns"), strongest()];
  const order = [...columns.labels.keys()];
  if (columns.is_mirrored) order.reverse();
  const table = byId("map");
  table.replaceChildren();
  table.classList.toggle("off", isOff(chosen));
  const caption = make("caption", table, `Columns: ${site().columns_name}. Rows: ${site().rows_name}. `);
  caption.append(site().meaning === "signed" ? `−${end.toPrecision(3)}` : "0");
  const stops = colours().join(",");
  make("span", caption, undefined, "scale").style.background = `linear-gradient(to right, ${stops})`;
  caption.append(site().meaning === "distribution" ? "1" : end.toPrecision(3));
  const head = make("tr", make("thead", table));
  make("td", head);
  for (const column of order) {
    const name = make("th", head);
    name.scope = "col";
    make("span", name, columns.labels[column]);
  }
  const body = make("tbody", table);
  rows.labels.forEach((label, row) => {
    const line = make("tr", body);
    make("th", line, isolated(label)).scope = "row";
    for (const column of order) drawCell(line, row, column, end);
  });
}

function drawCell(line, row, column, end) {
  const weight = matrix[row][column];
  const ground = colour(tint(weight, end));
  const cell = make("td", line);
  make("span", cell, told(weight, 4));
  cell.classList.toggle("blank", isBlank(weight));
  if (!isBlank(weight)) {
    cell.style.background = ground;
    cell.style.color = isLight(ground) ? "#000" : "#fff";
  }
  cell.title = `${isolated(axis("rows").labels[row])} → ${isolated(axis("columns").labels[column])}: ${told(weight, 4)}`;
  cell.dataset.column = column;
  cell.onclick = () => choose({ side: "rows", place: row }, column);
}

function isLight(ground) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(ground.slice(at, at + 2), 16));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 127;
}

function markMap() {
  const token = chosen.token;
  [...byId("map").tBodies[0].rows].forEach((line, row) =>
    line.classList.toggle("marked", token?.side === "rows" && token.place === row));
  for (const cell of byId("map").querySelectorAll("td[data-column]"))
    cell.classList.toggle("marked", token?.side === "columns" && token.place === Number(cell.dataset.column));
}

function drawHeads() {
  const box = byId("heads");
  box.replaceChildren();
  const [layers, heads] = site().measures.find((each) => each.name === chosen.measure).shape;
  const count = [...Array(heads).keys()];
  const rows = Array.from({ length: layers }, (_, layer) => [
    `layer ${layer}`, [...(heads > 1 ? [[layer, null]] : []), ...count.map((head) => [layer, head])]]);
  if (chosen.measure === "alti") rows.forEach(([, row], layer) => row.splice(0, row.length, [layer, null]));
  if (layers * heads > 1) rows.unshift(["all layers", [[null, null]]]);
  for (const [name, row] of rows) {
    const line = make("div", box);
    make("span", line, name);
    for (const [layer, head] of row) drawHead(line, layer, head);
  }
  if (box.querySelector(".taught")) make("p", box, "✎ This head was taught where to look.", "muted");
}

function drawHead(line, layer, head) {
  const reading = { ...chosen, layer, head };
  const button = make("button", line);
  button.type = "button";
  button.setAttribute("aria-pressed", layer === chosen.layer && head === chosen.head);
  drawThumb(make("canvas", button), isOff(reading) ? [[]] : matrixOf(reading));
  make("span", button, head === null ? "average" : `head ${head}${isTaught(reading) ? " ✎" : ""}`);
  button.classList.toggle("off", isOff(reading));
  button.classList.toggle("taught", Boolean(isTaught(reading)));
  button.setAttribute("aria-label", `${layer === null ? "all layers" : `layer ${layer}`}, ${button.textContent}`);
  button.onclick = () => {
    Object.assign(chosen, { layer, head });
    showReading();
    byId("heads").querySelector("[aria-pressed=true]")?.focus();
  };
}

function drawThumb(canvas, weights) {
  [canvas.width, canvas.height] = [weights[0].length, weights.length];
  const context = canvas.getContext("2d");
  const end = largest(weights);
  weights.forEach((row, y) => row.forEach((weight, x) => {
    if (isBlank(weight)) return;
    context.fillStyle = colour(tint(weight, end));
    context.fillRect(axis("columns").is_mirrored ? row.length - 1 - x : x, y, 1, 1);
  }));
}

// ---- choosing ----

// A token, and of a cell of the map the column too.
function choose(token, column = null) {
  chosen.token = token;
  if (token?.side === "rows") Object.assign(formula, { row: token.place, piece: column, cells: {} });
  if (token?.side === "columns") formula.piece = token.place;
  showToken();
  if (token) byId(token.side).querySelectorAll("button")[token.place].focus();
}

function showToken() {
  shadeChips();
  drawCurves();
  markMap();
  byId("said").textContent = saidOf(chosen.token);
  showFormulas();
}

function showReading() {
  const names = site().measures.map((each) => each.name);
  if (!names.includes(chosen.measure)) chosen.measure = "weights";
  if (chosen.measure === "alti") chosen.head = null;
  fill("measure", names.map((name) => [name, capitalised(record.measures[name])]), chosen.measure);
  byId("shifted").disabled = !site().is_cross;
  byId("shifted").checked = chosen.method === "shifted";
  matrix = matrixOf(chosen);
  byId("title").textContent = site().title;
  byId("reading").textContent = `${capitalised(readingWords())} · ${record.kind}`;
  drawChips("columns");
  drawChips("rows");
  drawMap();
  drawHeads();
  showToken();
}

function fill(id, options, value) {
  byId(id).replaceChildren(...options.map(([name, label]) => new Option(label, name)));
  byId(id).value = value;
  byId(id).disabled = options.length < 2;
}

function moved(key, { side, place }) {
  const last = axis(side).labels.length - 1;
  const other = side === "rows" ? "columns" : "rows";
  if (key === "Home") return { side, place: 0 };
  if (key === "End") return { side, place: last };
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const step = (key === "ArrowRight") !== axis(side).is_mirrored ? 1 : -1;
    return { side, place: Math.min(Math.max(place + step, 0), last) };
  }
  if ((key === "ArrowUp" && side === "rows") || (key === "ArrowDown" && side === "columns")) {
    const weights = axis(other).labels.map((_, each) => Math.abs(weightAt(other, each)));
    return { side: other, place: weights.indexOf(Math.max(...weights)) };
  }
  return null;
}

byId("strips").onkeydown = (event) => {
  const at = event.target.dataset;
  if (event.key === "Escape") return choose(null);
  const from = chosen.token ?? (at.side ? { side: at.side, place: Number(at.place) } : null);
  const token = from && moved(event.key, from);
  if (!token) return;
  event.preventDefault();
  choose(token);
};
byId("options").onchange = (event) => {
  const { id, value, checked } = event.target;
  if (id === "numbers") return byId("map").classList.toggle("with-numbers", checked);
  if (id === "site") {
    Object.assign(chosen, { site: value, layer: null, head: null, token: null });
    Object.assign(formula, { row: 0, piece: null, cells: {} });
  }
  if (id === "measure") chosen.measure = value;
  if (id === "shifted") chosen.method = checked ? "shifted" : "naive";
  showReading();
};
byId("options").onsubmit = (event) => event.preventDefault();
window.onresize = drawCurves;

if (record.sites.length) {
  fill("site", record.sites.map(({ name, label }) => [name, label]), chosen.site);
  showReading();
} else byId("said").textContent = "This model has no attention: there is nothing to look at.";
