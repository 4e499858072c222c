// Results as the table and the charts need them.

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(
  ["integer", "decimal", "double", "float", "int", "long", "short", "nonNegativeInteger",
    "positiveInteger", "negativeInteger", "nonPositiveInteger", "byte"]
    .map((name) => XSD + name),
);

/**
 * Read SPARQL JSON results.
 *
 * Not left to YASR's parser, which takes `{{…}}` in a text for a template: texts of forms hold
 * LaTeX.
 *
 * @returns {{columns: string[], rows: (object | null)[][]} | {truth: boolean}} each cell a term
 *   or null; `truth` of an ASK.
 */
export function readResult(text) {
  const { head, results, boolean: truth } = JSON.parse(text);
  if (truth !== undefined) return { truth };
  const columns = head.vars ?? [];
  const rows = (results?.bindings ?? []).map((row) => columns.map((name) => row[name] ?? null));
  return { columns, rows };
}

/** Turn terms into plain values: numbers where the datatype is one, else text; IRIs as they are. */
export function columnsOf({ columns, rows }) {
  return { columns, rows: rows.map((row) => row.map(plain)) };
}

export function isNumber(term) {
  return term !== null && NUMBERS.has(term.datatype) && Number.isFinite(Number(term.value));
}

function plain(term) {
  if (term === null) return null;
  return isNumber(term) ? Number(term.value) : term.value;
}

/** Return a plain value as a number, or null. */
export function numberOf(value) {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** Whether a column of plain values holds numbers, and nothing else but gaps. */
export function isNumeric(rows, index) {
  let found = false;
  for (const row of rows) {
    if (row[index] === null || row[index] === undefined) continue;
    if (numberOf(row[index]) === null) return false;
    found = true;
  }
  return found;
}
