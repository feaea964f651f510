"use strict";
// The formula cards of the inspection: one for each step from what goes in to the probability.

const MOST_SUMMANDS = 5;
const NAMED = 80; // numbers that have names of their own are written out, but no longer vectors
const LOWERED = "₀₁₂₃₄₅₆₇₈₉";
const formula = { row: 0, piece: null, cells: {} }; // cells: the number chosen on each card

// ---- the numbers of a card ----

function numbersOf(place) {
  const fact = record.formulas.vectors[place];
  if (fact.floats === undefined) return decode(fact);
  if (!decoded.has(fact)) {
    const view = viewOf(fact.floats);
    const numbers = Float64Array.from({ length: view.byteLength / 4 }, (_, n) => view.getFloat32(4 * n, true));
    decoded.set(fact, numbers);
  }
  return decoded.get(fact);
}

function rowOf(place, row) {
  const width = record.formulas.vectors[place].shape[1];
  return numbersOf(place).subarray(row * width, (row + 1) * width);
}

const lowered = (number) => [...String(number)].map((digit) => LOWERED[digit]).join("");

function namesOf(place) {
  const names = record.formulas.names[place];
  if (Array.isArray(names)) return names;
  return Array.from({ length: names.count }, (_, n) => names.symbol + lowered(n + 1));
}

// As number_text of the program: four digits after the point, or three that count.
function numberText(value) {
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size >= 1e-3 && size < 1e4
    ? size.toFixed(4)
    : size.toExponential(2).replace(/e([+-])(\d)$/, "e$10$2").replace("-", "−");
  return value < 0 ? `−${text}` : text;
}
const inBrackets = (value) => (value < 0 ? `(${numberText(value)})` : numberText(value));

// ---- which step ----

const stepsOf = (name) => Object.keys(record.formulas.steps)
  .map((key) => key.split("."))
  .filter(([each]) => each === name)
  .map(([, layer, head, query]) => ({ layer: Number(layer), head: Number(head), query: Number(query) }));

function queryShown() {
  const last = axis("rows").labels.length - 1;
  return Math.min(formula.row + (isShifted() ? 1 : 0), last);
}

// The place of the step that belongs to what is looked at, if this page has it.
function placeShown() {
  const is = (asked, own) => asked === null || asked === own;
  return stepsOf(chosen.site).find(({ layer, head, query }) =>
    query === queryShown() && is(chosen.layer, layer) && is(chosen.head, head));
}

function openStep({ layer, head, query }) {
  const fact = record.formulas.steps[`${chosen.site}.${layer}.${head}.${query}`];
  const cards = fact.cards.map(([kind, vector, columns, check, sums]) => ({
    ...record.formulas.kinds[kind],
    vector,
    shape: record.formulas.vectors[vector].shape,
    columns: namesOf(columns),
    check: record.formulas.words[check],
    sums,
  }));
  const step = { ...fact, cards, looked_at: namesOf(fact.looked_at) };
  const weights = [...rowOf(cardOf(step, "softmax", "weights").vector, 0)];
  step.most = weights.indexOf(Math.max(...weights));
  step.may = [...rowOf(cardOf(step, "mask").vector, 0)].filter(Number.isFinite).length;
  step.piece = formula.piece ?? step.most;
  return step;
}

const cardOf = (step, ...names) => step.cards.findLast((card) => names.includes(card.name));
const isOverLookedAt = (card, step) => card.over_pieces && card.columns.length === step.looked_at.length &&
  card.columns.every((name, n) => name === step.looked_at[n]);
const rowShown = (card, step) => (card.shape[0] > 1 ? step.piece : 0);

// ---- how a number is made ----

// As written_out of the program: the largest by size, and the rest as one number.
function writtenOut(values, summand) {
  const order = [...values.keys()].sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]) || a - b);
  let kept = order.slice(0, MOST_SUMMANDS).filter((place) => values[place]);
  let left = order.slice(kept.length);
  if (left.length === 1 && values[left[0]]) [kept, left] = [order, []];
  const lines = kept.map((place) => [...summand(place), numberText(values[place])]);
  const rest = left.reduce((sum, place) => sum + values[place], 0);
  if (left.length) lines.push(["", `the other ${left.length.toLocaleString("en")}`, numberText(rest)]);
  return lines;
}

function products(left, right, names) {
  const text = (place) => `${numberText(left[place])} × ${inBrackets(right[place])}`;
  return writtenOut(Array.from(left, (number, n) => number * right[n]), (place) => [names(place), text(place)]);
}

