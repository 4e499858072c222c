// The words that YASGUI writes itself, in the language of the page.

const ATTRIBUTES = ["title", "aria-label", "placeholder"];

/** Replace the English words below `root`, now and whenever it changes. */
export function translate(root, words) {
  if (!Object.keys(words).length) return;
  const into = (text) => words[text.trim()];
  const look = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const known = into(node.data);
      if (known && !node.parentElement?.closest(".CodeMirror-code, .results")) node.data = known;
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    for (const name of ATTRIBUTES) attribute(node, name, into);
    for (const child of node.querySelectorAll("*")) {
      for (const name of ATTRIBUTES) attribute(child, name, into);
    }
    const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) look(texts.currentNode);
  };
  look(root);
  new MutationObserver((changes) => {
    for (const { type, target, attributeName, addedNodes } of changes) {
      if (type === "attributes") attribute(target, attributeName, into);
      else for (const node of addedNodes) look(node);
    }
  }).observe(root, {
    subtree: true, childList: true, attributes: true, attributeFilter: ATTRIBUTES,
  });
}

function attribute(element, name, into) {
  const known = into(element.getAttribute(name) ?? "");
  if (known) element.setAttribute(name, known);
}
