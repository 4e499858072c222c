// How an answer is shown: as a table, as a chart, as it came; and a line that tells of it.

import { downloads } from "./downloads.js";
import { columnsOf, readResult } from "./results.js";
import { TableResult } from "./table.js";

const MOST_LETTERS = 200_000;
const known = new WeakMap();

/**
 * Return what an answer holds: `columns` and `rows` (for triples three columns, and `isGraph`), or
 * `truth`; null when it failed or cannot be read. It is read once.
 */
function answerOf(yasr) {
  const results = yasr.results;
  if (!results || results.hasError()) return null;
  if (!known.has(results)) known.set(results, read(results));
  return known.get(results);
}

/** Return the columns and rows of an answer; null when it has none. */
export function dataOf(yasr) {
  const answer = answerOf(yasr);
  return answer?.rows ? answer : null;
}

function read(results) {
  try {
    if ((results.getContentType() ?? "").includes("json")) {
      return readResult(results.getOriginalResponseAsString());
    }
    const columns = results.getVariables();
    const bindings = results.getBindings();
    if (!bindings) return null;
    const rows = bindings.map((row) => columns.map((name) => row[name] ?? null));
    return { columns, rows, isGraph: true };
  } catch (error) {
    console.warn("perfkg: the answer cannot be read", error);
    return null;
  }
}

export function registerResults(Yasr, config) {
  Yasr.registerPlugin("table", TableResult(config, dataOf));
  Yasr.registerPlugin("chart", ChartResult(config));
  Yasr.registerPlugin("boolean", TruthResult(config));
  Yasr.registerPlugin("response", RawResult(config));
  Yasr.defaults.pluginOrder = ["table", "chart", "response"];
  config.told = (yasr) => told(yasr, config);
}

/** Say whether the answer is whole or was cut, how long it took, and offer it as files. */
function told(yasr, config) {
  const { words } = config;
  const data = dataOf(yasr);
  const parts = [];
  if (data) {
    const header = yasr.results.res?.headers.get("Perfkg-Result") ?? "";
    const isCut = header.startsWith("truncated");
    const count = data.rows.length.toLocaleString();
    const line = document.createElement("span");
    if (isCut) line.className = "cut";
    line.textContent = (isCut ? words.rows_cut : words.rows_complete).replace("{count}", count);
    parts.push(line);
  }
  const seconds = yasr.results.getResponseTime();
  if (seconds && !yasr.results.hasError()) {
    const time = (seconds / 1000).toFixed(2);
    parts.push(` · ${words.seconds.replace("{seconds}", time)} `);
  }
  if (data) parts.push(downloads(yasr, data, config));
  return parts;
}

function TruthResult({ words }) {
  return class {
    priority = 20;
    hideFromSelection = true;

    constructor(yasr) {
      this.yasr = yasr;
    }

    canHandleResults() {
      return answerOf(this.yasr)?.truth !== undefined;
    }

    draw() {
      const line = document.createElement("p");
      line.className = "truth results";
      line.textContent = answerOf(this.yasr).truth ? words.yes : words.no;
      this.yasr.resultsEl.append(line);
    }

    getIcon() {}
  };
}

/** The answer as it came. YASR's own view of it takes minutes over one very long line. */
function RawResult({ words }) {
  return class {
    priority = 2;
    label = words.raw;

    constructor(yasr) {
      this.yasr = yasr;
    }

    canHandleResults() {
      return Boolean(this.yasr.results) && !this.yasr.results.hasError();
    }

    draw() {
      const text = this.yasr.results.getOriginalResponseAsString() ?? "";
      const box = document.createElement("pre");
      box.className = "raw results";
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", words.raw);
      box.textContent = text.slice(0, MOST_LETTERS);
      this.yasr.resultsEl.append(box);
      if (text.length > MOST_LETTERS) this.yasr.resultsEl.append(paragraph(words.raw_cut));
    }

    getIcon() {
      return icon("M4 6h16M4 12h10M4 18h13");
    }
  };
}

function ChartResult({ words, language }) {
  return class {
    priority = 5;
    label = words.chart;

    constructor(yasr) {
      this.yasr = yasr;
    }

    canHandleResults() {
      const data = dataOf(this.yasr);
      return data !== null && data.rows.length > 0;
    }

    async draw(kept) {
      const { KINDS, draw, proposal } = await import("./charts.js");
      const { columns, rows } = columnsOf(dataOf(this.yasr));
      const fits = kept && columns.includes(kept.x) && columns.includes(kept.y);
      const chosen = fits ? kept : proposal(columns, rows);
      this.destroy();
      this.yasr.resultsEl.replaceChildren();
      if (!chosen) {
        this.yasr.resultsEl.append(paragraph(words.no_chart));
        return;
      }
      const canvas = document.createElement("div");
      canvas.className = "canvas results";
      const redraw = (choice) => {
        this.destroy();
        canvas.replaceChildren();
        this.drawn = draw(canvas, { columns, rows, headings: kept?.headings, ...choice }, language);
        if (this.drawn === null) canvas.append(paragraph(words.no_chart));
      };
      const controls = choices(words, KINDS, columns, chosen, (choice) => {
        redraw(choice);
        this.yasr.storePluginConfig("chart", { ...choice, headings: kept?.headings });
      });
      this.yasr.resultsEl.append(controls, canvas);
      redraw(chosen);
    }

    destroy() {
      this.drawn?.dispose();
      this.drawn = null;
    }

    getIcon() {
      return icon("M4 4v16h17M8 17v-5m4 5V7m4 10v-8");
    }
  };
}

function choices(words, kinds, columns, chosen, changed) {
  const box = document.createElement("div");
  box.className = "chart-choices";
  const choice = { kind: chosen.kind, x: chosen.x, y: chosen.y };
  for (const [name, label, values] of [
    ["kind", words.kind, kinds.map((kind) => [kind, words[kind]])],
    ["x", words.across, columns.map((column) => [column, column])],
    ["y", words.up, columns.map((column) => [column, column])],
  ]) {
    const select = document.createElement("select");
    select.append(...values.map(([value, text]) => new Option(text, value)));
    select.value = choice[name];
    select.addEventListener("change", () => {
      choice[name] = select.value;
      changed({ ...choice });
    });
    const field = document.createElement("label");
    field.append(label, select);
    box.append(field);
  }
  return box;
}

function paragraph(text) {
  const element = document.createElement("p");
  element.className = "closing results";
  element.textContent = text;
  return element;
}

/** Return a drawing of one path. */
export function icon(path) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", path);
  svg.append(line);
  const box = document.createElement("div");
  box.className = "svgImg line-icon";
  box.append(svg);
  return box;
}
