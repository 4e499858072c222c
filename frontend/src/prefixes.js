// Prefixes that need no declaration: the editor writes the declaration itself.

/** Declare the known prefixes that the query uses and does not declare. */
export function addMissingPrefixes(yasqe, prefixes) {
  const declared = yasqe.getPrefixesFromQuery();
  const used = new Set();
  yasqe.constructor.runMode(yasqe.getValue(), "sparql11", (text, style) => {
    if (style !== "string-2") return;
    const colon = text.indexOf(":");
    if (colon > 0) used.add(text.slice(0, colon));
  });
  // Written at the top one by one, so the last is the first in the text.
  for (const name of [...used].sort().reverse()) {
    if (prefixes[name] && !(name in declared)) yasqe.addPrefixes({ [name]: prefixes[name] });
  }
}