function softmaxLines(scores, names, column) {
  const most = Math.max(...scores);
  const tops = Array.from(scores, (score) => Math.exp(score - most));
  const total = tops.reduce((a, b) => a + b, 0);
  const lines = writtenOut(tops, (place) =>
    [names[place], `exp(${numberText(scores[place])} − ${inBrackets(most)})`]);
  if (lines.length > 1) lines.push(["", "Σ", numberText(total)]);
  return [lines, `${numberText(tops[column])} / ${numberText(total)}`];
}

function shareLines(scores, names, column) {
  const there = Array.from(scores, (score) => (Number.isFinite(score) ? score : 0));
  const total = there.reduce((a, b) => a + b, 0);
  const lines = writtenOut(there, (place) => [names[place], numberText(there[place])]);
  if (lines.length > 1) lines.push(["", "Σ", numberText(total)]);
  return [lines, `${numberText(there[column])} / ${numberText(total)}`];
}

// An entmax of alpha: sparsemax where it is 2.
function sparseText(score, threshold, alpha) {
  const less = `− ${inBrackets(threshold)})`;
  if (alpha === 2) return `max(0, ${numberText(score)} ${less}`;
  if (alpha === 1.5) return `max(0, ${numberText(score)} / 2 ${less}²`;
  return `max(0, ${numberText(alpha - 1)} × ${inBrackets(score)} ${less}^${numberText(1 / (alpha - 1))}`;
}

// What each part of a score is called in the formula of their sum, and the number that it has.
function totalLines(card, step, column) {
  const first = cardOf(step, "scores", "scaled");
  const later = ["by_distance", "by_content", "by_place", "slope", "span", "nearness"];
  const parts = [first, ...step.cards.filter((each) => later.includes(each.name))];
  const values = parts.map((each) => rowOf(each.vector, 0)[column]);
  const names = card.formula.split(" = ")[1].split(" + ");
  if (first.name === "scores" && names.length > parts.length) // v · tanh(q + kⱼ) has signs of its own
    names.splice(0, names.length - parts.length + 1, names.slice(0, names.length - parts.length + 1).join(" + "));
  return writtenOut(values, (place) => [names[place], numberText(values[place])]);
}

// Products that are divided by the root of how many they are.
function overRoot(left, right, names) {
  const lines = products(left, right, names);
  const total = left.reduce((sum, number, n) => sum + number * right[n], 0);
  if (lines.length > 1) lines.push(["", "Σ", numberText(total)]);
  return [lines, `${numberText(total)} / √${left.length}`];
}

// The lines of a number, the last of which is the number itself; null where only that is known.
function linesOf(card, step, column) {
  const value = rowOf(card.vector, rowShown(card, step))[column];
  const ended = (lines, finish = "") => [...lines, [card.columns[column], finish, numberText(value)]];
  if (card.way) return ended(...madeHere(card, step, column, value));
  if (!card.sums.length) return card.check.startsWith("Taken") ? ended([]) : null;
  const told = card.shape[0] > 1 ? [card.sums[rowShown(card, step)]] : card.sums;
  const found = told.map((place) => record.formulas.sums[place]).find(([of]) => of === column);
  return found ? found[1] : null;
}

