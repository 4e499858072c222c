// What went wrong, in the language of the page, with its place marked in the editor.

/** Return the problem document that a failed answer holds, or one made from what it does hold. */
function problemOf(error, words) {
  try {
    const problem = JSON.parse(error.text);
    if (problem && typeof problem === "object") return problem;
  } catch {
    // No problem document: the service was not reached, or something before it answered.
  }
  const isStopped = /abort/i.test(error.text ?? "");
  return { detail: isStopped ? words.stopped : `${words.unreachable} ${error.text ?? ""}` };
}

/** Return the plugin that YASR shows failures with. */
export function ErrorResult(config) {
  const { words, language } = config;
  return class {
    priority = 30;
    hideFromSelection = true;

    constructor(yasr) {
      this.yasr = yasr;
    }

    canHandleResults() {
      return Boolean(this.yasr.results?.getError());
    }

    draw() {
      const problem = problemOf(this.yasr.results.getError(), words);
      const box = document.createElement("div");
      box.className = "problem";
      box.setAttribute("role", "alert");
      const detail = problem[`detail_${language}`] ?? problem.detail ?? words.failed;
      box.append(paragraph("pre", "notice", detail));
      const hint = problem[`hint_${language}`];
      if (hint) box.append(paragraph("p", "hint", hint));
      this.yasr.resultsEl.append(box);
      const yasqe = config.tabOf(this.yasr)?.getYasqe();
      if (yasqe && problem.line) mark(yasqe, problem);
    }

    getIcon() {}
  };
}

function paragraph(tag, name, text) {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  return element;
}

const marks = new WeakMap();

/** Mark the place of a problem: `line` and `column` count from one, columns in characters. */
export function mark(yasqe, { line, column }) {
  clearMark(yasqe);
  const doc = yasqe.getDoc();
  if (!line || line > doc.lineCount()) return;
  const text = doc.getLine(line - 1);
  // The editor counts in UTF-16, in which some Chinese characters take two.
  const from = Array.from(text).slice(0, Math.max(0, column - 1)).join("").length;
  const word = /^[\p{L}\p{N}_:?$-]+|^./u.exec(text.slice(from))?.[0] ?? "";
  const row = doc.addLineClass(line - 1, "background", "problem-line");
  const start = from < text.length ? from : Math.max(0, text.length - 1);
  const end = from < text.length ? from + word.length : text.length;
  const span = doc.markText(
    { line: line - 1, ch: start }, { line: line - 1, ch: end }, { className: "problem-place" },
  );
  marks.set(yasqe, { row, span });
  yasqe.scrollIntoView({ line: line - 1, ch: start }, 60);
  const clear = () => {
    yasqe.off("change", clear);
    clearMark(yasqe);
  };
  yasqe.on("change", clear);
}

/** Take the mark away. */
export function clearMark(yasqe) {
  const found = marks.get(yasqe);
  if (!found) return;
  marks.delete(yasqe);
  yasqe.getDoc().removeLineClass(found.row, "background", "problem-line");
  found.span.clear();
}
