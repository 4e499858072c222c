// An answer as a file.

const FORMULA = /^[=+\-@\t\r]/;
const ROWS = [["CSV", "csv"], ["TSV", "tsv", "text/tab-separated-values"], ["JSON", "json"]];
const TRIPLES = [["Turtle", "ttl"], ["N-Triples", "nt", "application/n-triples"], ["CSV", "csv"]];

/** Return the buttons that save an answer. */
export function downloads(yasr, data, config) {
  const box = document.createElement("span");
  box.className = "downloads";
  box.append(`${config.words.download}: `);
  const formats = data.isGraph ? TRIPLES : ROWS;
  for (const [label, extension, type] of formats) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.textContent = label;
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        const text = await content(yasr, data, config, extension, type);
        save(text, `${config.fileName(yasr)}.${extension}`);
      } catch (error) {
        button.title = String(error.message ?? error);
        button.textContent = `${label} ✗`;
      } finally {
        button.disabled = false;
      }
    });
    box.append(button, " ");
  }
  return box;
}

async function content(yasr, data, config, extension, type) {
  if (extension === "csv") return csvForPeople(data);
  if (type === undefined) return yasr.results.getOriginalResponseAsString();
  // The service writes the other formats itself.
  const response = await fetch(config.endpoint, {
    method: "POST",
    headers: { Accept: type },
    body: new URLSearchParams({ query: config.queryOf(yasr) }),
  });
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return response.text();
}

/** Write CSV that a spreadsheet opens as Chinese text and never as formulas. */
export function csvForPeople({ columns, rows }) {
  const field = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = rows.map((row) => row.map((term) => field(harmless(term))).join(","));
  return `\ufeff${[columns.map(field).join(","), ...lines, ""].join("\r\n")}`;
}

function harmless(term) {
  if (!term) return "";
  if (term.type === "uri") return term.value;
  const isText = !term.datatype || term.datatype.endsWith("#string");
  const isRisky = FORMULA.test(term.value) && (isText || !Number.isFinite(Number(term.value)));
  return isRisky ? `'${term.value}` : term.value;
}

function save(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text]));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
