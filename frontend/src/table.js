// The table of an answer: prefixed names as links, sorting, a filter, pages.

import { isNumber } from "./results.js";
import { icon } from "./plugins.js";

const PAGE = 50;

export function TableResult({ words, language, prefixes }, dataOf) {
  const collator = new Intl.Collator(language === "zh" ? "zh-CN" : "en", { numeric: true });

  return class {
    priority = 10;
    label = words.table;

    constructor(yasr) {
      this.yasr = yasr;
    }

    canHandleResults() {
      return dataOf(this.yasr) !== null;
    }

    draw() {
      const { columns, rows } = dataOf(this.yasr);
      this.columns = columns;
      this.all = rows;
      this.names = { ...prefixes, ...this.yasr.getPrefixes() };
      this.numeric = columns.map((_, index) => holdsNumbers(rows, index));
      this.order = null;
      this.wanted = "";
      this.page = 0;
      this.place = document.createElement("div");
      this.place.className = "results";
      this.yasr.resultsEl.append(...(rows.length > 10 ? [this.filterField()] : []), this.place);
      this.refresh();
    }

    getIcon() {
      return icon("M4 5h16v14H4zM4 10h16M4 14.500h16M10 5v14");
    }

    filterField() {
      const input = document.createElement("input");
      input.type = "search";
      input.addEventListener("input", () => {
        this.wanted = input.value.toLowerCase();
        this.page = 0;
        this.refresh();
      });
      const label = document.createElement("label");
      label.className = "filter";
      label.append(words.filter, input);
      return label;
    }

    refresh() {
      const rows = this.sorted(this.filtered());
      const from = this.page * PAGE;
      const shown = rows.slice(from, from + PAGE);
      const scroll = document.createElement("div");
      scroll.className = "scroll";
      scroll.tabIndex = 0;
      scroll.setAttribute("role", "region");
      scroll.setAttribute("aria-label", words.table);
      const table = document.createElement("table");
      table.append(this.head(), this.body(shown));
      scroll.append(table);
      this.place.replaceChildren(scroll, ...this.pager(rows.length, from, shown.length));
    }

    filtered() {
      if (!this.wanted) return this.all;
      return this.all.filter((row) =>
        row.some((term) => term && this.text(term).toLowerCase().includes(this.wanted)));
    }

    sorted(rows) {
      if (!this.order) return rows;
      const { index, factor } = this.order;
      const compare = this.numeric[index]
        ? (a, b) => Number(a.value) - Number(b.value)
        : (a, b) => collator.compare(this.text(a), this.text(b));
      return [...rows].sort((one, two) => {
        const [a, b] = [one[index], two[index]];
        // Gaps stay last, whichever way the rest is sorted.
        if (!a || !b) return Number(!a) - Number(!b);
        return factor * compare(a, b);
      });
    }

    head() {
      const row = document.createElement("tr");
      this.columns.forEach((name, index) => {
        const cell = document.createElement("th");
        cell.scope = "col";
        if (this.numeric[index]) cell.className = "number";
        const factor = this.order?.index === index ? this.order.factor : 0;
        if (factor) cell.setAttribute("aria-sort", factor > 0 ? "ascending" : "descending");
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = name + (factor ? (factor > 0 ? " ▲" : " ▼") : "");
        button.title = words.sort;
        button.addEventListener("click", () => {
          this.order = factor < 0 ? null : { index, factor: factor ? -1 : 1 };
          this.page = 0;
          this.refresh();
          this.place.querySelectorAll("thead button")[index].focus();
        });
        cell.append(button);
        row.append(cell);
      });
      const head = document.createElement("thead");
      head.append(row);
      return head;
    }

    body(rows) {
      const body = document.createElement("tbody");
      for (const terms of rows) {
        const row = document.createElement("tr");
        terms.forEach((term, index) => {
          const cell = document.createElement("td");
          if (this.numeric[index]) cell.className = "number";
          if (term) cell.append(...this.shown(term));
          row.append(cell);
        });
        body.append(row);
      }
      return body;
    }

    shown(term) {
      if (term.type === "uri") {
        // Other schemes (javascript:, data:) are text and nothing to click on.
        if (!/^https?:/i.test(term.value)) return [term.value];
        const link = document.createElement("a");
        link.href = term.value;
        link.textContent = short(this.text(term));
        link.title = term.value;
        link.rel = "noopener noreferrer";
        return [link];
      }
      const tag = term["xml:lang"];
      if (!tag) return [term.value];
      const small = document.createElement("small");
      small.textContent = ` @${tag}`;
      return [term.value, small];
    }

    /** Return a term as it is read: an IRI by its prefixed name. */
    text(term) {
      if (term.type === "bnode") return `_:${term.value}`;
      if (term.type !== "uri") return term.value;
      for (const [name, iri] of Object.entries(this.names)) {
        const rest = term.value.slice(iri.length);
        if (rest && term.value.startsWith(iri) && !/[/#?]/.test(rest)) return `${name}:${rest}`;
      }
      return decoded(term.value);
    }

    pager(count, from, shown) {
      if (!count) return [line(words.no_rows)];
      if (count <= PAGE) return [];
      const box = document.createElement("nav");
      box.className = "pager";
      box.setAttribute("aria-label", words.pages);
      const turn = (text, page) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = text;
        button.disabled = page < 0 || page * PAGE >= count;
        button.addEventListener("click", () => {
          this.page = page;
          this.refresh();
          this.place.querySelector(".scroll").focus();
        });
        return button;
      };
      const told = words.shown
        .replace("{from}", (from + 1).toLocaleString())
        .replace("{to}", (from + shown).toLocaleString())
        .replace("{count}", count.toLocaleString());
      box.append(turn(words.before, this.page - 1), told, turn(words.after, this.page + 1));
      return [box];
    }
  };
}

function holdsNumbers(rows, index) {
  const terms = rows.map((row) => row[index]).filter(Boolean);
  return terms.length > 0 && terms.every(isNumber);
}

function line(text) {
  const element = document.createElement("p");
  element.className = "closing";
  element.textContent = text;
  return element;
}

/** Return an IRI that ends in a UUID by its kind and the UUID's beginning. */
function short(text) {
  const found = /([^/]+\/[0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.exec(text);
  return found ? `${found[1]}…` : text;
}

function decoded(iri) {
  try {
    return decodeURI(iri);
  } catch {
    return iri;
  }
}
