// Finding terms by what a person types of them.

/** Return a text in the form in which texts are compared. */
export function normalise(text) {
  return text.normalize("NFKC").toLowerCase().trim();
}

/**
 * Return the terms that fit, the best first.
 *
 * @param {object[]} terms each with `plain` (its prefixed name), `keys` (its labels) and `kind`.
 * @param {string} typed a prefixed name, or a part of a label, perhaps with a prefix before it.
 * @param {string | null} place the kind that is likely here.
 */
export function search(terms, typed, place, most) {
  const wanted = normalise(typed);
  const colon = wanted.indexOf(":");
  const prefix = colon < 0 ? null : wanted.slice(0, colon + 1);
  const part = wanted.slice(colon + 1);
  return terms
    .filter((term) => prefix === null || term.plain.startsWith(prefix))
    .map((term) => ({ term, rank: rankOf(term, part, place) }))
    .filter(({ rank }) => rank !== null)
    .sort((a, b) => a.rank - b.rank || order(a.term, b.term))
    .slice(0, most)
    .map(({ term }) => term);
}

function rankOf(term, part, place) {
  const away = place === null || term.kind === place ? 0 : 10;
  if (part === "") return away;
  const local = term.plain.slice(term.plain.indexOf(":") + 1);
  if (local.startsWith(part) || term.keys.includes(part)) return away;
  if (term.keys.some((key) => key.startsWith(part))) return away + 1;
  if (local.includes(part)) return away + 2;
  return term.keys.some((key) => key.includes(part)) ? away + 3 : null;
}

function order(a, b) {
  const name = (term) => term.plain || term.keys[0] || "";
  return name(a) < name(b) ? -1 : 1;
}
