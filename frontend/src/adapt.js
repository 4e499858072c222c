// What of YASGUI is replaced: parts that speak English only, that reach other hosts, or that write
// style attributes, which the policy of the page forbids. The names are those of the version that
// package-lock.json pins; tests/server/test_editor.py walks through all of it.

export function adapt(Yasgui, config) {
  const { Tab, Yasqe, Yasr } = Yasgui;
  const words = config.words;

  // One endpoint: no field for its address and no menu for headers and methods.
  Tab.prototype.initControlbar = () => {};
  Tab.prototype.initTabSettingsMenu = () => {};
  Tab.prototype.getShareableLink = function () {
    const link = new URLSearchParams({ query: this.getQuery(), tabTitle: this.getName() });
    const plugin = this.getPersistedJson().yasr.settings.selectedPlugin;
    if (plugin && plugin !== "table") link.set("outputFormat", plugin);
    // YASGUI reads the hash with decodeURIComponent, to which a plus sign is no space.
    const hash = link.toString().replaceAll("+", "%20");
    return `${location.origin}${location.pathname}?lang=${config.language}#${hash}`;
  };

  Yasqe.prototype.checkSyntax = function () {
    checkSyntax(this, words);
  };

  // Our own line about the answer and our own downloads (plugins.js) in place of YASR's.
  Object.assign(Yasr.prototype, {
    drawDownloadIcon() {},
    updateExportHeaders() {},
    drawDocumentationButton() {},
    updateHelpButton() {},
    fillFallbackBox() {},
    drawResponseInfo() {
      this.dataElement = document.createElement("p");
      this.dataElement.className = "answer closing";
      this.dataElement.setAttribute("role", "status");
      this.headerEl.append(this.dataElement);
    },
    updateResponseInfo() {
      this.dataElement.replaceChildren(...(this.results ? config.told(this) : []));
    },
  });
}

/** Mark the line in which the text stops being SPARQL. */
function checkSyntax(yasqe, words) {
  yasqe.queryValid = true;
  yasqe.clearGutter("gutterErrorBar");
  const doc = yasqe.getDoc();
  for (let line = 0; line < doc.lineCount(); line += 1) {
    const end = { line, ch: doc.getLine(line).length };
    const { state } = yasqe.getTokenAt(end, !yasqe.prevQueryValid);
    yasqe.setOption("queryType", state.queryType);
    if (state.OK !== false) continue;
    const sign = document.createElement("div");
    sign.className = "syntax-sign";
    const expected = (state.possibleCurrent ?? []).slice(0, 12).join(" ");
    sign.title = expected ? `${words.expected} ${expected}` : words.invalid;
    sign.textContent = "!";
    yasqe.setGutterMarker(line, "gutterErrorBar", sign);
    yasqe.queryValid = false;
    return;
  }
}
