// The saved queries as examples: one click opens one in a tab of its own.

export function fillExamples(yasgui, config) {
  const place = document.getElementById("examples");
  fetch(`${config.examples}?lang=${config.language}`)
    .then((response) => (response.ok ? response.json() : Promise.reject(response.status)))
    .then(({ groups }) => {
      place.querySelector(".groups").replaceChildren(
        ...groups.map((group) => section(group, (example) => open(yasgui, example))),
      );
      // Whoever brings a query has no need of examples, and a small screen no room.
      place.open = config.query === null && innerWidth > 700;
      place.hidden = false;
    })
    .catch((error) => console.warn("perfkg: no examples", error));
}

function section({ label, examples }, choose) {
  const list = document.createElement("ul");
  for (const example of examples) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "example";
    button.textContent = example.title;
    button.title = example.description;
    button.addEventListener("click", () => choose(example));
    const item = document.createElement("li");
    item.append(button);
    list.append(item);
  }
  const heading = document.createElement("h2");
  heading.textContent = label;
  const element = document.createElement("section");
  element.append(heading, list);
  return element;
}

function open(yasgui, { title, query, chart, headings }) {
  const same = Object.values(yasgui._tabs).find((tab) => {
    const kept = tab.getPersistedJson();
    return kept.name === title && kept.yasqe.value === query;
  });
  const tab = same ?? yasgui.addTab(true, {
    name: title,
    yasqe: { value: query },
    yasr: { settings: { pluginsConfig: chart ? { chart: { ...chart, headings } } : {} } },
  });
  yasgui.selectTabId(tab.getId());
  tab.query().catch(() => {});
  document.getElementById("editor").scrollIntoView({ block: "start" });
  tab.getYasqe().focus();
}