function madeHere(card, step, column, value) {
  // as they are compared: rotary positions turn them, linear attention makes them positive
  const query = cardOf(step, "query", "turned_query", "feature_query");
  const keys = cardOf(step, "keys", "turned_keys", "feature_keys");
  const asked = rowOf(query.vector, 0);
  switch (card.way) {
    case "dot":
      return [products(asked, rowOf(keys.vector, column), (n) => query.columns[n])];
    case "tanh": {
      const key = rowOf(keys.vector, column);
      const bent = asked.map((number, n) => Math.tanh(number + key[n]));
      return [products(rowOf(card.of, 0), bent, (n) => `v${lowered(n + 1)}`)];
    }
    case "divided": {
      const whole = rowOf(cardOf(step, "scores").vector, 0)[column];
      return [[], `${numberText(whole)} / √${asked.length}`];
    }
    case "masked": {
      const before = rowOf(cardOf(step, "scores", "scaled", "total").vector, 0)[column];
      return [[], `${numberText(before)} → ${numberText(value)}`];
    }
    case "asked":
      return overRoot(asked, rowOf(cardOf(step, "distance").vector, column), (n) => query.columns[n]);
    case "wanted": {
      const [against, letter] = card.name === "by_content" ? [keys, "u"] : [cardOf(step, "distance"), "v"];
      return overRoot(rowOf(card.of, 0), rowOf(against.vector, column), (n) => letter + lowered(n + 1));
    }
    case "total":
      return [totalLines(card, step, column)];
    case "shares":
      return shareLines(rowOf(cardOf(step, "mask").vector, 0), card.columns, column);
    case "sparse": {
      const [threshold] = rowOf(cardOf(step, "threshold").vector, 0);
      return [[], sparseText(rowOf(cardOf(step, "mask").vector, 0)[column], threshold, card.alpha)];
    }
    case "softmax":
      return softmaxLines(rowOf(cardOf(step, "mask").vector, 0), card.columns, column);
    default: {
      const values = cardOf(step, "values").vector;
      const taken = step.looked_at.map((_, piece) => rowOf(values, piece)[column]);
      const weights = rowOf(cardOf(step, "softmax", "weights").vector, 0);
      return [products(weights, taken, (n) => step.looked_at[n])];
    }
  }
}

// ---- drawing ----

function showFormulas() {
  byId("cards").replaceChildren();
  const said = record.formulas ? formulaWords() : ["Formulas", "This page carries none."];
  byId("step-title").textContent = said[0];
  byId("step-note").textContent = said[1];
  byId("carried").textContent = record.formulas ? carriedWords() : "";
  const place = record.formulas && placeShown();
  if (!place) return;
  const step = openStep(place);
  const ends = endsOf(step);
  step.cards.forEach((card, number) => drawCard(card, number, step, ends));
}

function formulaWords() {
  const place = placeShown();
  if (!place) {
    const isOfModel = site().of_model;
    return ["Formulas", isOfModel
      ? "This page carries no formulas of what is chosen, to stay below 1 MB; see below which it has."
      : "What is shown is no attention of the model: it has no formulas."];
  }
  const step = openStep(place);
  const head = `layer ${place.layer}, head ${place.head}`;
  const notes = [chosen.layer === null || chosen.head === null
    ? `The map shows an average; the formulas are those of ${head}.`
    : `${capitalised(head)}.`];
  if (queryShown() !== formula.row)
    notes.push(`What is looked at after ${isolated(axis("rows").labels[formula.row])} is used to write ${isolated(step.looking)}.`);
  notes.push("Choose another number to see how it is made. Blue is above 0, orange below; the fainter, the nearer to it.");
  return [filled(record.formulas.words[step.title], step), notes.join(" ")];
}

function carriedWords() {
  const lists = record.sites.filter((each) => each.of_model).map((each) => `${each.label}: ${carriedOf(each)}.`);
  return `Formulas in this page: ${lists.join(" ")} It carries none of the matrices that the model has learned: ` +
    "where those are needed, it tells how one number of a card is made.";
}

function carriedOf(each) {
  const [layers, heads] = each.measures[0].shape;
  const queries = record.axes[each.queries].labels.length;
  const counts = Array.from({ length: layers }, () => Array(heads).fill(0));
  for (const { layer, head } of stepsOf(each.name)) counts[layer][head] += 1;
  if (counts.flat().every((n) => n === queries)) return layers * heads > 1 ? "all layers and heads" : "all of it";
  const told = (n, head) => (n < queries ? `${head} (the first ${n} of ${queries} pieces)` : `${head}`);
  return counts
    .map((row) => row.map((n, head) => (n ? told(n, head) : "")).filter(Boolean).join(", "))
    .map((row, layer) => (row ? `layer ${layer}, head ${row}` : ""))
    .filter(Boolean)
    .join("; ") || "none";
}

// What each quantity's strongest shade stands for, on all cards of the step.
function endsOf(step) {
  const ends = { share: 1 };
  for (const card of step.cards) {
    if (card.quantity === "share") continue;
    for (const number of numbersOf(card.vector))
      if (Number.isFinite(number)) ends[card.quantity] = Math.max(ends[card.quantity] ?? 0, Math.abs(number));
  }
  return ends;
}

function filled(template, step, card) {
  const share = card?.name === "probabilities" ? `${Math.round(100 * numbersOf(card.vector)[0])}\u00a0%` : "";
  const words = { looking: step.looking, fed: step.fed, piece: step.looked_at[step.piece], most: step.looked_at[step.most] };
  const numbers = { n: card?.n, all: step.may.toLocaleString("en") };
  return template.replace(/\{(\w+)\}/g, (_, name) =>
    name in words ? isolated(words[name]) : numbers[name] ?? share);
}

