// Completion from our own ontology and vocabularies: by prefixed name, by Chinese or English label.

import { normalise, search } from "./terms.js";

const WORD = /[^\s{}()[\];,.<>"'|^/!*+=&@#$?]+$/u;
const MOST = 60;

export function registerCompletion(Yasqe, config) {
  let terms = [];
  // Asked for once, before anything is typed; without them the editor works all the same.
  fetch(config.terms)
    .then((response) => (response.ok ? response.json() : Promise.reject(response.status)))
    .then((found) => { terms = found.terms.map(prepared); })
    .catch((error) => console.warn("perfkg: no completion of terms", error));

  Yasqe.forkAutocompleter("prefixes", {
    name: "perfkg-prefixes",
    persistenceId: null,
    get: () => Object.entries(config.prefixes).map(([name, iri]) => `${name}: <${iri}>`),
  });
  Yasqe.registerAutocompleter({
    name: "perfkg-terms",
    bulk: false,
    autoShow: true,
    isValidCompletionPosition: (yasqe) => wordAt(yasqe) !== null,
    preProcessToken: (yasqe, token) => {
      const word = wordAt(yasqe);
      // The list is still open while the cursor has gone on: nothing to offer closes it.
      if (word === null) return null;
      const { ch } = yasqe.getDoc().getCursor();
      return {
        ...token, string: word, from: { ch: ch - word.length }, to: { ch },
        place: placeOf(yasqe, ch - word.length),
      };
    },
    get: (_, token) => search(terms, token.string, token.place, MOST).map((term) => term.insert),
    postprocessHints: (_, hints) => hints.map((hint) => ({
      ...hint,
      className: "term-hint",
      render: (element) => render(element, terms.find((term) => term.insert === hint.text), config),
    })),
  });
  // The list replaces YASQE's, whose classes and properties come from another host.
  Yasqe.defaults.autocompleters = ["variables", "perfkg-prefixes", "perfkg-terms"];
  Yasqe.defaults.extraKeys["Ctrl-Space"] = (yasqe) => yasqe.autocomplete();
}

/** Return the word that ends at the cursor; null where no term can stand. */
function wordAt(yasqe) {
  const cursor = yasqe.getDoc().getCursor();
  const before = yasqe.getDoc().getLine(cursor.line).slice(0, cursor.ch);
  const word = WORD.exec(before)?.[0] ?? "";
  const style = yasqe.getTokenTypeAt(cursor) ?? "";
  if (/comment|string(?!-2)|variable-3/.test(style)) return null;
  if (!word || /[?$<@]$/.test(before.slice(0, before.length - word.length))) return null;
  if (/\bprefix\s+[^\s]*$/i.test(before) || /^\d/.test(word)) return null;
  // One Latin letter says too little; one Chinese character says much.
  return word.length > 1 || /\p{Script=Han}/u.test(word) ? word : null;
}

/** Tell what is likely before the cursor: a class after `a`, a property after a subject. */
function placeOf(yasqe, ch) {
  const { line } = yasqe.getDoc().getCursor();
  const before = yasqe.getDoc().getRange({ line: Math.max(0, line - 3), ch: 0 }, { line, ch });
  if (/(^|[\s;])(a|rdf:type)\s+$/.test(before)) return "class";
  if (/[;{.]\s*$|[/^|]\s*$|[;{.]\s*(\?\w+|<[^>]*>|[\w-]+:[\w-]+)\s+$/u.test(before)) return "property";
  return null;
}

function prepared(term) {
  return {
    ...term,
    insert: term.name ?? `<${term.iri}>`,
    keys: [term.zh, term.en, ...term.other].filter(Boolean).map(normalise),
    plain: normalise(term.name ?? ""),
  };
}

function render(element, term, config) {
  const [first, second] = config.language === "zh" ? [term.zh, term.en] : [term.en, term.zh];
  for (const [name, text] of [
    ["term-label", first ?? second ?? ""],
    ["term-name", term.name ?? ""],
    ["term-other", first && second ? second : ""],
    ["term-kind", config.words[term.kind]],
  ]) {
    const part = document.createElement("span");
    part.className = name;
    part.textContent = text;
    element.append(part, " ");
  }
}
