// The SPARQL editor of the page /sparql: YASGUI with our prefixes, terms, saved queries and results.

import Yasgui from "@zazuko/yasgui";
import { fillExamples } from "./examples.js";
import { adapt } from "./adapt.js";
import { ErrorResult, clearMark, mark } from "./errors.js";
import { registerCompletion } from "./completion.js";
import { addMissingPrefixes } from "./prefixes.js";
import { registerResults } from "./plugins.js";
import { translate } from "./translate.js";

const place = document.getElementById("editor");
const config = JSON.parse(place.dataset.settings);

/** Return what the address asks for: the text of a query from `?query=`, unless it is in the hash. */
function asked() {
  const inHash = new URLSearchParams(location.hash.slice(1)).has("query");
  return inHash ? null : config.query;
}

function start() {
  // Before the editor measures its place.
  document.documentElement.classList.add("with-editor");
  document.getElementById("editor-keys").hidden = false;
  adapt(Yasgui, config);
  registerCompletion(Yasgui.Yasqe, config);
  registerResults(Yasgui.Yasr, config);
  Yasgui.Yasr.registerPlugin("error", ErrorResult(config));

  const endpoint = new URL(config.endpoint, location.href).href;
  const query = asked();
  const yasgui = new Yasgui(place, {
    persistenceId: "perfkg",
    tabName: config.words.tab,
    autofocus: false,
    copyEndpointOnNewTab: false,
    requestConfig: { endpoint, method: "POST" },
    yasqe: { value: config.example, screenReaderLabel: config.words.label, editorHeight: "22rem" },
    yasr: { maxPersistentResponseSize: 0 },
    // A link may bring a query, its name and how to show it; never an address or headers. What
    // `?query=` brings is opened below: the page has tried it already.
    populateFromUrl: query === null && ((tab) => ({
      ...tab,
      requestConfig: { ...Yasgui.defaults.requestConfig, endpoint, method: "POST" },
    })),
  });
  const tabs = () => Object.values(yasgui._tabs);
  const sent = new WeakMap();
  config.tabOf = (yasr) => tabs().find((tab) => tab.getYasr() === yasr);
  config.fileName = (yasr) => config.tabOf(yasr).getName().replace(/[\\/:*?"<>|\s]+/g, "-");
  config.queryOf = (yasr) => sent.get(config.tabOf(yasr));
  yasgui.on("queryBefore", (_, tab) => {
    clearMark(tab.getYasqe());
    addMissingPrefixes(tab.getYasqe(), config.prefixes);
    sent.set(tab, tab.getQuery());
  });
  if (location.hash === "#" || location.href.endsWith("#")) {
    history.replaceState(null, "", location.pathname + location.search);
  }
  translate(place, config.translations);
  fillExamples(yasgui, config);
  if (query !== null) open(yasgui, query);
}

/** Show the query of the address in a tab, with the answer; a failed one with what went wrong. */
function open(yasgui, query) {
  const tabs = Object.values(yasgui._tabs);
  const holds = (text) => (tab) => tab.getPersistedJson().yasqe.value === text;
  const unused = tabs.length === 1 ? tabs.find(holds(config.example)) : undefined;
  const tab =
    tabs.find(holds(query)) ?? unused ?? yasgui.addTab(true, { yasqe: { value: query } });
  yasgui.selectTabId(tab.getId());
  if (tab === unused) tab.setQuery(query);
  if (config.problem === null) {
    tab.query().catch(() => {});
  } else {
    mark(tab.getYasqe(), config.problem);
    tab.getYasr().setResponse({ error: { text: JSON.stringify(config.problem) }, data: null });
  }
}

try {
  start();
} catch (error) {
  // The plain form does what the editor cannot.
  document.documentElement.classList.remove("with-editor");
  throw error;
}