function drawCard(card, number, step, ends) {
  const box = make("article", byId("cards"));
  box.dataset.kind = card.name;
  make("h3", box, filled(card.title, step, card));
  make("p", box, filled(card.sentence, step, card), "muted");
  if (!card.columns.length) return;
  drawFormula(make("p", box, undefined, "formula"), card.formula);
  const meaning = [filled(card.meaning, step, card), card.learned].filter(Boolean).join(" ");
  if (meaning) drawFormula(make("p", box, undefined, "muted"), meaning);
  const cells = make("div", box, undefined, "cells");
  const sum = make("table", box, undefined, "sum");
  const note = make("p", box, "", "muted");
  make("p", box, card.check, card.check.startsWith("✗") ? "wrong" : "muted");
  drawCells(cells, card, step, ends, (column) => {
    if (isOverLookedAt(card, step) && column !== step.piece) {
      formula.piece = column;
      showFormulas();
      return byId("cards").children[number].querySelector(".cells").focus();
    }
    formula.cells[number] = column;
    showSum(cells, sum, note, card, step, column);
  });
  showSum(cells, sum, note, card, step, columnShown(card, number, step));
}

// Letters after a low line are lowered: W_Q.
function drawFormula(parent, text) {
  for (const part of text.split(/(_[A-Za-z]+)/))
    if (/^_[A-Za-z]/.test(part)) make("sub", parent, part.slice(1));
    else parent.append(part);
}

function columnShown(card, number, step) {
  if (isOverLookedAt(card, step)) return step.piece;
  const kept = formula.cells[number];
  if (kept !== undefined && kept < card.columns.length) return kept;
  if (!card.way && card.sums.length) return record.formulas.sums[card.sums[rowShown(card, step)]][0];
  const sizes = Array.from(rowOf(card.vector, rowShown(card, step)), (each) => (Number.isFinite(each) ? Math.abs(each) : -1));
  return sizes.indexOf(Math.max(...sizes));
}

function drawCells(cells, card, step, ends, choose) {
  const isNamed = card.over_pieces && card.columns.length <= NAMED;
  const numbers = rowOf(card.vector, rowShown(card, step));
  const end = ends[card.quantity] || 1;
  cells.classList.toggle("named", isNamed);
  cells.tabIndex = 0;
  cells.setAttribute("role", "group");
  cells.setAttribute("aria-label", `${filled(card.title, step, card)}: ${numbers.length} numbers, arrow keys choose one`);
  cells.dir = isOverLookedAt(card, step) && axis("columns").is_mirrored ? "rtl" : "ltr";
  numbers.forEach((value, column) => {
    const cell = make("span", cells);
    const text = numberText(value);
    cell.title = `${isolated(card.columns[column])} = ${text}`;
    if (isNamed) {
      make("bdi", cell, card.columns[column]);
      make("b", cell, text).dir = "ltr"; // a minus sign stays before its number
    }
    const share = Math.min(Math.abs(Number.isFinite(value) ? value : 0) / end, 1);
    const shade = value < 0 ? "var(--below)" : "var(--accent)";
    cell.style.background = `color-mix(in srgb, ${shade} ${Math.round(60 * share)}%, var(--panel))`;
    cell.onclick = () => choose(column);
  });
  cells.onkeydown = (event) => {
    const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const step = steps[event.key] * (cells.dir === "rtl" && event.key.startsWith("Arrow") ? -1 : 1);
    const at = [...cells.children].findIndex((cell) => cell.classList.contains("chosen"));
    choose(Math.min(Math.max(at + step, 0), numbers.length - 1));
  };
}

function showSum(cells, sum, note, card, step, column) {
  [...cells.children].forEach((cell, place) => cell.classList.toggle("chosen", place === column));
  const lines = linesOf(card, step, column);
  const value = numberText(rowOf(card.vector, rowShown(card, step))[column]);
  sum.replaceChildren();
  for (const [name, text, number] of lines ?? [[card.columns[column], "", value]]) {
    const line = make("tr", sum);
    make("bdi", make("td", line), name);
    make("td", line, text);
    make("td", line, number);
  }
  note.textContent = lines ? "" : "How this one is made takes what the model has learned, which this page does not carry.";
}
